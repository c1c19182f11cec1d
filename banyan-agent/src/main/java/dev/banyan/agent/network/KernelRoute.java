package dev.banyan.agent.network;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.Ipv4Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A route of the main table.
 *
 * @param target such as {@code via 10.99.0.12}, {@code dev bny1 mtu 1280} or {@code unreachable}
 * @param device the link it leads to; empty when to none
 * @param protocol the number of who made it
 */
record KernelRoute(Ipv4Range destination, String target, String device, String protocol) {
    private static final String UNICAST = "1";
    private static final String UNREACHABLE = "7";
    /** Who learned a route from a router's advertisements. */
    private static final String ADVERTISED = "9";
    /** Whoever made a route without naming a protocol; ip leaves it out. */
    private static final String BOOT = "3";

    /** As {@link #parse(AddressFamily, String)}, of IPv4. */
    static List<KernelRoute> parse(String json) {
        return parse(AddressFamily.IPV4, json);
    }

    /**
     * Reads the answer of {@code ip -j -N -4 route show table main}, or of {@code -6}: then those to the cluster's addresses.
     *
     * @throws HostException when it is not what ip writes
     */
    static List<KernelRoute> parse(AddressFamily family, String json) {
        var routes = new ArrayList<KernelRoute>();
        for (var route : objects(json)) {
            of(family, route).ifPresent(routes::add);
        }
        return routes;
    }

    /** The links by which routers advertise themselves, of the same answer. */
    static Set<String> advertised(String json) {
        return objects(json).stream()
                .filter(route -> text(route, "protocol").equals(ADVERTISED))
                .map(route -> text(route, "dev"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The links by which the server reaches whatever no other route leads to, of the same answer. */
    static Set<String> waysOut(String json) {
        return objects(json).stream()
                .filter(route -> text(route, "dst").equals("default"))
                .map(route -> text(route, "dev"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<JsonObject> objects(String json) {
        try {
            return JsonParser.parseString(json).getAsJsonArray().asList().stream()
                    .map(JsonElement::getAsJsonObject)
                    .toList();
        } catch (JsonParseException | IllegalStateException e) {
            throw new HostException("ip's listing of routes could not be understood: " + e.getMessage(), e);
        }
    }

    private static Optional<KernelRoute> of(AddressFamily family, JsonObject route) {
        var text = text(route, "dst");
        var destination = family.readRange(text.equals("default") && !family.isIpv6() ? "0.0.0.0/0" : text);
        if (destination.isEmpty() && !family.isIpv6()) {
            throw new HostException("ip's listing of routes could not be understood: a route to '" + text + "'");
        }
        return destination.map(to -> new KernelRoute(
                to, target(route), text(route, "dev"), route.has("protocol") ? text(route, "protocol") : BOOT));
    }

    private static String target(JsonObject route) {
        var type = text(route, "type");
        if (type.equals(UNREACHABLE)) {
            return "unreachable";
        }
        if (!type.isEmpty() && !type.equals(UNICAST)) {
            return "type " + type;
        }
        var way = route.has("gateway") ? "via " + text(route, "gateway") : "dev " + text(route, "dev");
        return way + size(route);
    }

    private static String size(JsonObject route) {
        if (route.has("metrics")) {
            for (var metric : route.getAsJsonArray("metrics")) {
                var bytes = text(metric.getAsJsonObject(), "mtu");
                if (!bytes.isEmpty()) {
                    return RouteChange.SIZE + bytes;
                }
            }
        }
        return "";
    }

    /** Empty when absent: ip leaves out what is zero or usual. */
    private static String text(JsonObject route, String name) {
        JsonElement value = route.get(name);
        return value == null ? "" : value.getAsString();
    }
}
