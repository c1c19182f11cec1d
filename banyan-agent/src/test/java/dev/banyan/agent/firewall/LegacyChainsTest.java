package dev.banyan.agent.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LegacyChainsTest {
    private static final AcceptRule RULE =
            new AcceptRule("FORWARD", "DOCKER-USER", List.of("-m", "mark", "--mark", "0x2"), "ours");
    private static final String WORDS = "-m mark --mark 0x2 -m comment --comment ours -j ACCEPT";

    @Test
    void putsTheRuleAtTheHeadOfAChainThatDrops() {
        assertThat(ensured("-P INPUT ACCEPT\n-P FORWARD DROP")).containsExactly("-I FORWARD " + WORDS);
    }

    @Test
    void putsTheRuleAtTheHeadOfAChainThatHasRules() {
        assertThat(ensured("-P FORWARD ACCEPT\n-A FORWARD -s 192.0.2.1/32 -j DROP"))
                .containsExactly("-I FORWARD " + WORDS);
    }

    @Test
    void givesNoRuleToAChainThatAcceptsEverything() {
        assertThat(ensured("-P FORWARD ACCEPT")).isEmpty();
        assertThat(ensured("")).isEmpty();
    }

    @Test
    void takesTheRuleAwayWhereItIsNeededNoMore() {
        assertThat(ensured("-P FORWARD ACCEPT\n-A FORWARD " + WORDS)).containsExactly("-D FORWARD " + WORDS);
    }

    @Test
    void leavesTheRuleWhereItStandsOnce() {
        var there = "-P FORWARD DROP\n-A FORWARD -j other\n-A FORWARD " + WORDS;

        assertThat(ensured(there)).isEmpty();
        assertThat(ensured(there + "\n-A FORWARD " + WORDS)).containsExactly("-D FORWARD " + WORDS);
    }

    @Test
    void movesTheRuleToTheChainOfUsersAndBack() {
        var docker = "-P FORWARD DROP\n-N DOCKER-USER\n-A FORWARD -j DOCKER-USER\n";

        assertThat(ensured(docker + "-A FORWARD " + WORDS))
                .containsExactly("-D FORWARD " + WORDS, "-I DOCKER-USER " + WORDS);
        assertThat(ensured(docker + "-A DOCKER-USER " + WORDS)).isEmpty();
        assertThat(ensured("-P FORWARD DROP\n-N DOCKER-USER\n-A DOCKER-USER " + WORDS))
                .containsExactly("-D DOCKER-USER " + WORDS, "-I FORWARD " + WORDS);
    }

    @Test
    void takesTheRuleAwayWhereverItStandsAndNoOther() {
        var listing = "-P FORWARD DROP\n-N DOCKER-USER\n-A FORWARD " + WORDS.replace("ours", "theirs") + "\n-A FORWARD "
                + WORDS + "\n-A DOCKER-USER " + WORDS + "\n-A DOCKER-USER -j RETURN";

        assertThat(lines(LegacyChains.parse(listing).removed(RULE)))
                .containsExactly("-D FORWARD " + WORDS, "-D DOCKER-USER " + WORDS);
    }

    private static List<String> ensured(String listing) {
        return lines(LegacyChains.parse(listing).ensured(RULE));
    }

    private static List<String> lines(List<List<String>> commands) {
        return commands.stream().map(words -> String.join(" ", words)).toList();
    }
}
