package dev.banyan.agent.dns;

import dev.banyan.agent.container.ObservedSandbox;
import dev.banyan.agent.dns.zone.Zone;
import dev.banyan.agent.dns.zone.ZoneService;
import dev.banyan.agent.dns.zone.ZoneService.Replica;
import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** A small cluster, and questions to it. */
final class Asked {
    static final ClusterRanges RANGES = ClusterRanges.of("10.192.0.0/13", "10.200.0.0/13", "10.192.3.0/24");
    static final String LABEL = "dev.banyan/task";

    /** A ready replica of the app's web. */
    static final Ipv4Address WEB = Ipv4Address.parse("10.192.3.7");

    static final Ipv4Address STRANGER = Ipv4Address.parse("10.192.9.9");

    /** The agent's server, as its containers see it. */
    static final Ipv4Address SERVER = Ipv4Address.parse("10.192.3.1");

    private Asked() {}

    static Zone zone() {
        return Zone.of(
                RANGES,
                List.of(
                        new ZoneService(
                                "shop",
                                "web",
                                Ipv4Address.parse("10.200.0.7"),
                                List.of("front"),
                                List.of("192.0.2.53"),
                                List.of(new Replica(0, WEB), new Replica(1, Ipv4Address.parse("10.192.4.9")))),
                        new ZoneService(
                                "shop", "db", Ipv4Address.parse("10.200.0.8"), List.of(), List.of(), List.of())));
    }

    static Responder responder() {
        return new Responder(Optional.of(zone()), new Askers(LABEL), List.of("cloud.internal"));
    }

    static Message query(String name, int type) {
        try {
            return Message.newQuery(Record.newRecord(Name.fromString(name, Name.root), type, DClass.IN));
        } catch (TextParseException wrong) {
            throw new IllegalArgumentException(name, wrong);
        }
    }

    /** The addresses in an answer, in order. */
    static List<String> addresses(Message answer) {
        return answer.getSection(Section.ANSWER).stream()
                .filter(record -> record.getType() == Type.A)
                .map(Record::rdataToString)
                .toList();
    }

    static Message read(byte[] wire) {
        try {
            return new Message(wire);
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }

    static ObservedSandbox sandbox(String id, String address, String task) {
        return new ObservedSandbox(id, "name", "uid", 0, true, Optional.of(address), Map.of(LABEL, task), Map.of());
    }
}
