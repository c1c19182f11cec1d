package dev.banyan.agent.network;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.Ipv4Range;
import java.util.ArrayList;
import java.util.List;

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
    /** Whoever made a route without naming a protocol; ip leaves it out. */
    private static final String BOOT = "3";

    /**
     * Reads the answer of {@code ip -j -N -4 route show table main}.
     *
     * @throws HostException when it is not what ip writes
     */
    static List<KernelRoute> parse(String json) {
        try {
            var routes = new ArrayList<KernelRoute>();
            for (var route : JsonParser.parseString(json).getAsJsonArray()) {
                routes.add(of(route.getAsJsonObject()));
            }
            return routes;
        } catch (JsonParseException | IllegalStateException | IllegalArgumentException e) {
            throw new HostException("ip's listing of routes could not be understood: " + e.getMessage(), e);
        }
    }

    private static KernelRoute of(JsonObject route) {
        var destination = text(route, "dst");
        return new KernelRoute(
                Ipv4Range.parse(destination.equals("default") ? "0.0.0.0/0" : destination),
                target(route),
                text(route, "dev"),
                route.has("protocol") ? text(route, "protocol") : BOOT);
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
