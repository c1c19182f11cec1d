package dev.banyan.agent.isolation;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.Ipv4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Gives containers the twins of their addresses: what their network plugin, which chooses addresses of its own, cannot. Keeps nothing. */
final class TwinLinks {
    /** What the plugin calls the container's end. */
    private static final String INSIDE = "eth0";

    private final CommandRunner commands;
    private final AddressFamily family;
    private final Ipv4Address gateway;

    private TwinLinks(CommandRunner commands, AddressFamily family, Ipv4Address gateway) {
        this.commands = commands;
        this.family = family;
        this.gateway = gateway;
    }

    /** Empty where this server carries IPv4 alone. */
    static Optional<TwinLinks> of(CommandRunner commands, ClusterRanges ranges) {
        return ranges.families().stream()
                .filter(AddressFamily::isIpv6)
                .map(family -> new TwinLinks(commands, family, ranges.gateway()))
                .findFirst();
    }

    /**
     * Makes the container at {@code address}, whose link is {@code link}, reachable by the twin; what is so is left alone.
     *
     * @throws HostException when the kernel refuses
     */
    void ensure(String link, Ipv4Address address) throws InterruptedException {
        if (has(link, address)) {
            return;
        }
        var inside = namespace(link);
        var own = family.alone(address);
        var server = family.of(gateway);
        for (var step : List.of(
                within(inside, "addr", "replace", own, "dev", INSIDE, "nodad"),
                within(inside, "route", "replace", server, "dev", INSIDE),
                within(inside, "route", "replace", "default", "via", server, "dev", INSIDE),
                List.of("-6", "addr", "replace", family.alone(gateway), "dev", link, "nodad"),
                List.of("-6", "route", "replace", family.of(address), "dev", link))) {
            ip(step);
        }
    }

    /** Whether the container at {@code address} has its twin already: the last step tells that all were taken. */
    boolean has(String link, Ipv4Address address) throws InterruptedException {
        var wanted = family.of(address);
        return find(
                        ip(List.of("-j", "-N", "-6", "route", "show", "table", "main")),
                        route -> text(route, "dst").equals(wanted)
                                && text(route, "dev").equals(link))
                .isPresent();
    }

    /** The name of the network namespace that the other end of {@code link} is in. */
    private String namespace(String link) throws InterruptedException {
        var id = find(ip(List.of("-j", "link", "show", "dev", link)), seen -> text(seen, "ifname")
                        .equals(link))
                .map(seen -> text(seen, "link_netnsid"))
                .orElse("");
        return find(
                        ip(List.of("-j", "netns", "list-id")),
                        space -> text(space, "nsid").equals(id) && space.has("name"))
                .map(space -> text(space, "name"))
                .orElseThrow(() -> new HostException("the network namespace behind link " + link + " has no name"));
    }

    private static List<String> within(String namespace, String... words) {
        return Stream.concat(Stream.of("-n", namespace, "-6"), Stream.of(words)).toList();
    }

    private String ip(List<String> words) throws InterruptedException {
        var line = new ArrayList<>(List.of("ip"));
        line.addAll(words);
        return commands.run(CommandLine.of(line.toArray(String[]::new))).require();
    }

    private static Optional<JsonObject> find(String json, Predicate<JsonObject> wanted) {
        try {
            var listed = json.isBlank()
                    ? new JsonArray()
                    : JsonParser.parseString(json).getAsJsonArray();
            for (var element : listed) {
                var object = element.getAsJsonObject();
                if (wanted.test(object)) {
                    return Optional.of(object);
                }
            }
            return Optional.empty();
        } catch (JsonParseException | IllegalStateException e) {
            throw new HostException("what ip lists could not be understood: " + e.getMessage(), e);
        }
    }

    private static String text(JsonObject object, String name) {
        return object.has(name) ? object.get(name).getAsString() : "";
    }
}
