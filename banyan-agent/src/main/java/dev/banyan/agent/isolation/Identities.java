package dev.banyan.agent.isolation;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.api.policy.Openness;
import dev.banyan.api.policy.Party;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whose each address is. Of this server's that is what its container runtime says, which knows first and while no engine answers; of
 * others what the cluster says. An address that two services have there is nobody's until one has given it up. Immutable.
 */
final class Identities {
    private final Map<String, Party> parties = new LinkedHashMap<>();
    private final SortedMap<Ipv4Address, String> owners = new TreeMap<>();
    private final Map<String, List<Ipv4Address>> addresses = new LinkedHashMap<>();

    private Identities() {}

    static Identities of(ClusterRanges ranges, ClusterView view, List<Container> attached) {
        var identities = new Identities();
        var disputed = new HashSet<Ipv4Address>();
        for (var service : view.services()) {
            identities.parties.put(service.key(), service.party());
            service.addresses().stream()
                    .filter(address -> !ranges.own().contains(address)
                            && ranges.containers().contains(address))
                    .filter(address -> identities.owners.put(address, service.key()) != null)
                    .forEach(disputed::add);
        }
        identities.owners.keySet().removeAll(disputed);
        attached.stream()
                .filter(container -> identities.parties.containsKey(container.service()))
                .forEach(container -> identities.owners.put(container.address(), container.service()));
        identities.owners.forEach((address, key) -> identities
                .addresses
                .computeIfAbsent(key, unused -> new ArrayList<>())
                .add(address));
        return identities;
    }

    /** All that are somebody's, in order. */
    List<Ipv4Address> known() {
        return List.copyOf(owners.keySet());
    }

    Optional<Party> owner(Ipv4Address address) {
        return Optional.ofNullable(owners.get(address)).map(parties::get);
    }

    /** Of all containers of the service of that key, in order. */
    List<Ipv4Address> of(String key) {
        return addresses.getOrDefault(key, List.of());
    }

    Collection<Party> parties() {
        return parties.values();
    }

    /** Whether {@code from} may use a port of {@code to}. */
    boolean allows(Ipv4Address from, Ipv4Address to, Openness.Port port) {
        return owner(from)
                .flatMap(source -> owner(to).map(target -> Openness.between(source, target)))
                .filter(openness -> openness.isOpen(port))
                .isPresent();
    }

    /** Whether somebody may have lost something since {@code before}: an address is another's or nobody's, or a service has changed. */
    boolean narrows(Identities before) {
        boolean moved = before.owners.entrySet().stream()
                .anyMatch(entry -> !entry.getValue().equals(owners.get(entry.getKey())));
        return moved
                || before.parties.entrySet().stream()
                        .anyMatch(entry -> !entry.getValue().equals(parties.get(entry.getKey())));
    }
}
