package dev.banyan.agent.proxy;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A set as text, one fact a line, so that an operator can read what an agent will serve after a restart:
 *
 * <pre>
 * revision 1207
 * ranges 10.192.0.0/13 10.200.0.0/13 10.192.3.0/24
 * frontend tcp 8080 10.200.0.2:80
 * backend 10.192.3.7:8080 1
 * service 10.200.0.2 10.192.3.7 10.192.4.2
 * </pre>
 */
final class ProxySetFormat {
    private ProxySetFormat() {}

    static String write(ProxySet set) {
        var text = new StringBuilder("revision " + set.revision() + "\n");
        var ranges = set.ranges();
        text.append("ranges " + ranges.containers() + " " + ranges.services() + " " + ranges.own() + "\n");
        for (var frontend : set.frontends()) {
            text.append("frontend ").append(frontend.protocol().word());
            frontend.entrances().forEach(entrance -> text.append(' ').append(word(entrance)));
            text.append('\n');
            frontend.backends().forEach(backend -> text.append("backend " + backend + " " + backend.weight() + "\n"));
        }
        for (var service : set.services()) {
            text.append("service ").append(service.address());
            service.backends().forEach(backend -> text.append(' ').append(backend));
            text.append('\n');
        }
        return text.toString();
    }

    private static String word(Entrance entrance) {
        return switch (entrance) {
            case Entrance.Published(int port) -> Integer.toString(port);
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
        var ranges = ClusterRanges.of(lines.get(1)[1], lines.get(1)[2], lines.get(1)[3]);
        var rest = lines.subList(2, lines.size());
        var services = rest.stream()
                .filter(words -> words[0].equals("service"))
                .map(ProxySetFormat::service)
                .toList();
        var others = rest.stream().filter(words -> !words[0].equals("service")).toList();
        return new ProxySet(Long.parseLong(lines.get(0)[1]), ranges, frontends(others), services);
    }

    private static VirtualService service(String[] words) {
        var backends = Arrays.stream(words).skip(2).map(Ipv4Address::parse).toList();
        return new VirtualService(Ipv4Address.parse(words[1]), backends);
    }

    private static List<Frontend> frontends(List<String[]> lines) {
        var frontends = new ArrayList<Frontend>();
        int next = 0;
        while (next < lines.size()) {
            var opening = lines.get(next++);
            if (!opening[0].equals("frontend")) {
                throw new IllegalArgumentException("a frontend was expected, not " + opening[0]);
            }
            var backends = new ArrayList<Backend>();
            while (next < lines.size() && lines.get(next)[0].equals("backend")) {
                backends.add(backend(lines.get(next++)));
            }
            frontends.add(frontend(opening, backends));
        }
        return frontends;
    }

    private static Frontend frontend(String[] words, List<Backend> backends) {
        var entrances = new ArrayList<Entrance>();
        for (int i = 2; i < words.length; i++) {
            entrances.add(entrance(words[i]));
        }
        return new Frontend(words[1].equals("udp") ? Protocol.UDP : Protocol.TCP, entrances, backends);
    }

    private static Entrance entrance(String word) {
        int colon = word.indexOf(':');
        return colon < 0
                ? new Entrance.Published(Integer.parseInt(word))
                : new Entrance.Virtual(
                        Ipv4Address.parse(word.substring(0, colon)), Integer.parseInt(word.substring(colon + 1)));
    }

    private static Backend backend(String[] words) {
        int colon = words[1].indexOf(':');
        return new Backend(
                Ipv4Address.parse(words[1].substring(0, colon)),
                Integer.parseInt(words[1].substring(colon + 1)),
                Integer.parseInt(words[2]));
    }
}
