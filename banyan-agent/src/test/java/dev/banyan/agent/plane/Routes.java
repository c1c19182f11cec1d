package dev.banyan.agent.plane;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.Ipv4Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The main table of routes of one server, behind the words of {@code ip -4 route}. */
final class Routes {
    /** A route that the kernel itself made. */
    private static final String KERNEL = "2";

    private static final String BOOT = "3";

    /**
     * @param via empty when the destination is on the link itself
     * @param device empty when nothing is sent
     */
    record Route(Ipv4Range destination, Optional<Ipv4Address> via, String device, String protocol) {}

    private final Ipv4Range link;
    private List<Route> made = List.of();

    /** Of a server whose one link leads to {@code link}. */
    Routes(Ipv4Range link) {
        this.link = link;
    }

    /** Those made by commands, those of links to {@code containers}, and that of the server's own link. */
    List<Route> all(List<Ipv4Address> containers) {
        var attached =
                containers.stream().map(address -> new Route(single(address), Optional.empty(), device(address), BOOT));
        var own = Stream.of(new Route(link, Optional.empty(), ServerKernel.LINK, KERNEL));
        return Stream.of(made.stream(), attached, own).flatMap(routes -> routes).toList();
    }

    /** The route of the longest prefix. */
    Optional<Route> towards(Ipv4Address address, List<Ipv4Address> containers) {
        return all(containers).stream()
                .filter(route -> route.destination().contains(address))
                .max((one, other) -> Integer.compare(
                        one.destination().prefix(), other.destination().prefix()));
    }

    /** The name of the link to a container. */
    static String device(Ipv4Address container) {
        return "veth" + Integer.toHexString(container.bits());
    }

    private static Ipv4Range single(Ipv4Address address) {
        return new Ipv4Range(address, 32);
    }

    /** Does what comes after {@code ip -4 route}; what ip complains of when it is refused. */
    Optional<String> change(List<String> words) {
        return switch (words.getFirst()) {
            case "replace" -> replace(words.subList(1, words.size()));
            case "del" -> delete(Ipv4Range.parse(words.get(1)), words.get(3));
            default -> Optional.of("Command \"" + words.getFirst() + "\" is unknown, try \"ip route help\".");
        };
    }

    private Optional<String> replace(List<String> words) {
        var route = read(words);
        if (route.via().filter(gateway -> !link.contains(gateway)).isPresent()) {
            return Optional.of("Error: Nexthop has invalid gateway.");
        }
        var kept = new ArrayList<>(made);
        kept.removeIf(other -> other.destination().equals(route.destination()));
        kept.add(route);
        made = List.copyOf(kept);
        return Optional.empty();
    }

    private static Route read(List<String> words) {
        var protocol = words.getLast();
        if (words.getFirst().equals("unreachable")) {
            return new Route(Ipv4Range.parse(words.get(1)), Optional.empty(), "", protocol);
        }
        var destination = Ipv4Range.parse(words.getFirst());
        return words.get(1).equals("via")
                ? new Route(destination, Optional.of(Ipv4Address.parse(words.get(2))), ServerKernel.LINK, protocol)
                : new Route(destination, Optional.empty(), words.get(2), protocol);
    }

    private Optional<String> delete(Ipv4Range destination, String protocol) {
        var kept = new ArrayList<>(made);
        boolean found = kept.removeIf(route ->
                route.destination().equals(destination) && route.protocol().equals(protocol));
        made = List.copyOf(kept);
        return found ? Optional.empty() : Optional.of("RTNETLINK answers: No such process");
    }

    /** As {@code ip -j -N -4 route show table main} answers. */
    String listing(List<Ipv4Address> containers) {
        var listed = new JsonArray();
        for (var route : all(containers)) {
            var object = new JsonObject();
            if (route.device().isEmpty()) {
                object.addProperty("type", "7");
            } else {
                object.addProperty("dev", route.device());
            }
            object.addProperty("dst", text(route.destination()));
            route.via().ifPresent(gateway -> object.addProperty("gateway", gateway.toString()));
            if (!route.protocol().equals(BOOT)) {
                object.addProperty("protocol", route.protocol());
            }
            listed.add(object);
        }
        return listed.toString();
    }

    private static String text(Ipv4Range range) {
        return range.prefix() == 32 ? range.first().toString() : range.toString();
    }

    void forgetAll() {
        made = List.of();
    }
}
