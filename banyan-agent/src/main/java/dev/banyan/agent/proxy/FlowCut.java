package dev.banyan.agent.proxy;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.Ipv4Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Datagram flows to forget. The kernel decides a flow's backend at its first packet and keeps to it while packets come; UDP has no end
 * that would release it. So a flow to a removed backend is cut, and so is one that began before its frontend existed and was therefore
 * not translated at all.
 *
 * @param arguments for {@code conntrack -D}
 */
record FlowCut(List<String> arguments) {
    FlowCut {
        arguments = List.copyOf(arguments);
    }

    /** What must be forgotten when {@code after} follows {@code before}. Pure; in a stable order. */
    static List<FlowCut> between(AddressFamily family, Optional<ProxySet> before, ProxySet after) {
        var served = before.map(FlowCut::served).orElse(Map.of());
        var serving = served(after);
        var cuts = new ArrayList<FlowCut>();
        served.forEach((entrance, backends) -> backends.stream()
                .filter(backend -> !serving.getOrDefault(entrance, Set.of()).contains(backend))
                .forEach(backend -> cuts.add(toBackend(family, entrance, backend))));
        serving.forEach((entrance, backends) -> {
            if (!backends.isEmpty() && served.getOrDefault(entrance, Set.of()).isEmpty()) {
                cuts.add(untranslated(family, entrance));
            }
        });
        cuts.addAll(ofServices(family, before, after));
        cuts.sort((one, other) -> one.arguments.toString().compareTo(other.arguments.toString()));
        return cuts;
    }

    /**
     * Those of {@code cuts} that would cut something: to ask the kernel for each would take a program's run for every one.
     *
     * @param listing what {@code conntrack -L -p udp} prints, a flow a line
     */
    static List<FlowCut> met(List<FlowCut> cuts, String listing) {
        var meeting = new HashSet<List<String>>();
        listing.lines().forEach(line -> meeting.addAll(arguments(line)));
        return cuts.stream().filter(cut -> meeting.contains(cut.arguments)).toList();
    }

    /** All arguments that would cut the flow of a line; none when it is no flow. */
    private static List<List<String>> arguments(String line) {
        var values = new HashMap<String, String>();
        for (var word : line.split(" +")) {
            int at = word.indexOf('=');
            if (at > 0) {
                var key = word.substring(0, at);
                // What is there twice is of the answers the second time.
                values.put(values.containsKey(key) ? "reply " + key : key, word.substring(at + 1));
            }
        }
        if (!values.keySet().containsAll(List.of("dst", "dport", "reply src", "reply sport"))) {
            return List.of();
        }
        var port = List.of("-p", "udp", "--orig-port-dst", values.get("dport"));
        var address = List.of("--orig-dst", values.get("dst"));
        var backend = List.of("--reply-src", values.get("reply src"));
        var backendPort = List.of("--reply-port-src", values.get("reply sport"));
        return List.of(
                joined(List.of(port, backend, backendPort)),
                joined(List.of(port, backendPort)),
                joined(List.of(port, address, backend, backendPort)),
                joined(List.of(port, address, backendPort)),
                joined(List.of(List.of("-p", "udp"), address, backend)));
    }

    private static List<String> joined(List<List<String>> parts) {
        return parts.stream().flatMap(List::stream).toList();
    }

    /** Flows through a whole service to a backend that it no longer has. */
    private static List<FlowCut> ofServices(AddressFamily family, Optional<ProxySet> before, ProxySet after) {
        var serving = new HashMap<Ipv4Address, List<Ipv4Address>>();
        after.services().forEach(service -> serving.put(service.address(), service.backends()));
        var cuts = new ArrayList<FlowCut>();
        for (var service : before.map(ProxySet::services).orElse(List.of())) {
            var kept = serving.getOrDefault(service.address(), List.of());
            if (kept.equals(service.backends())) {
                continue; // as of almost all of them
            }
            service.backends().stream()
                    .filter(backend -> !kept.contains(backend))
                    .forEach(backend -> cuts.add(new FlowCut(List.of(
                            "-p",
                            "udp",
                            "--orig-dst",
                            family.of(service.address()),
                            "--reply-src",
                            family.of(backend)))));
        }
        return cuts;
    }

    private static Map<Entrance, Set<Backend>> served(ProxySet set) {
        var served = new HashMap<Entrance, Set<Backend>>();
        for (var frontend : set.frontends()) {
            if (frontend.protocol() == Protocol.UDP) {
                // Whatever its weight.
                var backends = frontend.backends().stream()
                        .map(backend -> new Backend(backend.address(), backend.port(), 1))
                        .collect(Collectors.toSet());
                frontend.entrances().forEach(entrance -> served.put(entrance, backends));
            }
        }
        return served;
    }

    private static FlowCut toBackend(AddressFamily family, Entrance entrance, Backend backend) {
        var arguments = towards(family, entrance);
        arguments.addAll(List.of("--reply-src", family.of(backend.address())));
        arguments.addAll(List.of("--reply-port-src", Integer.toString(backend.port())));
        return new FlowCut(arguments);
    }

    /** A flow whose answers would come from the very port it was sent to. */
    private static FlowCut untranslated(AddressFamily family, Entrance entrance) {
        var arguments = towards(family, entrance);
        arguments.addAll(List.of("--reply-port-src", Integer.toString(entrance.port())));
        return new FlowCut(arguments);
    }

    private static List<String> towards(AddressFamily family, Entrance entrance) {
        var arguments = new ArrayList<>(List.of("-p", "udp", "--orig-port-dst", Integer.toString(entrance.port())));
        var address =
                switch (entrance) {
                    case Entrance.Virtual(var at, int ignored) -> Optional.of(family.of(at));
                    case Entrance.Addressed one -> one.single().map(family::of);
                    case Entrance.AddressedIpv6 one -> one.single();
                    case Entrance.Published ignored -> Optional.<String>empty();
                };
        address.ifPresent(at -> arguments.addAll(List.of("--orig-dst", at)));
        return arguments;
    }
}
