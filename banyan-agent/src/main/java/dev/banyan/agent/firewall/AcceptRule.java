package dev.banyan.agent.firewall;

import java.util.ArrayList;
import java.util.List;

/**
 * A rule that accepts, to be at the head of a chain.
 *
 * @param chain one that the kernel has a hook for
 * @param users a chain that is left to users, and is taken instead where {@code chain} jumps to it
 * @param match what it accepts, in the words of iptables
 * @param comment by which it is known; a word
 */
record AcceptRule(String chain, String users, List<String> match, String comment) {
    AcceptRule {
        match = List.copyOf(match);
    }

    /** All of it behind the name of its chain. */
    List<String> words() {
        var words = new ArrayList<>(match);
        words.addAll(List.of("-m", "comment", "--comment", comment, "-j", "ACCEPT"));
        return words;
    }
}
