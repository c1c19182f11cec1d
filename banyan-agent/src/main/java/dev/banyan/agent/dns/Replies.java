package dev.banyan.agent.dns;

import dev.banyan.agent.dns.zone.Zone;
import java.io.IOException;
import java.util.List;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;

/** Answers as messages. Pure. The name that was asked for comes back letter by letter as it was written. */
final class Replies {
    /** Seconds: what is moved is found at its new place after that. */
    static final int TTL = 1;

    /** What goes through every network in one piece. */
    static final int UDP_LIMIT = 1232;

    /** Of an asker that does not say how much it takes. */
    private static final int UDP_LEAST = 512;

    private static final int IPV4_OCTETS = 4;
    private static final int HEADER_BYTES = 12;
    private static final int EXTENDED_CODE_BITS = 4;
    private static final Name ORIGIN = name(Zone.ORIGIN);
    private static final SOARecord AUTHORITY = new SOARecord(
            ORIGIN, DClass.IN, TTL, name("ns." + Zone.ORIGIN), name("nobody." + Zone.ORIGIN), 1, TTL, TTL, TTL, TTL);

    private Replies() {}

    private static Name name(String text) {
        try {
            return Name.fromString(text + ".");
        } catch (TextParseException impossible) {
            throw new IllegalArgumentException("no name: " + text, impossible);
        }
    }

    /** How much {@code query} takes by UDP. */
    static int limit(Message query) {
        var options = query.getOPT();
        return options == null ? UDP_LEAST : Math.clamp(options.getPayloadSize(), UDP_LEAST, UDP_LIMIT);
    }

    /** Without anything in it but the question and a code. */
    static Message empty(Message query, int code) {
        var reply = new Message(query.getHeader().getID());
        var header = reply.getHeader();
        header.setFlag(Flags.QR);
        header.setFlag(Flags.RA);
        header.setOpcode(query.getHeader().getOpcode());
        header.setRcode(code & (1 << EXTENDED_CODE_BITS) - 1);
        copy(query, reply, Flags.RD);
        copy(query, reply, Flags.CD);
        var question = query.getQuestion();
        if (question != null) {
            reply.addRecord(question, Section.QUESTION);
        }
        if (query.getOPT() != null) {
            reply.addRecord(new OPTRecord(UDP_LIMIT, code >> EXTENDED_CODE_BITS, 0), Section.ADDITIONAL);
        }
        return reply;
    }

    private static void copy(Message from, Message to, int flag) {
        if (from.getHeader().getFlag(flag)) {
            to.getHeader().setFlag(flag);
        }
    }

    /**
     * As one who knows, with the addresses in an order that the question's number turns.
     *
     * @param addresses of four octets each or of sixteen
     */
    static Message addresses(Message query, List<byte[]> addresses) {
        var reply = known(query, org.xbill.DNS.Rcode.NOERROR);
        var name = query.getQuestion().getName();
        for (int i = 0; i < addresses.size(); i++) {
            int turned = (i + query.getHeader().getID()) % addresses.size();
            reply.addRecord(record(name, addresses.get(turned)), Section.ANSWER);
        }
        return reply;
    }

    private static Record record(Name name, byte[] octets) {
        return octets.length == IPV4_OCTETS
                ? new ARecord(name, DClass.IN, TTL, octets)
                : new AAAARecord(name, DClass.IN, TTL, octets);
    }

    /** As one who knows. */
    static Message pointer(Message query, String target) {
        var reply = known(query, org.xbill.DNS.Rcode.NOERROR);
        var name = query.getQuestion().getName();
        reply.addRecord(new PTRRecord(name, DClass.IN, TTL, name(target)), Section.ANSWER);
        return reply;
    }

    /** As one who knows that there is nothing of the kind; the authority says how long that holds. */
    static Message nothing(Message query, int code) {
        var reply = known(query, code);
        reply.addRecord(AUTHORITY, Section.AUTHORITY);
        return reply;
    }

    /** The authority alone, to who asks for it. */
    static Message authority(Message query) {
        var reply = known(query, org.xbill.DNS.Rcode.NOERROR);
        reply.addRecord(AUTHORITY, Section.ANSWER);
        return reply;
    }

    static boolean isOrigin(Name name) {
        return ORIGIN.equals(name);
    }

    private static Message known(Message query, int code) {
        var reply = empty(query, code);
        reply.getHeader().setFlag(Flags.AA);
        return reply;
    }

    /**
     * What another name server said, as the answer to {@code query}.
     *
     * @param age how long ago it said so, in seconds
     */
    static Message passedOn(Message query, Message said, long age) {
        var reply = empty(query, said.getHeader().getRcode());
        copy(said, reply, Flags.AD);
        for (int section = Section.ANSWER; section <= Section.ADDITIONAL; section++) {
            for (var record : said.getSection(section)) {
                if (!(record instanceof OPTRecord)) {
                    reply.addRecord(aged(record, age), section);
                }
            }
        }
        return reply;
    }

    private static Record aged(Record record, long age) {
        return age == 0
                ? record
                : Record.newRecord(
                        record.getName(),
                        record.getType(),
                        record.getDClass(),
                        Math.max(0, record.getTTL() - age),
                        record.rdataToWireCanonical());
    }

    /** A header that says that the question could not be read; empty when there is not even a header to answer. */
    static byte[] complaint(byte[] packet, int code) {
        var header = new byte[HEADER_BYTES];
        header[0] = packet[0];
        header[1] = packet[1];
        header[2] = (byte) (0x80 | packet[2] & 0x79);
        header[3] = (byte) code;
        return header;
    }

    static boolean isQuestion(byte[] packet) {
        return packet.length >= HEADER_BYTES && (packet[2] & 0x80) == 0;
    }

    /** Read from the wire. */
    static Message read(byte[] packet) throws IOException {
        try {
            return new Message(packet);
        } catch (RuntimeException malformed) {
            throw new IOException("malformed", malformed);
        }
    }
}
