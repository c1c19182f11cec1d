package dev.banyan.agent.dns.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

class AnswerCacheTest {
    private static final Name NAME = Name.fromConstantString("example.com.");

    private final AnswerCache cache = new AnswerCache();
    private final AnswerCache.Key key = AnswerCache.Key.of(List.of(), query("example.com."));

    @Test
    void remembersForAsLongAsTheServerAllows() {
        cache.keep(key, answer(20), 0);

        assertThat(cache.recall(key, seconds(19)).orElseThrow().age(seconds(19)))
                .isEqualTo(19);
        assertThat(cache.recall(key, seconds(20))).isEmpty();
        assertThat(cache.recall(key, seconds(1))).as("it is forgotten").isEmpty();
    }

    @Test
    void neverRemembersForLong() {
        assertThat(AnswerCache.lifetime(answer(86_400))).isEqualTo(AnswerCache.LONGEST);
        assertThat(AnswerCache.lifetime(answer(3, 86_400))).isEqualTo(3);
        assertThat(AnswerCache.lifetime(absence(86_400, 60))).isEqualTo(AnswerCache.LONGEST_ABSENCE);
        assertThat(AnswerCache.lifetime(absence(86_400, 2))).isEqualTo(2);
        assertThat(AnswerCache.lifetime(absence(1, 60))).isEqualTo(1);
    }

    @Test
    void doesNotRememberFailuresNorWhatIsNotWhole() {
        var failure = answer(20);
        failure.getHeader().setRcode(Rcode.SERVFAIL);
        var cut = answer(20);
        cut.getHeader().setFlag(Flags.TC);
        var bare = answer();

        for (var message : List.of(failure, cut, bare, answer(0), answer(20, 0))) {
            assertThat(AnswerCache.lifetime(message)).isZero();
            cache.keep(key, message, 0);
            assertThat(cache.recall(key, 0)).isEmpty();
        }
    }

    @Test
    void tellsApartWhatIsAskedOfOthersAndInAnotherWay() {
        var signed = query("example.com.");
        signed.addRecord(new OPTRecord(1232, 0, 0, ExtendedFlags.DO), Section.ADDITIONAL);
        cache.keep(key, answer(20), 0);

        assertThat(cache.recall(AnswerCache.Key.of(List.of(), query("EXAMPLE.com.")), 0))
                .isPresent();
        assertThat(cache.recall(AnswerCache.Key.of(List.of("192.0.2.53"), query("example.com.")), 0))
                .isEmpty();
        assertThat(cache.recall(AnswerCache.Key.of(List.of(), query("example.org.")), 0))
                .isEmpty();
        assertThat(cache.recall(AnswerCache.Key.of(List.of(), signed), 0)).isEmpty();
    }

    @Test
    void forgetsWhatWasNotAskedForLongest() {
        for (int i = 0; i <= AnswerCache.ENTRIES_MAX; i++) {
            cache.keep(AnswerCache.Key.of(List.of(), query("n" + i + ".example.com.")), answer(20), 0);
            assertThat(cache.recall(AnswerCache.Key.of(List.of(), query("n0.example.com.")), 0))
                    .isPresent();
        }

        assertThat(cache.recall(AnswerCache.Key.of(List.of(), query("n1.example.com.")), 0))
                .isEmpty();
        assertThat(cache.recall(AnswerCache.Key.of(List.of(), query("n2.example.com.")), 0))
                .isPresent();
    }

    @Test
    void doesNotRememberLongAnswers() throws TextParseException {
        var long1 = new Message();
        for (int i = 0; i < 20; i++) {
            long1.addRecord(new TXTRecord(NAME, DClass.IN, 60, i + "x".repeat(240)), Section.ANSWER);
        }
        cache.keep(key, read(long1), 0);

        assertThat(cache.recall(key, 0)).isEmpty();
    }

    private static Message answer(long... ttls) {
        var answer = FakeNameServer.answer(query("example.com."));
        for (long ttl : ttls) {
            answer.addRecord(
                    new ARecord(NAME, DClass.IN, ttl, new byte[] {(byte) 192, 0, 2, (byte) ttl}), Section.ANSWER);
        }
        return answer;
    }

    private static Message absence(long ttl, long minimum) {
        var answer = FakeNameServer.answer(query("example.com."));
        answer.getHeader().setRcode(Rcode.NXDOMAIN);
        answer.addRecord(new SOARecord(NAME, DClass.IN, ttl, NAME, NAME, 1, 1, 1, 1, minimum), Section.AUTHORITY);
        return answer;
    }

    private static Message query(String name) {
        return Message.newQuery(Record.newRecord(Name.fromConstantString(name), Type.A, DClass.IN));
    }

    private static Message read(Message message) {
        try {
            return new Message(message.toWire());
        } catch (java.io.IOException impossible) {
            throw new java.io.UncheckedIOException(impossible);
        }
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
