package dev.banyan.agent.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Section;

/** Packets of any content: each is answered with one packet that is no longer than what was asked for, or not at all. */
class HostilePacketsTest {
    private static final int PACKETS = 100_000;
    private static final String[] NAMES = {
        "web.shop.internal",
        "web",
        "tasks.web.shop.internal",
        "9.4.192.10.in-addr.arpa",
        "example.com",
        "a.b.c.d.e.f.internal",
        "."
    };

    private final Responder responder = Asked.responder();
    private final Random random = new Random(53);

    @Test
    void doNoHarmWhateverIsInThem() {
        int answered = 0;
        for (int i = 0; i < PACKETS; i++) {
            var packet = random.nextInt(4) == 0 ? noise() : bent();
            answered += answer(packet) ? 1 : 0;
        }

        assertThat(answered).isGreaterThan(PACKETS / 10);
    }

    private boolean answer(byte[] packet) {
        var handled = responder.handle(packet, Asked.WEB);
        return switch (handled) {
            case Handling.Reply(var message, int limit) -> {
                assertThat(message.toWire(limit).length).isLessThanOrEqualTo(limit);
                yield true;
            }
            case Handling.Complaint(var header) -> {
                assertThat(header).hasSize(12);
                yield true;
            }
            case Handling.Ask ask -> {
                assertThat(ask.query().getQuestion()).isNotNull();
                yield true;
            }
            case Handling.Silence() -> false;
        };
    }

    private byte[] noise() {
        var packet = new byte[random.nextInt(600)];
        random.nextBytes(packet);
        return packet;
    }

    /** A question with some bytes changed, cut off or added, compression pointers and counts among them. */
    private byte[] bent() {
        var query = Asked.query(NAMES[random.nextInt(NAMES.length)], random.nextInt(300));
        if (random.nextBoolean()) {
            query.addRecord(new OPTRecord(random.nextInt(65_536), 0, 0), Section.ADDITIONAL);
        }
        var packet = query.toWire();
        for (int i = random.nextInt(4); i > 0; i--) {
            packet[random.nextInt(packet.length)] = (byte) (random.nextBoolean() ? random.nextInt() : 0xc0);
        }
        return Arrays.copyOf(packet, Math.max(0, packet.length + random.nextInt(40) - 20 * random.nextInt(2)));
    }

    @Test
    void theDrawnOnesReachEveryKindOfAnswer() {
        var seen = new java.util.HashSet<Class<?>>();
        for (int i = 0; i < 10_000; i++) {
            seen.add(responder.handle(bent(), Asked.WEB).getClass());
        }

        assertThat(seen)
                .containsExactlyInAnyOrder(
                        Handling.Reply.class, Handling.Complaint.class, Handling.Ask.class, Handling.Silence.class);
    }
}
