package dev.banyan.agent.network;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.Ipv4Range;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What lies between the kernel's routes and those wanted. Pure.
 *
 * @param commands arguments for {@code ip route}, in this order
 * @param conflicts wanted routes whose destination somebody else routes already; they are left alone
 */
record RouteChange(List<List<String>> commands, List<String> conflicts) {
    /** Marks our routes. No number that iproute2 or a routing daemon in Debian uses; the kernel does not interpret it. */
    static final String PROTOCOL = "157";

    /** Between where a route leads and the bytes of the largest packet that passes there. */
    static final String SIZE = " mtu ";

    RouteChange {
        commands = List.copyOf(commands);
        conflicts = List.copyOf(conflicts);
    }

    /** Destinations and targets that {@code plan} asks for where servers share a link. */
    static Map<Ipv4Range, String> wanted(OverlayPlan plan) {
        var routes = own(plan);
        plan.peers().forEach(peer -> routes.put(peer.subnet(), "via " + peer.host()));
        return routes;
    }

    /** Those where all peers are reached through one interface; {@code sizes} are bytes of the largest packet, where that is less. */
    static Map<Ipv4Range, String> through(String link, OverlayPlan plan, Map<Ipv4Range, Integer> sizes) {
        var routes = own(plan);
        // What belongs to no peer, or to one whose interface is missing, must not be sent to the default gateway in the
        // clear.
        routes.put(plan.ranges().containers(), "unreachable");
        plan.peers().forEach(peer -> {
            var size = sizes.get(peer.subnet());
            routes.put(peer.subnet(), "dev " + link + (size == null ? "" : SIZE + size));
        });
        return routes;
    }

    /** The sizes of routes that were made before. */
    static Map<Ipv4Range, Integer> sizes(List<KernelRoute> held) {
        var sizes = new LinkedHashMap<Ipv4Range, Integer>();
        for (var route : held) {
            int at = route.target().indexOf(SIZE);
            if (route.protocol().equals(PROTOCOL) && at >= 0) {
                sizes.put(route.destination(), Integer.valueOf(route.target().substring(at + SIZE.length())));
            }
        }
        return sizes;
    }

    private static Map<Ipv4Range, String> own(OverlayPlan plan) {
        var routes = new LinkedHashMap<Ipv4Range, String>();
        // A container that is gone is refused here instead of being sent to the default gateway.
        routes.put(plan.ranges().own(), "unreachable");
        // A program of the server needs some route to a virtual address before its packets meet the load balancer.
        routes.put(plan.ranges().services(), "dev lo");
        return routes;
    }

    /** As the other one, of IPv4. */
    static RouteChange of(Map<Ipv4Range, String> wanted, List<KernelRoute> held) {
        return of(AddressFamily.IPV4, wanted, held);
    }

    /** Compares; an empty {@code wanted} takes all our routes back. */
    static RouteChange of(AddressFamily family, Map<Ipv4Range, String> wanted, List<KernelRoute> held) {
        var commands = new ArrayList<List<String>>();
        var conflicts = new ArrayList<String>();
        var right = new HashSet<Ipv4Range>();
        for (var route : held) {
            if (route.protocol().equals(PROTOCOL)) {
                if (!wanted.containsKey(route.destination())) {
                    commands.add(List.of("del", family.of(route.destination()), "proto", PROTOCOL));
                } else if (route.target().equals(wanted.get(route.destination()))) {
                    right.add(route.destination());
                }
            }
        }
        wanted.forEach((destination, target) -> {
            var other = foreign(destination, held);
            if (other.isPresent()) {
                conflicts.add(family.of(destination) + " " + target + ": there is a route to it already, "
                        + other.get().target() + " by protocol number "
                        + other.get().protocol());
            } else if (!right.contains(destination)) {
                commands.add(replace(family.of(destination), target));
            }
        });
        return new RouteChange(commands, conflicts);
    }

    private static Optional<KernelRoute> foreign(Ipv4Range destination, List<KernelRoute> held) {
        return held.stream()
                .filter(route -> route.destination().equals(destination)
                        && !route.protocol().equals(PROTOCOL))
                .findFirst();
    }

    private static List<String> replace(String destination, String target) {
        var arguments = new ArrayList<>(List.of("replace"));
        var words = List.of(target.split(" "));
        if (words.size() == 1) {
            arguments.addAll(words);
            arguments.add(destination);
        } else {
            arguments.add(destination);
            arguments.addAll(words);
        }
        arguments.addAll(List.of("proto", PROTOCOL));
        return List.copyOf(arguments);
    }
}
