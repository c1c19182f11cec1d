package dev.banyan.agent.probe;

import dev.banyan.api.twin.Ipv6Text;
import dev.banyan.api.v1.ProbeResult.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** One question for the addresses of a name, as a packet, and what an answer means. Pure but for the number that the library gives it. */
record Question(Message message) {
    /** For the IPv4 addresses of {@code name}, which is whole. */
    static Question of(String name) {
        return of(name, Type.A);
    }

    /** For its IPv6 addresses. */
    static Question ofIpv6(String name) {
        return of(name, Type.AAAA);
    }

    private static Question of(String name, int type) {
        try {
            return new Question(Message.newQuery(Record.newRecord(Name.fromString(name + "."), type, DClass.IN)));
        } catch (TextParseException malformed) {
            throw new IllegalArgumentException("not a name: " + name, malformed);
        }
    }

    byte[] packet() {
        return message.toWire();
    }

    /** The answer, if {@code packet} is one to this question. */
    Optional<Message> answer(byte[] packet) {
        try {
            var answer = new Message(packet);
            boolean ours = answer.getHeader().getID() == message.getHeader().getID()
                    && answer.getHeader().getFlag(Flags.QR)
                    && message.getQuestion().equals(answer.getQuestion());
            return ours ? Optional.of(answer) : Optional.empty();
        } catch (IOException malformed) {
            return Optional.empty();
        }
    }

    /** Whether the name has exactly these addresses; of an answer that was cut off, no others. */
    static Finding judge(Message answer, List<String> expected) {
        int code = answer.getRcode();
        if (code == Rcode.NXDOMAIN) {
            return Finding.of(Outcome.NO_NAME);
        }
        if (code != Rcode.NOERROR) {
            return new Finding(Outcome.FAILED, "the name server says " + Rcode.string(code));
        }
        var found = new TreeSet<String>();
        for (var record : answer.getSection(Section.ANSWER)) {
            if (record instanceof ARecord address) {
                found.add(address.getAddress().getHostAddress());
            } else if (record instanceof AAAARecord address) {
                found.add(Ipv6Text.of(address.getAddress().getAddress()));
            }
        }
        var wanted = new TreeSet<>(expected);
        boolean right = answer.getHeader().getFlag(Flags.TC) ? wanted.containsAll(found) : found.equals(wanted);
        return right
                ? Finding.WELL
                : new Finding(Outcome.OTHER_ADDRESS, "it has " + words(found) + ", not " + words(wanted));
    }

    private static String words(TreeSet<String> addresses) {
        return addresses.isEmpty() ? "no address" : String.join(", ", addresses);
    }
}
