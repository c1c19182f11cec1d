package dev.banyan.agent.proxy;

import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.PortHold;
import dev.banyan.agent.host.PortOwners;
import dev.banyan.agent.host.PortSpace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The published ports this agent holds. Each one is bound, so that no other program can begin to serve on it, and one that another program
 * already serves on is not taken away from it. For one caller at a time.
 */
final class PublishedPorts {
    /** A port of one protocol, on one address of IPv4 or of IPv6, or with an empty one on all of the kind. */
    record Port(Protocol protocol, String address, int number, boolean ipv6) implements Comparable<Port> {
        private static final Comparator<Port> ORDER = Comparator.comparingInt(Port::number)
                .thenComparing(Port::protocol)
                .thenComparing(Port::address)
                .thenComparing(Port::ipv6);

        private static Optional<Port> of(Protocol protocol, Entrance entrance, boolean ipv6) {
            return switch (entrance) {
                case Entrance.Published(int number) -> Optional.of(new Port(protocol, "", number, ipv6));
                case Entrance.Addressed one ->
                    Optional.of(new Port(
                            protocol, one.single().map(Object::toString).orElse(""), one.port(), false));
                case Entrance.AddressedIpv6 one ->
                    Optional.of(new Port(protocol, one.single().orElse(""), one.port(), true));
                case Entrance.Virtual ignored -> Optional.empty();
            };
        }

        private static Port of(PortTaken taken) {
            return new Port(taken.protocol(), taken.address().orElse(""), taken.port(), taken.ipv6());
        }

        private Optional<String> single() {
            return Optional.of(address).filter(one -> !one.isEmpty());
        }

        /** The kernel gives out one of them at a time. */
        private boolean excludes(Port other) {
            return protocol == other.protocol
                    && ipv6 == other.ipv6
                    && number == other.number
                    && (single().isEmpty() || other.single().isEmpty());
        }

        @Override
        public int compareTo(Port other) {
            return ORDER.compare(this, other);
        }
    }

    private final PortSpace space;
    private final PortOwners owners;
    private final Map<Port, PortHold> held = new HashMap<>();

    PublishedPorts(PortSpace space, PortOwners owners) {
        this.space = space;
        this.owners = owners;
    }

    /** The published ports of {@code set}. */
    static Set<Port> of(ProxySet set) {
        var ports = new TreeSet<Port>();
        of(set.without(List.of()), false, ports);
        of(set.ofIpv6(List.of()), true, ports);
        return ports;
    }

    private static void of(ProxySet set, boolean ipv6, Set<Port> ports) {
        for (var frontend : set.frontends()) {
            for (var entrance : frontend.entrances()) {
                Port.of(frontend.protocol(), entrance, ipv6).ifPresent(ports::add);
            }
        }
    }

    /** Holds every one of {@code wanted} that is free, besides those held already; answers those that are not. */
    List<PortTaken> hold(Set<Port> wanted) throws InterruptedException {
        var taken = new ArrayList<PortTaken>();
        for (var port : wanted) {
            if (!held.containsKey(port)) {
                letGo(other -> other.excludes(port) && !wanted.contains(other));
                switch (open(port)) {
                    case PortHold.Outcome.Held(var hold) -> held.put(port, hold);
                    case PortHold.Outcome.InUse() -> taken.add(taken(port));
                    case PortHold.Outcome.Elsewhere() ->
                        taken.add(PortTaken.elsewhere(port.protocol(), port.number(), port.address()));
                }
            }
        }
        return taken;
    }

    private PortHold.Outcome open(Port port) {
        var transport = port.protocol().transport();
        return port.ipv6()
                ? space.openIpv6(transport, port.single().orElse(PortHold.EVERY_IPV6), port.number())
                : space.open(
                        transport, port.single().map(Ipv4Address::parse).orElse(PortHold.EVERY_ADDRESS), port.number());
    }

    private PortTaken taken(Port port) throws InterruptedException {
        return new PortTaken(port.protocol(), port.number(), holder(port), port.single(), port.ipv6());
    }

    private String holder(Port port) throws InterruptedException {
        try {
            return owners.of(port.protocol().transport(), port.number()).orElse("an unknown socket");
        } catch (HostException unknown) {
            // Who it is helps the operator; that the port is taken is what counts.
            return "an unknown socket";
        }
    }

    /** Lets those go whose address the server has no more: a socket stays when its address goes. Whether there were any. */
    boolean letGoOfMoved() {
        int before = held.size();
        letGo(port -> port.single().isPresent() && moved(port));
        return held.size() < before;
    }

    /** The kernel looks at the address before it looks who has the port. */
    private boolean moved(Port port) {
        return switch (open(port)) {
            case PortHold.Outcome.Held(var second) -> {
                second.close();
                yield false;
            }
            case PortHold.Outcome.InUse() -> false;
            case PortHold.Outcome.Elsewhere() -> true;
        };
    }

    /** Lets every port go that is not in {@code wanted}. */
    void keepOnly(Set<Port> wanted) {
        letGo(port -> !wanted.contains(port));
    }

    private void letGo(Predicate<Port> which) {
        held.entrySet().removeIf(entry -> {
            boolean unwanted = which.test(entry.getKey());
            if (unwanted) {
                entry.getValue().close();
            }
            return unwanted;
        });
    }

    /** Whether one of {@code taken} could be held now. */
    boolean someFree(List<PortTaken> taken) {
        return taken.stream().anyMatch(this::free);
    }

    private boolean free(PortTaken port) {
        return switch (open(Port.of(port))) {
            case PortHold.Outcome.Held(var hold) -> {
                hold.close();
                yield true;
            }
            case PortHold.Outcome.InUse(), PortHold.Outcome.Elsewhere() -> false;
        };
    }
}
