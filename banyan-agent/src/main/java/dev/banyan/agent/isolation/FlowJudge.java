package dev.banyan.agent.isolation;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.api.policy.Openness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Which flows of the kernel are no longer allowed: an answered flow is looked at by no rule. Pure. */
final class FlowJudge {
    private final ClusterRanges ranges;
    private final AddressFamily family;
    private final Set<Ipv4Address> gateways;
    private final Identities identities;

    /** {@code gateways}: addresses of servers in the containers' range. */
    FlowJudge(ClusterRanges ranges, AddressFamily family, Set<Ipv4Address> gateways, Identities identities) {
        this.ranges = ranges;
        this.family = family;
        this.gateways = Set.copyOf(gateways);
        this.identities = identities;
    }

    /**
     * Arguments for {@code conntrack -D}, each for some flows to end.
     *
     * @param listing what {@code conntrack -L} prints, a flow a line
     */
    List<List<String>> cuts(String listing) {
        var cuts = new LinkedHashSet<List<String>>();
        listing.lines().forEach(line -> cut(line).forEach(cuts::add));
        return List.copyOf(cuts);
    }

    private Stream<List<String>> cut(String line) {
        var values = values(line);
        var from = address(values, "src");
        var asked = address(values, "dst");
        var to = address(values, "reply src");
        if (from.isEmpty() || asked.isEmpty() || to.isEmpty()) {
            return Stream.of();
        }
        return cut(line, values, from.get(), asked.get(), to.get());
    }

    /** Empty for one that is not of the family, and where there is none. */
    private Optional<Ipv4Address> address(Map<String, String> values, String key) {
        return Optional.ofNullable(values.get(key)).flatMap(family::read);
    }

    private Stream<List<String>> cut(
            String line, Map<String, String> values, Ipv4Address from, Ipv4Address asked, Ipv4Address to) {
        boolean between = isContainer(from) && isContainer(to) && !from.equals(to);
        boolean led = ranges.services().contains(asked) || asked.equals(to);
        if (!between || !led) {
            return Stream.of(); // by a published port, or none of ours
        }
        return judged(line, values, from, to);
    }

    private boolean isContainer(Ipv4Address address) {
        return ranges.containers().contains(address) && !gateways.contains(address);
    }

    private Stream<List<String>> judged(String line, Map<String, String> values, Ipv4Address from, Ipv4Address to) {
        var protocol = line.substring(0, Math.max(0, line.indexOf(' ')));
        boolean ported = (protocol.equals("tcp") || protocol.equals("udp")) && values.containsKey("reply sport");
        int port = ported ? Integer.parseInt(values.getOrDefault("reply sport", "0")) : 0;
        if (identities.allows(from, to, new Openness.Port(port, protocol.equals("udp")))) {
            return Stream.of();
        }
        var ends = List.of("--orig-src", family.of(from), "--reply-src", family.of(to));
        if (!ported) {
            return Stream.of(ends);
        }
        var arguments = new ArrayList<>(List.of("-p", protocol));
        arguments.addAll(ends);
        arguments.addAll(List.of("--reply-port-src", Integer.toString(port)));
        return Stream.of(List.copyOf(arguments));
    }

    private static Map<String, String> values(String line) {
        var values = new HashMap<String, String>();
        for (var word : line.split(" +")) {
            int at = word.indexOf('=');
            if (at > 0) {
                var key = word.substring(0, at);
                // What is there twice is of the answers the second time.
                values.putIfAbsent(values.containsKey(key) ? "reply " + key : key, word.substring(at + 1));
            }
        }
        return values;
    }
}
