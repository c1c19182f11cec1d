package dev.banyan.agent.proxy;

import static java.util.Objects.requireNonNull;

import dev.banyan.agent.host.ClusterRanges;
import java.util.HashSet;
import java.util.List;

/**
 * Everything the load balancer of one agent shall serve.
 *
 * @param revision the store's revision this set was made from; reported back when it is applied
 * @param ranges decide which backends are local; a virtual address outside the service range works for containers but not from the server
 * @param frontends at most 20,000, each entrance in one of them only
 * @param services at most 20,000, each address in one of them only
 */
public record ProxySet(long revision, ClusterRanges ranges, List<Frontend> frontends, List<VirtualService> services) {
    /** Ten times what a cluster of 50 servers was seen to run; the kernel takes seconds for more. */
    private static final int FRONTEND_LIMIT = 20_000;

    /** A set without whole services. */
    public ProxySet(long revision, ClusterRanges ranges, List<Frontend> frontends) {
        this(revision, ranges, frontends, List.of());
    }

    public ProxySet {
        requireNonNull(ranges, "ranges");
        frontends = List.copyOf(frontends);
        services = List.copyOf(services);
        if (services.size() > FRONTEND_LIMIT) {
            throw new IllegalArgumentException("more than " + FRONTEND_LIMIT + " services: " + services.size());
        }
        if (services.stream().map(VirtualService::address).distinct().count() < services.size()) {
            throw new IllegalArgumentException("two services share an address");
        }
        if (frontends.size() > FRONTEND_LIMIT) {
            throw new IllegalArgumentException("more than " + FRONTEND_LIMIT + " frontends: " + frontends.size());
        }
        var seen = new HashSet<String>();
        for (var frontend : frontends) {
            for (var entrance : frontend.entrances()) {
                if (!seen.add(frontend.protocol().word() + " " + entrance)) {
                    throw new IllegalArgumentException("two frontends share " + frontend.protocol() + " " + entrance);
                }
            }
        }
    }

    /** The same set without the published ports in {@code taken}; a frontend that no other entrance is left to is dropped. */
    ProxySet without(List<PortTaken> taken) {
        if (taken.isEmpty()) {
            return this;
        }
        var kept = frontends.stream()
                .map(frontend -> new Open(
                        frontend,
                        frontend.entrances().stream()
                                .filter(entrance -> !isTaken(taken, frontend.protocol(), entrance))
                                .toList()))
                .filter(open -> !open.entrances.isEmpty())
                .map(open -> open.frontend.with(open.entrances))
                .toList();
        return new ProxySet(revision, ranges, kept, services);
    }

    private static boolean isTaken(List<PortTaken> taken, Protocol protocol, Entrance entrance) {
        return taken.stream().anyMatch(other -> other.is(protocol, entrance));
    }

    /** A frontend and those of its entrances that are free. */
    private record Open(Frontend frontend, List<Entrance> entrances) {}
}
