package dev.banyan.agent.proxy;

import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.PortHold;
import dev.banyan.agent.host.PortOwners;
import dev.banyan.agent.host.PortSpace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The published ports this agent holds. Each one is bound, so that no other program can begin to serve on it, and one that another program
 * already serves on is not taken away from it. For one caller at a time.
 */
final class PublishedPorts {
    /** A port of one protocol. */
    record Port(Protocol protocol, int number) implements Comparable<Port> {
        @Override
        public int compareTo(Port other) {
            int byNumber = Integer.compare(number, other.number);
            return byNumber != 0 ? byNumber : protocol.compareTo(other.protocol);
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
        for (var frontend : set.frontends()) {
            for (var entrance : frontend.entrances()) {
                if (entrance instanceof Entrance.Published(int port)) {
                    ports.add(new Port(frontend.protocol(), port));
                }
            }
        }
        return ports;
    }

    /** Holds every one of {@code wanted} that is free, besides those held already; answers those that are not. */
    List<PortTaken> hold(Set<Port> wanted) throws InterruptedException {
        var taken = new ArrayList<PortTaken>();
        for (var port : wanted) {
            if (!held.containsKey(port)) {
                switch (space.open(port.protocol().transport(), port.number())) {
                    case PortHold.Outcome.Held(var hold) -> held.put(port, hold);
                    case PortHold.Outcome.InUse() -> taken.add(taken(port));
                }
            }
        }
        return taken;
    }

    private PortTaken taken(Port port) throws InterruptedException {
        return new PortTaken(port.protocol(), port.number(), holder(port));
    }

    private String holder(Port port) throws InterruptedException {
        try {
            return owners.of(port.protocol().transport(), port.number()).orElse("an unknown socket");
        } catch (HostException unknown) {
            // Who it is helps the operator; that the port is taken is what counts.
            return "an unknown socket";
        }
    }

    /** Lets every port go that is not in {@code wanted}. */
    void keepOnly(Set<Port> wanted) {
        held.entrySet().removeIf(entry -> {
            boolean unwanted = !wanted.contains(entry.getKey());
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
        return switch (space.open(port.protocol().transport(), port.port())) {
            case PortHold.Outcome.Held(var hold) -> {
                hold.close();
                yield true;
            }
            case PortHold.Outcome.InUse() -> false;
        };
    }
}
