package dev.banyan.agent.proxy;

import static java.util.Objects.requireNonNull;

import dev.banyan.agent.host.Ipv4Address;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/**
 * A service behind an address of its own, whatever port a client uses: the backend is reached at that same port, by TCP and UDP.
 *
 * @param address belongs to the service alone
 * @param backends who answers, at most 1,000, each once, in any order; without one, clients are refused at once
 * @param affinity for how long a client keeps its backend after its last new flow; zero when it does not
 */
public record VirtualService(Ipv4Address address, List<Ipv4Address> backends, Duration affinity) {
    /** The limit of replicas of a service. */
    private static final int BACKEND_LIMIT = 1_000;

    /** One that knows no client again. */
    public VirtualService(Ipv4Address address, List<Ipv4Address> backends) {
        this(address, backends, Duration.ZERO);
    }

    /** The same to others. */
    VirtualService to(List<Ipv4Address> others) {
        return new VirtualService(address, others, affinity);
    }

    public VirtualService {
        requireNonNull(address, "address");
        requireNonNull(affinity, "affinity");
        backends = List.copyOf(backends);
        if (backends.size() > BACKEND_LIMIT) {
            throw new IllegalArgumentException("a service has at most " + BACKEND_LIMIT + " backends: " + address);
        }
        if (new HashSet<>(backends).size() < backends.size()) {
            throw new IllegalArgumentException("a backend is listed twice: " + backends);
        }
    }
}
