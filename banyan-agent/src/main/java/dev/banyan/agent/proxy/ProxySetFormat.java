package dev.banyan.agent.proxy;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.proxy.Frontend.Allowed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A set as text, one fact a line, so that an operator can read what an agent will serve after a restart:
 *
 * <pre>
 * revision 1207
 * ranges 10.192.0.0/13 10.200.0.0/13 10.192.3.0/24
 * frontend tcp 8080 10.200.0.2:80
 * backend 10.192.3.7:8080 1
 * frontend tcp @[2001:db8::7]:9000
 * frontend tcp @127.0.0.1:9000
 * allow 192.0.2.0/24 2001:db8::/32
 * keep 10.200.0.3 3600
 * backend 10.192.3.8:9000 1
 * service 10.200.0.2 10.192.3.7 10.192.4.2
 * service 10.200.0.3 keep=3600 10.192.3.8
 * ipv6 10.192.3.8
 * </pre>
 */
final class ProxySetFormat {
    private static final String KEEP = "keep=";
    private static final String DUAL = "ipv6";

    private ProxySetFormat() {}

    static String write(ProxySet set) {
        var text = new StringBuilder("revision " + set.revision() + "\n");
        var ranges = set.ranges();
        text.append("ranges " + ranges.words() + "\n");
        for (var frontend : set.frontends()) {
            text.append("frontend ").append(frontend.protocol().word());
            frontend.entrances().forEach(entrance -> text.append(' ').append(word(entrance)));
            text.append('\n');
            if (!frontend.allowed().everywhere()) {
                text.append("allow");
                frontend.allowed().words().forEach(range -> text.append(' ').append(range));
                text.append('\n');
            }
            frontend.affinity()
                    .ifPresent(affinity -> text.append(
                            "keep " + affinity.group() + " " + affinity.time().toSeconds() + "\n"));
            frontend.backends().forEach(backend -> text.append("backend " + backend + " " + backend.weight() + "\n"));
        }
        for (var service : set.services()) {
            text.append("service ").append(service.address());
            if (!service.affinity().isZero()) {
                text.append(' ').append(KEEP).append(service.affinity().toSeconds());
            }
            service.backends().forEach(backend -> text.append(' ').append(backend));
            text.append('\n');
        }
        if (!set.dual().isEmpty()) {
            text.append(DUAL);
            set.dual().stream().sorted().forEach(address -> text.append(' ').append(address));
            text.append('\n');
        }
        return text.toString();
    }

    private static String word(Entrance entrance) {
        return switch (entrance) {
            case Entrance.Published(int port) -> Integer.toString(port);
            case Entrance.Addressed(var address, int port) -> "@" + address + ":" + port;
            case Entrance.AddressedIpv6(var address, int port) -> "@[" + address + "]:" + port;
            case Entrance.Virtual(var address, int port) -> address + ":" + port;
        };
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException when it is anything else
     */
    static ProxySet read(String text) {
        try {
            return parse(text);
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("a line of the set is cut short", e);
        }
    }

    private static ProxySet parse(String text) {
        var lines = text.lines().map(line -> line.split(" ")).toList();
        if (lines.size() < 2 || !lines.get(0)[0].equals("revision") || !lines.get(1)[0].equals("ranges")) {
            throw new IllegalArgumentException("a set begins with its revision and ranges");
        }
        var ranges = ClusterRanges.read(List.of(lines.get(1)).subList(1, lines.get(1).length));
        var rest = lines.subList(2, lines.size());
        var services = rest.stream()
                .filter(words -> words[0].equals("service"))
                .map(ProxySetFormat::service)
                .toList();
        var dual = rest.stream()
                .filter(words -> words[0].equals(DUAL))
                .flatMap(words -> Arrays.stream(words).skip(1))
                .map(Ipv4Address::parse)
                .collect(Collectors.toSet());
        var others = rest.stream()
                .filter(words -> !words[0].equals("service") && !words[0].equals(DUAL))
                .toList();
        return new ProxySet(Long.parseLong(lines.get(0)[1]), ranges, frontends(others), services, dual);
    }

    private static VirtualService service(String[] words) {
        boolean keeps = words.length > 2 && words[2].startsWith(KEEP);
        var backends =
                Arrays.stream(words).skip(keeps ? 3 : 2).map(Ipv4Address::parse).toList();
        var time = keeps ? Duration.ofSeconds(Long.parseLong(words[2].substring(KEEP.length()))) : Duration.ZERO;
        return new VirtualService(Ipv4Address.parse(words[1]), backends, time);
    }

    private static List<Frontend> frontends(List<String[]> lines) {
        var frontends = new ArrayList<Frontend>();
        int next = 0;
        while (next < lines.size()) {
            var opening = lines.get(next++);
            if (!opening[0].equals("frontend")) {
                throw new IllegalArgumentException("a frontend was expected, not " + opening[0]);
            }
            int first = next;
            while (next < lines.size() && !lines.get(next)[0].equals("frontend")) {
                next++;
            }
            frontends.add(frontend(opening, lines.subList(first, next)));
        }
        return frontends;
    }

    private static Frontend frontend(String[] words, List<String[]> details) {
        var entrances = new ArrayList<Entrance>();
        for (int i = 2; i < words.length; i++) {
            entrances.add(entrance(words[i]));
        }
        var backends = new ArrayList<Backend>();
        var allowed = Allowed.EVERYWHERE;
        Optional<Affinity> affinity = Optional.empty();
        for (var line : details) {
            switch (line[0]) {
                case "backend" -> backends.add(backend(line));
                case "allow" -> allowed = Allowed.parse(List.of(line).subList(1, line.length));
                case "keep" ->
                    affinity = Optional.of(
                            new Affinity(Ipv4Address.parse(line[1]), Duration.ofSeconds(Long.parseLong(line[2]))));
                default -> throw new IllegalArgumentException("a frontend has no " + line[0]);
            }
        }
        var protocol = words[1].equals("udp") ? Protocol.UDP : Protocol.TCP;
        return new Frontend(protocol, entrances, backends, allowed, affinity);
    }

    private static Entrance entrance(String word) {
        int colon = word.lastIndexOf(':');
        if (colon < 0) {
            return new Entrance.Published(Integer.parseInt(word));
        }
        int port = Integer.parseInt(word.substring(colon + 1));
        if (word.startsWith("@[")) {
            return new Entrance.AddressedIpv6(word.substring(2, colon - 1), port);
        }
        return word.startsWith("@")
                ? new Entrance.Addressed(Ipv4Address.parse(word.substring(1, colon)), port)
                : new Entrance.Virtual(Ipv4Address.parse(word.substring(0, colon)), port);
    }

    private static Backend backend(String[] words) {
        int colon = words[1].indexOf(':');
        return new Backend(
                Ipv4Address.parse(words[1].substring(0, colon)),
                Integer.parseInt(words[1].substring(colon + 1)),
                Integer.parseInt(words[2]));
    }
}
