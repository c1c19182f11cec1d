package dev.banyan.agent.isolation;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.nft.NftElements;
import dev.banyan.agent.host.nft.NftSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A set of the kernel with very many addresses. It is made of the one before and of what differs, since most changes are of one or two and
 * words for all take long. For one caller at a time.
 */
final class AddressSet {
    private final String name;
    private final AddressFamily family;
    private List<Ipv4Address> last = List.of();
    private NftSet made;

    AddressSet(String name, AddressFamily family) {
        this.name = name;
        this.family = family;
        this.made = with(NftElements.NONE);
    }

    /** The set of {@code addresses}, which are in order. */
    NftSet of(List<Ipv4Address> addresses) {
        var changes = changes(last, addresses);
        last = List.copyOf(addresses);
        if (!changes.isEmpty()) {
            made = with(made.elements().with(changes));
        }
        return made;
    }

    private TreeMap<String, Optional<String>> changes(List<Ipv4Address> before, List<Ipv4Address> after) {
        var changes = new TreeMap<String, Optional<String>>();
        int one = 0;
        int other = 0;
        while (one < before.size() || other < after.size()) {
            int order = one == before.size()
                    ? 1
                    : other == after.size() ? -1 : before.get(one).compareTo(after.get(other));
            if (order < 0) {
                changes.put(family.of(before.get(one)), Optional.empty());
            } else if (order > 0) {
                changes.put(family.of(after.get(other)), Optional.of(""));
            }
            one += order <= 0 ? 1 : 0;
            other += order >= 0 ? 1 : 0;
        }
        return changes;
    }

    private NftSet with(NftElements elements) {
        return new NftSet(name, NftSet.Kind.SET, "ipv4_addr", elements);
    }
}
