package dev.banyan.agent.dns.zone;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.banyan.agent.dns.zone.ZoneService.Replica;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.api.v1.ServiceSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * What an agent answers after a restart, as text, one fact a line:
 *
 * <pre>
 * helper 10.192.4.1
 * service shop web 10.200.0.7
 * leads to-replicas
 * alias the-shop
 * server 192.0.2.53
 * replica 0 10.192.3.7
 * other 10.192.3.8
 * reach CgRzaG9wEgN3ZWI=
 * </pre>
 *
 * <p>Lines below a service are its own.
 */
public final class ZoneFormat {
    private static final String BY_REPLICAS = "to-replicas";

    private ZoneFormat() {}

    /**
     * What is kept.
     *
     * @param helpers name servers of other agents
     */
    public record Kept(List<Ipv4Address> helpers, List<ZoneService> services) {
        public Kept {
            helpers = List.copyOf(helpers);
            services = List.copyOf(services);
        }
    }

    /** As text. */
    public static String write(Kept kept) {
        var text = new StringBuilder();
        kept.helpers().forEach(helper -> line(text, "helper", helper));
        for (var service : kept.services()) {
            line(text, "service", service.app() + " " + service.name() + " " + service.address());
            if (service.byReplicas()) {
                line(text, "leads", BY_REPLICAS);
            }
            service.aliases().forEach(alias -> line(text, "alias", alias));
            service.nameServers().forEach(server -> line(text, "server", server));
            service.replicas().forEach(replica -> line(text, "replica", replica.slot() + " " + replica.address()));
            service.others().forEach(other -> line(text, "other", other));
            if (!service.reach().equals(usual(service))) {
                line(
                        text,
                        "reach",
                        Base64.getEncoder().encodeToString(service.reach().toByteArray()));
            }
        }
        return text.toString();
    }

    private static ServiceSpec usual(ZoneService service) {
        return ZoneService.reach(service.app(), service.name(), ServiceSpec.getDefaultInstance());
    }

    private static void line(StringBuilder text, String word, Object rest) {
        text.append(word).append(' ').append(rest).append('\n');
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException when it is anything else
     */
    public static Kept read(String text) {
        var helpers = new ArrayList<Ipv4Address>();
        var services = new ArrayList<ZoneService>();
        try {
            for (var line : text.lines().toList()) {
                var words = Arrays.asList(line.split(" "));
                switch (words.getFirst()) {
                    case "helper" -> helpers.add(Ipv4Address.parse(words.get(1)));
                    case "service" ->
                        services.add(new ZoneService(
                                words.get(1),
                                words.get(2),
                                Ipv4Address.parse(words.get(3)),
                                List.of(),
                                List.of(),
                                List.of()));
                    default -> services.set(services.size() - 1, with(services.getLast(), words));
                }
            }
        } catch (IndexOutOfBoundsException | java.util.NoSuchElementException cut) {
            throw new IllegalArgumentException("a line is cut short, or of no service", cut);
        }
        return new Kept(helpers, services);
    }

    private static ZoneService with(ZoneService service, List<String> words) {
        var aliases = new ArrayList<>(service.aliases());
        var servers = new ArrayList<>(service.nameServers());
        var replicas = new ArrayList<>(service.replicas());
        var others = new ArrayList<>(service.others());
        var reach = service.reach();
        boolean byReplicas = service.byReplicas();
        switch (words.getFirst()) {
            case "leads" -> byReplicas = words.get(1).equals(BY_REPLICAS);
            case "alias" -> aliases.add(words.get(1));
            case "server" -> servers.add(words.get(1));
            case "replica" ->
                replicas.add(new Replica(Integer.parseInt(words.get(1)), Ipv4Address.parse(words.get(2))));
            case "other" -> others.add(Ipv4Address.parse(words.get(1)));
            case "reach" -> reach = reach(words.get(1));
            default -> throw new IllegalArgumentException("unknown: " + words.getFirst());
        }
        return new ZoneService(
                service.app(),
                service.name(),
                service.address(),
                aliases,
                servers,
                replicas,
                byReplicas,
                others,
                reach);
    }

    private static ServiceSpec reach(String text) {
        try {
            return ServiceSpec.parseFrom(Base64.getDecoder().decode(text));
        } catch (InvalidProtocolBufferException cut) {
            throw new IllegalArgumentException("whom a service reaches cannot be read", cut);
        }
    }
}
