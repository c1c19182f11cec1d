package dev.banyan.agent.proxy;

import static java.util.Objects.requireNonNull;

import dev.banyan.agent.host.Ipv4Range;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * One port of a service.
 *
 * @param entrances where clients reach it, from 1 to 16, each once
 * @param backends who answers, at most 1,000, each address and port once, in any order; without one, clients are refused at once
 * @param allowed ranges that clients must come from, this server's own programs aside; empty is everywhere. Not for virtual entrances
 * @param affinity how clients keep their backend; empty when they do not
 */
public record Frontend(
        Protocol protocol,
        List<Entrance> entrances,
        List<Backend> backends,
        List<Ipv4Range> allowed,
        Optional<Affinity> affinity) {
    /** A service has one virtual address, and Compose files that publish one port under more than a few are mistakes. */
    private static final int ENTRANCE_LIMIT = 16;

    /** The limit of replicas of a service. */
    private static final int BACKEND_LIMIT = 1_000;

    /** The same by other ways in. */
    Frontend with(List<Entrance> others) {
        return new Frontend(protocol, others, backends, allowed, affinity);
    }

    /** The same to others. */
    Frontend to(List<Backend> others) {
        return new Frontend(protocol, entrances, others, allowed, affinity);
    }

    /** One that is open to everybody, and knows nobody again. */
    public Frontend(Protocol protocol, List<Entrance> entrances, List<Backend> backends) {
        this(protocol, entrances, backends, List.of(), Optional.empty());
    }

    public Frontend {
        requireNonNull(protocol, "protocol");
        requireNonNull(affinity, "affinity");
        allowed = List.copyOf(allowed);
        entrances = List.copyOf(entrances);
        backends = List.copyOf(backends);
        if (entrances.isEmpty() || entrances.size() > ENTRANCE_LIMIT) {
            throw new IllegalArgumentException(
                    "a frontend has from 1 to " + ENTRANCE_LIMIT + " entrances: " + entrances);
        }
        if (backends.size() > BACKEND_LIMIT) {
            throw new IllegalArgumentException("a frontend has at most " + BACKEND_LIMIT + " backends: " + entrances);
        }
        if (entrances.size() > 1 && entrances.stream().anyMatch(Entrance.Addressed.class::isInstance)) {
            throw new IllegalArgumentException("a port of one address is a frontend of its own: " + entrances);
        }
        if (!allowed.isEmpty() && entrances.stream().anyMatch(Entrance.Virtual.class::isInstance)) {
            throw new IllegalArgumentException("who may use a virtual address is not decided here: " + entrances);
        }
        var seen = new HashSet<String>();
        if (!backends.stream().map(Backend::toString).allMatch(seen::add)) {
            throw new IllegalArgumentException("a backend is listed twice: " + backends);
        }
    }
}
