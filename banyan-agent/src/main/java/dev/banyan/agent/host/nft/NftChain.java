package dev.banyan.agent.host.nft;

import dev.banyan.agent.host.AddressFamily;
import java.util.List;

/**
 * A chain and its rules in order.
 *
 * @param hook such as {@code type nat hook output priority -100}; empty for a chain that is only jumped to
 * @param rules in nft's own words, without comment
 */
public record NftChain(String name, String hook, List<String> rules) {
    public NftChain {
        rules = List.copyOf(rules);
        if (!name.matches("[a-z][a-zA-Z0-9_.]{0,62}")) {
            throw new IllegalArgumentException("not a chain name: " + name);
        }
    }

    /** A chain at a hook of the kernel; what its rules do not decide is accepted. Priorities are numbers: nft 1.0.6 refuses some names. */
    public static NftChain hooked(String name, String type, String hook, int priority, List<String> rules) {
        return new NftChain(name, hookOf(type, hook, priority), rules);
    }

    /** A chain that others jump to. */
    public static NftChain plain(String name, List<String> rules) {
        return new NftChain(name, "", rules);
    }

    NftChain spoken(AddressFamily family) {
        var words = rules.stream().map(family::spoken).toList();
        return words.equals(rules) ? this : new NftChain(name, hook, words);
    }

    static String hookOf(String type, String hook, int priority) {
        return "type " + type + " hook " + hook + " priority " + priority;
    }

    /** How a rule of this chain is recognised in the kernel's listing. */
    static String mark(String rule) {
        return "by:" + NftTable.digest(rule);
    }
}
