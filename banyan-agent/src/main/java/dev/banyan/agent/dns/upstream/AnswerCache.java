package dev.banyan.agent.dns.upstream;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;

/** What others said, for as long as they allow and never for long. Thread-safe. */
public final class AnswerCache {
    /** A container that asks again and again is answered from here; a change elsewhere is seen soon all the same. */
    static final long LONGEST = 30;

    /** What is not there may come any moment. */
    static final long LONGEST_ABSENCE = 5;

    /** With {@link #BYTES_MAX} at most 8 MB. */
    static final int ENTRIES_MAX = 2_048;

    static final int BYTES_MAX = 4_096;

    private final Map<Key, Said> entries = new LinkedHashMap<>(16, 0.75f, true) { // guarded by this
                @Override
                protected boolean removeEldestEntry(Map.Entry<Key, Said> eldest) {
                    return size() > ENTRIES_MAX;
                }
            };

    /**
     * What was asked of whom.
     *
     * @param servers empty for those of this server
     * @param signed whether signatures were asked for
     */
    public record Key(List<String> servers, String name, int type, int kind, boolean signed) {
        public Key {
            servers = List.copyOf(servers);
        }

        /** Of the question in {@code query}. */
        public static Key of(List<String> servers, Message query) {
            var question = query.getQuestion();
            var options = query.getOPT();
            boolean signed = options != null && (options.getFlags() & 0x8000) != 0
                    || query.getHeader().getFlag(Flags.CD);
            return new Key(
                    servers,
                    question.getName().toString().toLowerCase(Locale.ROOT),
                    question.getType(),
                    question.getDClass(),
                    signed);
        }
    }

    /**
     * What was said.
     *
     * @param atNanos when, on a monotonic clock
     */
    public record Said(Message message, long atNanos) {
        /** Whole seconds since then. */
        public long age(long nowNanos) {
            return TimeUnit.NANOSECONDS.toSeconds(nowNanos - atNanos);
        }
    }

    /** What holds still. */
    public synchronized Optional<Said> recall(Key key, long nowNanos) {
        var said = entries.get(key);
        if (said == null) {
            return Optional.empty();
        }
        if (said.age(nowNanos) >= lifetime(said.message())) {
            entries.remove(key);
            return Optional.empty();
        }
        return Optional.of(said);
    }

    /** Remembers it, unless it is not to be. */
    public synchronized void keep(Key key, Message message, long nowNanos) {
        if (lifetime(message) > 0 && message.numBytes() <= BYTES_MAX) {
            entries.put(key, new Said(message, nowNanos));
        }
    }

    /** Seconds. */
    static long lifetime(Message message) {
        int code = message.getHeader().getRcode();
        if (code != Rcode.NOERROR && code != Rcode.NXDOMAIN
                || message.getHeader().getFlag(Flags.TC)) {
            return 0;
        }
        var answers = message.getSection(Section.ANSWER);
        if (code == Rcode.NXDOMAIN || answers.isEmpty()) {
            return message.getSection(Section.AUTHORITY).stream()
                    .filter(SOARecord.class::isInstance)
                    .map(SOARecord.class::cast)
                    .mapToLong(authority -> Math.min(authority.getTTL(), authority.getMinimum()))
                    .map(seconds -> Math.min(seconds, LONGEST_ABSENCE))
                    .findFirst()
                    .orElse(0);
        }
        return answers.stream()
                .filter(record -> !(record instanceof OPTRecord))
                .mapToLong(Record::getTTL)
                .map(seconds -> Math.min(seconds, LONGEST))
                .min()
                .orElse(0);
    }
}
