package dev.banyan.agent.proxy;

import static java.util.Objects.requireNonNull;

import java.util.HashSet;
import java.util.List;

/**
 * One port of a service.
 *
 * @param entrances where clients reach it, from 1 to 16, each once
 * @param backends who answers, at most 1,000, each address and port once, in any order; without one, clients are refused at once
 */
public record Frontend(Protocol protocol, List<Entrance> entrances, List<Backend> backends) {
    /** A service has one virtual address, and Compose files that publish one port under more than a few are mistakes. */
    private static final int ENTRANCE_LIMIT = 16;

    /** The limit of replicas of a service. */
    private static final int BACKEND_LIMIT = 1_000;

    public Frontend {
        requireNonNull(protocol, "protocol");
        entrances = List.copyOf(entrances);
        backends = List.copyOf(backends);
        if (entrances.isEmpty() || entrances.size() > ENTRANCE_LIMIT) {
            throw new IllegalArgumentException(
                    "a frontend has from 1 to " + ENTRANCE_LIMIT + " entrances: " + entrances);
        }
        if (backends.size() > BACKEND_LIMIT) {
            throw new IllegalArgumentException("a frontend has at most " + BACKEND_LIMIT + " backends: " + entrances);
        }
        var seen = new HashSet<String>();
        if (!backends.stream().map(Backend::toString).allMatch(seen::add)) {
            throw new IllegalArgumentException("a backend is listed twice: " + backends);
        }
    }
}
