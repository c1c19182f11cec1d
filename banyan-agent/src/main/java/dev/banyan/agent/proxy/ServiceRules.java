package dev.banyan.agent.proxy;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.nft.NftChain;
import dev.banyan.agent.host.nft.NftSet;
import dev.banyan.agent.proxy.Picking.Opening;
import dev.banyan.agent.proxy.Picking.Share;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What one frontend, or one whole service, brings to the table. Pure.
 *
 * @param chains that lead to its backends
 * @param learned the sets of its clients, which it may share with others of the same service
 * @param elements by the name of the set of {@link ProxyTable}: from key to verdict, which is empty where the set has none
 */
record ServiceRules(List<NftChain> chains, List<NftSet> learned, Map<String, Map<String, String>> elements) {
    ServiceRules {
        chains = List.copyOf(chains);
        learned = List.copyOf(learned);
        elements = Map.copyOf(elements);
    }

    static ServiceRules of(ClusterRanges ranges, AddressFamily family, Frontend frontend) {
        var made = new Writer(ranges, family);
        boolean closed = frontend.backends().isEmpty();
        if (closed || !frontend.allowed().everywhere()) {
            frontend.entrances().forEach(entrance -> made.refuse(frontend.protocol(), entrance));
        }
        if (closed) {
            return made.rules(new Picking(List.of(), List.of()));
        }
        var name = name(frontend);
        var shares = frontend.backends().stream()
                .sorted(Comparator.comparing(Backend::address).thenComparing(Backend::port))
                .map(backend -> new Share(backend.address(), OptionalInt.of(backend.port()), backend.weight()))
                .toList();
        made.translateSources(frontend.backends().stream().map(Backend::address).toList());
        if (Picking.bySlots(shares) && isOpen(frontend)) {
            frontend.entrances().forEach(entrance -> made.slots(frontend.protocol(), entrance.port(), shares));
            return made.rules(new Picking(List.of(), List.of()));
        }
        frontend.entrances().forEach(entrance -> made.lead(frontend.protocol(), entrance, "goto " + name));
        // The kernel translates a port only where it knows that there is one.
        var opening = new Opening(
                conditions(family, frontend),
                "meta l4proto " + frontend.protocol().word() + " ");
        return made.rules(Picking.of(family, name, opening, shares, frontend.affinity()));
    }

    static ServiceRules of(ClusterRanges ranges, AddressFamily family, VirtualService service) {
        var made = new Writer(ranges, family);
        if (service.backends().isEmpty()) {
            return made.rules(new Picking(List.of(), List.of()));
        }
        var shares = service.backends().stream()
                .sorted()
                .map(backend -> new Share(backend, OptionalInt.empty(), 1))
                .toList();
        made.translateSources(service.backends());
        if (Picking.bySlots(shares) && service.affinity().isZero()) {
            made.slots(service.address(), shares);
            return made.rules(new Picking(List.of(), List.of()));
        }
        var name = "s." + service.address();
        var affinity = Optional.of(service.affinity())
                .filter(time -> !time.isZero())
                .map(time -> new Affinity(service.address(), time));
        made.put("wholes", family.of(service.address()), "goto " + name);
        return made.rules(Picking.of(family, name, new Opening(List.of(), ""), shares, affinity));
    }

    /** To everybody alike, on all addresses of the server. */
    private static boolean isOpen(Frontend frontend) {
        return frontend.allowed().everywhere()
                && frontend.affinity().isEmpty()
                && frontend.entrances().stream().allMatch(Entrance.Published.class::isInstance);
    }

    /** What ends the way of a packet that is for somebody else, or of somebody who may not. */
    private static List<String> conditions(AddressFamily family, Frontend frontend) {
        var conditions = new ArrayList<String>();
        if (single(frontend.entrances().getFirst())) {
            conditions.add("fib daddr type != local return");
        }
        if (!frontend.allowed().everywhere()) {
            var ranges = frontend.allowed().widest(family);
            var clients = ranges.isEmpty() ? "" : " ip saddr != { " + String.join(", ", ranges) + " }";
            conditions.add("fib saddr type != local" + clients + " return");
        }
        return conditions;
    }

    private static boolean single(Entrance entrance) {
        return switch (entrance) {
            case Entrance.Addressed addressed -> addressed.single().isPresent();
            case Entrance.AddressedIpv6 addressed -> addressed.single().isPresent();
            case Entrance.Published ignored -> false;
            case Entrance.Virtual ignored -> false;
        };
    }

    private static String name(Frontend frontend) {
        var first = frontend.entrances().stream()
                .map(ServiceRules::label)
                .sorted()
                .findFirst()
                .orElseThrow();
        return frontend.protocol().word() + "." + first;
    }

    private static String label(Entrance entrance) {
        return switch (entrance) {
            case Entrance.Published(int port) -> "p." + port;
            case Entrance.Addressed(var address, int port) -> "a." + address + "." + port;
            // A name of the kernel has no colon.
            case Entrance.AddressedIpv6(var address, int port) -> "a." + address.replace(':', '_') + "." + port;
            case Entrance.Virtual(var address, int port) -> "v." + address + "." + port;
        };
    }

    /** Collects the elements of one. */
    private static final class Writer {
        private final ClusterRanges ranges;
        private final AddressFamily family;
        private final Map<String, Map<String, String>> elements = new HashMap<>();

        Writer(ClusterRanges ranges, AddressFamily family) {
            this.ranges = ranges;
            this.family = family;
        }

        void put(String set, String key, String verdict) {
            elements.computeIfAbsent(set, name -> new HashMap<>()).put(key, verdict);
        }

        private Optional<String> address(Entrance.Addressed one) {
            return one.single().map(family::of);
        }

        /** Into the one set with its address, or into the other one, of all addresses. */
        private void put(
                String single,
                String everywhere,
                Optional<String> address,
                Protocol protocol,
                Entrance entrance,
                String verdict) {
            var port = protocol.word() + " . " + entrance.port();
            address.ifPresentOrElse(
                    one -> put(single, one + " . " + port, verdict), () -> put(everywhere, port, verdict));
        }

        void translateSources(Collection<Ipv4Address> backends) {
            for (var backend : backends) {
                if (ranges.own().contains(backend)) {
                    put("hairpins", family.of(backend) + " . " + family.of(backend), "");
                } else {
                    put("remotes", family.of(backend), "");
                }
            }
        }

        /** A virtual address needs nothing: whatever is still addressed to the service range after translation is refused. */
        void refuse(Protocol protocol, Entrance entrance) {
            switch (entrance) {
                case Entrance.Published(int port) -> put("refused", protocol.word() + " . " + port, "");
                case Entrance.Addressed one -> put("closed", "refused", address(one), protocol, one, "");
                case Entrance.AddressedIpv6 one -> put("closed", "refused", one.single(), protocol, one, "");
                case Entrance.Virtual ignored -> {}
            }
        }

        void lead(Protocol protocol, Entrance entrance, String verdict) {
            switch (entrance) {
                case Entrance.Published(int port) -> put("ports", protocol.word() + " . " + port, verdict);
                case Entrance.Addressed one -> put("virtuals", "ports", address(one), protocol, one, verdict);
                case Entrance.AddressedIpv6 one -> put("virtuals", "ports", one.single(), protocol, one, verdict);
                case Entrance.Virtual(var address, int port) ->
                    put("virtuals", family.of(address) + " . " + protocol.word() + " . " + port, verdict);
            }
        }

        void slots(Protocol protocol, int port, List<Share> shares) {
            lead(protocol, new Entrance.Published(port), "goto " + Picking.chain(protocol.word(), shares.size()));
            fill(protocol.word() + "_slots", Integer.toString(port), shares);
        }

        void slots(Ipv4Address address, List<Share> shares) {
            var key = family.of(address);
            put("wholes", key, "goto " + Picking.chain("wholes", shares.size()));
            fill("whole_slots", key, shares);
        }

        private void fill(String set, String key, List<Share> shares) {
            for (int slot = 0; slot < shares.size(); slot++) {
                put(set, key + " . " + slot, shares.get(slot).element(family));
            }
        }

        ServiceRules rules(Picking picking) {
            return new ServiceRules(picking.chains(), picking.learned(), elements);
        }
    }
}
