package dev.banyan.agent.plane;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.PortHold.Transport;
import dev.banyan.agent.proxy.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** What servers lead requests to, against what truly lives. */
public final class PlaneCheck {
    /** Any port of a virtual address leads to the same port of a backend. */
    private static final int ANY_PORT = 8_080;

    /** A port that is open on servers, and the port of the containers that it leads to. */
    public record Published(Protocol protocol, int port, int target) {
        Transport transport() {
            return protocol == Protocol.TCP ? Transport.TCP : Transport.UDP;
        }
    }

    /**
     * What a server shall serve.
     *
     * @param virtual its own address
     * @param published open on that server
     * @param backends addresses of those that shall answer
     */
    public record Service(String virtual, List<Published> published, List<String> backends) {}

    private record Way(Asker asker, Protocol protocol, String to, int port) {}

    private record Dead(String server, String service, Ipv4Address address) {}

    private final Wire wire;
    private final String outsider;
    private final BiPredicate<Ipv4Address, Ipv4Address> together;
    private final Map<Dead, Duration> since = new LinkedHashMap<>();

    /** {@code outsider} is a server of the wire that no agent works on. */
    public PlaneCheck(Wire wire, String outsider) {
        this(wire, outsider, (one, other) -> true);
    }

    /** {@code together} says whether a container may reach another one, or a virtual address; others shall refuse it. */
    public PlaneCheck(Wire wire, String outsider, BiPredicate<Ipv4Address, Ipv4Address> together) {
        this.wire = wire;
        this.outsider = outsider;
        this.together = together;
    }

    /** What the server does not lead where it shall, of all that programs, containers and outsiders can ask it; S16 at rest. */
    public Optional<String> difference(String server, Collection<Service> services) {
        for (var service : services) {
            for (var way : virtualWays(server, service.virtual())) {
                boolean may = !(way.asker() instanceof Asker.Container(var ignored, var address))
                        || together.test(address, Ipv4Address.parse(service.virtual()));
                var wrong = differenceOf(way, may ? service.backends() : List.of(), ANY_PORT);
                if (wrong.isPresent()) {
                    return wrong;
                }
            }
            for (var published : service.published()) {
                var wrong = differenceOf(server, published, service.backends());
                if (wrong.isPresent()) {
                    return wrong;
                }
            }
        }
        return Optional.empty();
    }

    /** Containers of any two servers that do not reach each other under their own addresses, or do where they may not. */
    public Optional<String> unconnected(Collection<String> servers) {
        for (var server : servers) {
            var attached = wire.server(server).attached();
            for (var address : servers.stream()
                    .flatMap(other -> wire.server(other).attached().stream())
                    .toList()) {
                for (var from : attached) {
                    var wrong = from.equals(address) ? Optional.<String>empty() : unconnected(server, from, address);
                    if (wrong.isPresent()) {
                        return wrong;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> unconnected(String server, Ipv4Address from, Ipv4Address to) {
        var way = new Way(new Asker.Container(server, from), Protocol.TCP, to.toString(), ANY_PORT);
        if (!together.test(from, to)) {
            return ask(way).stream().noneMatch(Reach.Reached.class::isInstance)
                    ? Optional.empty()
                    : Optional.of(way + " ends at " + ask(way) + ", where it may not be");
        }
        boolean reached = ask(way).stream()
                .allMatch(reach -> reach instanceof Reach.Reached found
                        && found.towards().address().equals(to)
                        && found.from().equals(from));
        return reached ? Optional.empty() : Optional.of(way + " ends at " + ask(way));
    }

    /** S8: a port that a program serves is that program's. */
    private Optional<String> differenceOf(String server, Published published, List<String> backends) {
        var kernel = wire.server(server);
        boolean taken = kernel.serves(published.transport(), published.port());
        return publishedWays(kernel, published).stream()
                .flatMap(way -> (taken
                                ? differenceOf(way, List.of(way.to()), way.port())
                                : differenceOf(way, backends, published.target()))
                        .stream())
                .findFirst();
    }

    private Optional<String> differenceOf(Way way, List<String> wanted, int port) {
        var reached = new TreeSet<String>();
        for (var reach : ask(way)) {
            switch (reach) {
                case Reach.Reached found -> reached.add(found.towards().toString());
                case Reach.Refused refused -> reached.add("refused");
                case Reach.Unreachable unreachable -> reached.add(unreachable.toString());
                case Reach.Lost lost -> reached.add(lost.toString());
            }
        }
        var right = new TreeSet<String>();
        wanted.forEach(address -> right.add(address + ":" + port));
        if (right.isEmpty()) {
            right.add("refused");
        }
        return reached.equals(right)
                ? Optional.empty()
                : Optional.of(way + " ends at " + reached + " instead of " + right);
    }

    private Set<Reach> ask(Way way) {
        return wire.reach(way.asker(), way.protocol(), way.to(), way.port());
    }

    private List<Way> virtualWays(String server, String address) {
        var ways = new ArrayList<Way>();
        for (var asker : askers(server)) {
            for (var protocol : Protocol.values()) {
                ways.add(new Way(asker, protocol, address, ANY_PORT));
            }
        }
        return ways;
    }

    private List<Way> publishedWays(ServerKernel kernel, Published published) {
        var own = kernel.address().toString();
        var ways = new ArrayList<Way>();
        var askers = new ArrayList<>(askers(kernel.name()));
        askers.add(new Asker.Program(outsider));
        askers.forEach(asker -> ways.add(new Way(asker, published.protocol(), own, published.port())));
        ways.add(new Way(new Asker.Program(kernel.name()), published.protocol(), "127.0.0.1", published.port()));
        return ways;
    }

    private List<Asker> askers(String server) {
        var askers = new ArrayList<Asker>(List.of(new Asker.Program(server)));
        wire.server(server).attached().stream()
                .findFirst()
                .ifPresent(address -> askers.add(new Asker.Container(server, address)));
        return askers;
    }

    /** Where a program of the server is led when it asks for the service: addresses, whether anybody answers there or not. */
    public Set<Ipv4Address> targets(String server, Service service) {
        var targets = new HashSet<Ipv4Address>();
        var virtual = Ipv4Address.parse(service.virtual());
        for (var reach : ask(new Way(new Asker.Program(server), Protocol.TCP, service.virtual(), ANY_PORT))) {
            if (!reach.towards().address().equals(virtual)) {
                targets.add(reach.towards().address());
            }
        }
        return targets;
    }

    /**
     * S16 at every moment: says for whom a server leads requests to an address where nobody lives, longer than {@code bound}. To be asked
     * at every change.
     */
    public Optional<String> ledToNobody(
            Duration now, Duration bound, String server, Collection<Service> services, Predicate<String> alive) {
        var dead = new HashSet<Dead>();
        for (var service : services) {
            targets(server, service).stream()
                    .filter(address -> !alive.test(address.toString()))
                    .forEach(address -> dead.add(new Dead(server, service.virtual(), address)));
        }
        since.keySet().removeIf(known -> known.server().equals(server) && !dead.contains(known));
        return dead.stream()
                .filter(found ->
                        now.minus(since.computeIfAbsent(found, unused -> now)).compareTo(bound) > 0)
                .findFirst()
                .map(found -> server + " leads requests for " + found.service() + " to " + found.address()
                        + ", where nobody lives since " + since.get(found));
    }
}
