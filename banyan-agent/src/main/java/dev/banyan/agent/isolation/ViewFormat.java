package dev.banyan.agent.isolation;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.Ipv4Range;
import dev.banyan.agent.isolation.ClusterView.Server;
import dev.banyan.agent.isolation.ClusterView.Service;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.ServiceSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A view as text, a thing a line, for after a restart:
 *
 * <pre>
 * revision 1207
 * engine 192.0.2.1
 * server a-1 10.192.3.0/24 eu,web 192.0.2.7,198.51.100.2 QgIIUA== 2001:db8::7
 * service default CgRzaG9w 10.192.3.7,10.192.4.2 a-1,a-2
 * </pre>
 *
 * <p>A dash stands for an empty list; what is encoded is a report with taken ports, and the spec of a Service.
 */
final class ViewFormat {
    private static final String NONE = "-";

    private ViewFormat() {}

    static String write(ClusterView view) {
        var text = new StringBuilder("revision " + view.revision() + "\n");
        view.engines().forEach(engine -> text.append("engine " + engine + "\n"));
        for (var server : view.servers()) {
            var taken = AgentReportStatus.newBuilder()
                    .addAllPortsTaken(server.taken())
                    .build();
            text.append("server " + server.agent() + " " + server.subnet() + " " + list(server.tags()) + " "
                    + list(server.addresses()) + " " + encoded(taken.toByteArray()) + " " + list(server.ipv6()) + "\n");
        }
        for (var service : view.services()) {
            text.append("service " + service.namespace() + " "
                    + encoded(service.spec().toByteArray()) + " " + list(service.addresses()) + " "
                    + list(service.agents()) + "\n");
        }
        return text.toString();
    }

    private static String list(List<?> items) {
        return items.isEmpty() ? NONE : items.stream().map(Object::toString).collect(Collectors.joining(","));
    }

    private static String encoded(byte[] bytes) {
        return bytes.length == 0 ? NONE : Base64.getEncoder().encodeToString(bytes);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException when it is anything else
     */
    static ClusterView read(String text) {
        long revision = 0;
        var engines = new ArrayList<String>();
        var servers = new ArrayList<Server>();
        var services = new ArrayList<Service>();
        try {
            for (var line : text.lines().toList()) {
                var words = line.split(" ");
                switch (words[0]) {
                    case "revision" -> revision = Long.parseLong(words[1]);
                    case "engine" -> engines.add(engine(words[1]));
                    case "server" -> servers.add(server(words));
                    case "service" -> services.add(service(words));
                    default -> throw new IllegalArgumentException("unknown: " + words[0]);
                }
            }
        } catch (IndexOutOfBoundsException | InvalidProtocolBufferException cut) {
            throw new IllegalArgumentException("a line of the view is cut short", cut);
        }
        return new ClusterView(revision, services, servers, engines);
    }

    private static String engine(String address) {
        if (!ViewReader.canonical(List.of(address)).equals(List.of(address))) {
            throw new IllegalArgumentException("not an address: " + address);
        }
        return address;
    }

    private static Server server(String[] words) throws InvalidProtocolBufferException {
        return new Server(
                words[1],
                texts(words[3]),
                Ipv4Range.parse(words[2]),
                addresses(words[4]),
                // Agents of before did not write them.
                words.length > 6 ? texts(words[6]) : List.of(),
                AgentReportStatus.parseFrom(decoded(words[5])).getPortsTakenList());
    }

    private static Service service(String[] words) throws InvalidProtocolBufferException {
        return new Service(words[1], ServiceSpec.parseFrom(decoded(words[2])), addresses(words[3]), texts(words[4]));
    }

    private static List<String> texts(String list) {
        return list.equals(NONE) ? List.of() : Arrays.asList(list.split(","));
    }

    private static List<Ipv4Address> addresses(String list) {
        return texts(list).stream().map(Ipv4Address::parse).toList();
    }

    private static byte[] decoded(String text) {
        return text.equals(NONE) ? new byte[0] : Base64.getDecoder().decode(text);
    }
}
