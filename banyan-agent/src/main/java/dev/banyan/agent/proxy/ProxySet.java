package dev.banyan.agent.proxy;

import static java.util.Objects.requireNonNull;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Everything the load balancer of one agent shall serve.
 *
 * @param revision the store's revision this set was made from; reported back when it is applied
 * @param ranges decide which backends are local; a virtual address outside the service range works for containers but not from the server
 * @param frontends at most 20,000, each entrance in one of them only
 * @param services at most 20,000, each address in one of them only
 * @param dual those of the backends that IPv6 leads to as well, by the twins of their addresses
 */
public record ProxySet(
        long revision,
        ClusterRanges ranges,
        List<Frontend> frontends,
        List<VirtualService> services,
        Set<Ipv4Address> dual) {
    /** Ten times what a cluster of 50 servers was seen to run; the kernel takes seconds for more. */
    private static final int FRONTEND_LIMIT = 20_000;

    /** A set of IPv4 alone. */
    public ProxySet(long revision, ClusterRanges ranges, List<Frontend> frontends, List<VirtualService> services) {
        this(revision, ranges, frontends, services, Set.of());
    }

    /** A set without whole services. */
    public ProxySet(long revision, ClusterRanges ranges, List<Frontend> frontends) {
        this(revision, ranges, frontends, List.of());
    }

    public ProxySet {
        requireNonNull(ranges, "ranges");
        frontends = List.copyOf(frontends);
        services = List.copyOf(services);
        dual = Set.copyOf(dual);
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

    /**
     * What of this set IPv4 leads to, but for the published ports in {@code taken}; a frontend that no other entrance is left to is dropped.
     */
    ProxySet without(List<PortTaken> taken) {
        boolean whole = taken.stream().allMatch(PortTaken::ipv6)
                && frontends.stream().noneMatch(frontend -> isOf(frontend, Entrance.AddressedIpv6.class));
        return whole ? this : with(open(taken, false), services);
    }

    private static boolean isOf(Frontend frontend, Class<? extends Entrance> kind) {
        return kind.isInstance(frontend.entrances().getFirst());
    }

    /**
     * What of this set IPv6 leads to, but for the published ports in {@code taken}: services and ports, but for those of IPv4 addresses, that
     * have backends with IPv6.
     */
    ProxySet ofIpv6(List<PortTaken> taken) {
        if (ranges.twins().isEmpty() || dual.isEmpty()) {
            return with(List.of(), List.of());
        }
        var reached = open(taken, true).stream()
                .map(frontend -> frontend.to(frontend.backends().stream()
                        .filter(backend -> dual.contains(backend.address()))
                        .toList()))
                .filter(frontend -> !frontend.backends().isEmpty())
                .toList();
        var whole = services.stream()
                .map(service -> service.to(
                        service.backends().stream().filter(dual::contains).toList()))
                .filter(service -> !service.backends().isEmpty())
                .toList();
        return with(reached, whole);
    }

    private ProxySet with(List<Frontend> others, List<VirtualService> whole) {
        return new ProxySet(revision, ranges, others, whole, dual);
    }

    private List<Frontend> open(List<PortTaken> taken, boolean ipv6) {
        var gone = taken.stream().filter(port -> port.ipv6() == ipv6).toList();
        Class<? extends Entrance> others = ipv6 ? Entrance.Addressed.class : Entrance.AddressedIpv6.class;
        return frontends.stream()
                .filter(frontend -> !isOf(frontend, others))
                .map(frontend -> new Open(
                        frontend,
                        frontend.entrances().stream()
                                .filter(entrance -> !isTaken(gone, frontend.protocol(), entrance))
                                .toList()))
                .filter(open -> !open.entrances.isEmpty())
                .map(open -> open.frontend.with(open.entrances))
                .toList();
    }

    private static boolean isTaken(List<PortTaken> taken, Protocol protocol, Entrance entrance) {
        return taken.stream().anyMatch(other -> other.is(protocol, entrance));
    }

    /** A frontend and those of its entrances that are free. */
    private record Open(Frontend frontend, List<Entrance> entrances) {}
}
