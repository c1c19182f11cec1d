package dev.banyan.api.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.Attachment;
import dev.banyan.api.v1.Connections;
import dev.banyan.api.v1.PolicyPort;
import dev.banyan.api.v1.PolicyRule;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyRulesTest {
    private static Connections network(Attachment.Builder attachment) {
        return Connections.newBuilder().addNetworks(attachment).build();
    }

    @Test
    void takesWhatCanBe() {
        var rule = PolicyRule.newBuilder()
                .setAllow(true)
                .addAllFrom(List.of("*", "web", "billing.api", "shop.eu.web", "shop.*"))
                .addPorts(PolicyPort.newBuilder().setNumber(65_535));
        var connections = network(
                        Attachment.newBuilder().setNetwork("Front_1.x").addAliases("db.local"))
                .toBuilder()
                .addRules(rule)
                .build();

        assertThat(PolicyRules.problems(connections)).isEmpty();
        assertThat(PolicyRules.peers(List.of("billing", "shop.eu"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Web", "-web", "a..b", "web.", "*.web", "we b", "a/b"})
    void namesNobodyWhoCannotBe(String name) {
        assertThat(PolicyRules.problems(PolicyRule.newBuilder().addFrom(name).build()))
                .hasSize(1)
                .first()
                .asString()
                .contains("'" + name + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../x", "a/b", "-a", ".a"})
    void aNetworkIsNotCalledSo(String name) {
        assertThat(PolicyRules.problems(network(Attachment.newBuilder().setNetwork(name))))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a..b", "-a", "a-", "*"})
    void anAliasIsNotCalledSo(String alias) {
        assertThat(PolicyRules.problems(
                        network(Attachment.newBuilder().setNetwork("n").addAliases(alias))))
                .hasSize(1);
    }

    @Test
    void everythingHasALimit() {
        var many = Connections.newBuilder()
                .addAllNetworks(Collections.nCopies(
                        PolicyRules.NETWORKS_MAX + 1,
                        Attachment.newBuilder().setNetwork("n").build()))
                .addAllRules(Collections.nCopies(
                        PolicyRules.RULES_MAX + 1,
                        PolicyRule.newBuilder().addFrom("*").build()))
                .build();

        assertThat(PolicyRules.problems(many))
                .contains("at most 32 networks, not 33", "at most 64 rules, not 65", "is in one network twice");
        assertThat(PolicyRules.problems(PolicyRule.newBuilder()
                        .addAllFrom(Collections.nCopies(65, "web"))
                        .addAllPorts(Collections.nCopies(
                                17, PolicyPort.newBuilder().setNumber(1).build()))
                        .build()))
                .containsExactly("at most 64 names in one rule, not 65", "at most 16 ports in one rule, not 17");
        assertThat(PolicyRules.peers(Collections.nCopies(65, "a"))).containsExactly("at most 64 peers, not 65");
    }

    @Test
    void aRuleIsAboutSomebodyAndRealPorts() {
        assertThat(PolicyRules.problems(PolicyRule.getDefaultInstance())).containsExactly("names nobody");
        assertThat(PolicyRules.problems(PolicyRule.newBuilder()
                        .addFrom("*")
                        .addPorts(PolicyPort.newBuilder().setNumber(65_536))
                        .build()))
                .containsExactly("has a port that is not from 1 to 65535");
    }
}
