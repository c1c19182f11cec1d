package dev.banyan.agent.path;

import java.io.IOException;
import java.util.List;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** A short question in a long packet (RFC 7830), whose answer is short. Pure but for the number that the library gives it. */
record PaddedQuestion(Message message) {
    /** Of IPv4 and UDP. */
    private static final int HEADERS = 28;

    /** What an answer may have. */
    private static final int ANSWER_MAX = 512;

    private static final int PADDING = 12;

    /** One whose packet has {@code bytes} with all headers; from 128 to 4,096. */
    static PaddedQuestion of(int bytes) {
        var bare = question(0);
        return new PaddedQuestion(question(bytes - HEADERS - bare.toWire().length));
    }

    private static Message question(int padding) {
        try {
            var message = Message.newQuery(Record.newRecord(Name.fromString("internal."), Type.A, DClass.IN));
            List<EDNSOption> options = List.of(new GenericEDNSOption(PADDING, new byte[padding]));
            message.addRecord(new OPTRecord(ANSWER_MAX, 0, 0, 0, options), org.xbill.DNS.Section.ADDITIONAL);
            return message;
        } catch (TextParseException impossible) {
            throw new IllegalStateException("a constant name", impossible);
        }
    }

    byte[] payload() {
        return message.toWire();
    }

    /** Whether {@code packet} is an answer to it, whatever it says. */
    boolean isAnsweredBy(byte[] packet) {
        try {
            var header = new Message(packet).getHeader();
            return header.getFlag(Flags.QR)
                    && header.getID() == message.getHeader().getID();
        } catch (IOException malformed) {
            return false;
        }
    }
}
