package dev.banyan.agent.network;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.nft.NftListing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The one rule among those of others, for each family: the firewall made by iptables accepts forwarded packets that carry our mark. Docker and ufw let that
 * firewall drop what it does not know, and a drop in one table is final whatever ours accepts. Pure.
 *
 * <p>It goes to the head of the chain that Docker leaves to its users, when Docker is there, otherwise to the head of FORWARD; it is
 * recognised by its comment, and where it stands already it stays.
 *
 * @param script for {@code nft -f -}; empty when nothing is to be done
 */
record ForwardAccept(String script) {
    /** The table that iptables keeps its filter chains in. */
    static final String TABLE = "filter";

    private static final String FORWARD = "FORWARD";
    private static final String DOCKER_USER = "DOCKER-USER";

    /** What puts the rule with {@code comment} into place; nothing where iptables has no such chain. */
    static ForwardAccept ensured(AddressFamily family, String comment, Optional<NftListing> filter) {
        var chains = filter.map(NftListing::chains).orElse(Map.of());
        var home = home(chains);
        var script = new StringBuilder();
        var present = new ArrayList<String>();
        chains.forEach((name, chain) -> {
            for (var rule : ours(comment, chain)) {
                if (home.equals(Optional.of(name)) && present.isEmpty()) {
                    present.add(name);
                } else {
                    script.append(delete(family, name, rule));
                }
            }
        });
        if (present.isEmpty()) {
            home.ifPresent(name -> script.append(insert(family, name, comment)));
        }
        return new ForwardAccept(script.toString());
    }

    /** What takes the rule with {@code comment} away wherever it stands. */
    static ForwardAccept removed(AddressFamily family, String comment, Optional<NftListing> filter) {
        var script = new StringBuilder();
        filter.map(NftListing::chains).orElse(Map.of()).forEach((name, chain) -> ours(comment, chain)
                .forEach(rule -> script.append(delete(family, name, rule))));
        return new ForwardAccept(script.toString());
    }

    boolean isEmpty() {
        return script.isEmpty();
    }

    private static Optional<String> home(Map<String, NftListing.Chain> chains) {
        var forward = chains.get(FORWARD);
        if (forward == null) {
            return Optional.empty();
        }
        boolean docker = forward.rules().stream().anyMatch(rule -> rule.jumps().contains(DOCKER_USER));
        return Optional.of(docker && chains.containsKey(DOCKER_USER) ? DOCKER_USER : FORWARD);
    }

    private static List<NftListing.Rule> ours(String comment, NftListing.Chain chain) {
        return chain.rules().stream()
                .filter(rule -> rule.comment().equals(comment))
                .toList();
    }

    private static String insert(AddressFamily family, String chain, String comment) {
        var mark = OverlayTable.MARK;
        // With a counter, since iptables shows and saves its rules with one.
        return "insert rule " + family.word() + " " + TABLE + " " + chain + " meta mark & " + mark + " == " + mark
                + " counter accept comment \"" + comment + "\"\n";
    }

    private static String delete(AddressFamily family, String chain, NftListing.Rule rule) {
        return "delete rule " + family.word() + " " + TABLE + " " + chain + " handle " + rule.handle() + "\n";
    }
}
