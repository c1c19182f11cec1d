package dev.banyan.agent.dns;

import dev.banyan.agent.dns.zone.Found;
import dev.banyan.agent.dns.zone.Zone;
import dev.banyan.agent.dns.zone.ZoneService;
import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.Ipv4Address;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/**
 * Decides what becomes of one packet. Pure: what it needs to know is given to it, and it keeps nothing.
 *
 * @param zone empty while nothing is known: then nothing is denied either
 * @param askers of this server
 * @param others domains within the cluster's that are somebody else's
 */
record Responder(Optional<Zone> zone, Askers askers, List<String> others) {
    private static final Handling SILENCE = new Handling.Silence();

    Responder {
        others = List.copyOf(others);
    }

    Handling handle(byte[] packet, Ipv4Address asker) {
        if (!Replies.isQuestion(packet)) {
            return SILENCE;
        }
        Message query;
        try {
            query = Replies.read(packet);
        } catch (IOException malformed) {
            return new Handling.Complaint(Replies.complaint(packet, Rcode.FORMERR));
        }
        return refusal(query)
                .<Handling>map(code -> new Handling.Reply(Replies.empty(query, code), Replies.limit(query)))
                .orElseGet(() -> handle(query, asker));
    }

    /** A code for what is answered to nobody. */
    private static Optional<Integer> refusal(Message query) {
        if (query.getHeader().getOpcode() != Opcode.QUERY) {
            return Optional.of(Rcode.NOTIMP);
        }
        var question = query.getQuestion();
        if (question == null || query.getSection(org.xbill.DNS.Section.QUESTION).size() != 1) {
            return Optional.of(Rcode.FORMERR);
        }
        if (query.getOPT() != null && query.getOPT().getVersion() > 0) {
            return Optional.of(Rcode.BADVERS);
        }
        boolean transfer = question.getType() == Type.AXFR || question.getType() == Type.IXFR;
        boolean usual = question.getDClass() == DClass.IN || question.getDClass() == DClass.ANY;
        return transfer || !usual ? Optional.of(Rcode.REFUSED) : Optional.empty();
    }

    private Handling handle(Message query, Ipv4Address asker) {
        var name = query.getQuestion().getName();
        if (zone.isEmpty()) {
            return reply(query, Replies.empty(query, Rcode.SERVFAIL));
        }
        var owner = Names.owner(zone.get(), askers, asker);
        return switch (find(zone.get(), text(name), asker, owner)) {
            case Found.Addresses(var addresses) -> reply(query, addresses(query, zone.get(), addresses));
            case Found.Pointer(var target) -> reply(query, pointer(query, target));
            case Found.Nothing() -> reply(query, Replies.nothing(query, Rcode.NXDOMAIN));
            // Who has no way out of the cluster asks nobody there either: names can carry words.
            case Found.Elsewhere()
            when owner.filter(zone.get()::isInner).isPresent() -> reply(query, Replies.nothing(query, Rcode.NXDOMAIN));
            case Found.Elsewhere() ->
                new Handling.Ask(
                        query, asker, owner.map(ZoneService::nameServers).orElse(List.of()), Replies.limit(query));
        };
    }

    private Found find(Zone known, String name, Ipv4Address asker, Optional<ZoneService> owner) {
        return known.isServer(asker) ? known.find(name) : known.find(name, owner, others);
    }

    private static Handling reply(Message query, Message reply) {
        return new Handling.Reply(reply, Replies.limit(query));
    }

    private static Message addresses(Message query, Zone known, List<Ipv4Address> addresses) {
        var question = query.getQuestion();
        int type = question.getType();
        if (type == Type.SOA && Replies.isOrigin(question.getName())) {
            return Replies.authority(query);
        }
        var octets = new ArrayList<byte[]>();
        if (type == Type.A || type == Type.ANY) {
            addresses.forEach(address -> octets.add(AddressFamily.IPV4.octets(address)));
        }
        if (type == Type.AAAA || type == Type.ANY) {
            addresses.forEach(address -> known.twin(address).ifPresent(octets::add));
        }
        return octets.isEmpty() ? Replies.nothing(query, Rcode.NOERROR) : Replies.addresses(query, octets);
    }

    private static Message pointer(Message query, String target) {
        int type = query.getQuestion().getType();
        return type == Type.PTR || type == Type.ANY
                ? Replies.pointer(query, target)
                : Replies.nothing(query, Rcode.NOERROR);
    }

    private static String text(Name name) {
        return name.toString(true).toLowerCase(Locale.ROOT);
    }
}
