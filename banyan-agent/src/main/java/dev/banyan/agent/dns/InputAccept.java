package dev.banyan.agent.dns;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.nft.NftListing;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One rule among those of others: the firewall made by iptables accepts questions for names that were led here. ufw lets that firewall drop
 * what it does not know, and a drop in one table is final. Pure.
 *
 * @param script for {@code nft -f -}; empty when nothing is to be done
 */
record InputAccept(String script) {
    /** The table that iptables keeps its filter chains in. */
    static final String TABLE = "filter";

    private static final String INPUT = "INPUT";

    /** What puts the rule with {@code comment} at the head of the chain; nothing where it stands already, or iptables has no such chain. */
    static InputAccept ensured(String comment, ClusterRanges ranges, Optional<NftListing> filter) {
        var chains = filter.map(NftListing::chains).orElse(Map.of());
        if (!chains.containsKey(INPUT) || !ours(comment, chains).isEmpty()) {
            return new InputAccept("");
        }
        // With a counter, since iptables shows and saves its rules with one.
        return new InputAccept("insert rule ip " + TABLE + " " + INPUT + " ip saddr " + ranges.containers()
                + " ip daddr " + NamesTable.LISTENING.getAddress().getHostAddress() + " counter accept comment \""
                + comment + "\"\n");
    }

    /** What takes the rule with {@code comment} away. */
    static InputAccept removed(String comment, Optional<NftListing> filter) {
        var script = new StringBuilder();
        ours(comment, filter.map(NftListing::chains).orElse(Map.of()))
                .forEach(rule -> script.append("delete rule ip " + TABLE + " " + INPUT + " handle ")
                        .append(rule.handle())
                        .append('\n'));
        return new InputAccept(script.toString());
    }

    boolean isEmpty() {
        return script.isEmpty();
    }

    private static List<NftListing.Rule> ours(String comment, Map<String, NftListing.Chain> chains) {
        var input = chains.get(INPUT);
        return input == null
                ? List.of()
                : input.rules().stream()
                        .filter(rule -> rule.comment().equals(comment))
                        .toList();
    }
}
