package dev.banyan.runtime.simulation.etcd;

import com.google.protobuf.ByteString;
import dev.banyan.runtime.store.etcd.wire.Event;
import dev.banyan.runtime.store.etcd.wire.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Keys with all their versions, and what happened at each revision. Pure; owned by one cluster. A new one is at revision 1, as etcd is.
 */
final class Keyspace {
    private final TreeMap<ByteString, KeyHistory> keys = new TreeMap<>(KeySpan.ORDER);
    private final TreeMap<Long, List<Event>> events = new TreeMap<>();
    private long revision = 1;
    private long compacted;

    /** The newest revision. */
    long revision() {
        return revision;
    }

    /** What was forgotten: reads below this revision are refused. */
    long compacted() {
        return compacted;
    }

    /** The key-values of {@code span} at {@code at}, in key order. */
    List<KeyValue> range(KeySpan span, long at) {
        var found = new ArrayList<KeyValue>();
        for (var history : span.of(keys).values()) {
            history.at(at).ifPresent(found::add);
        }
        return found;
    }

    Optional<KeyValue> get(ByteString key, long at) {
        return Optional.ofNullable(keys.get(key)).flatMap(history -> history.at(at));
    }

    /** What happened after {@code after} and up to {@code until}, by revision. */
    NavigableMap<Long, List<Event>> changes(long after, long until) {
        return after >= until ? new TreeMap<>() : events.subMap(after, false, until, true);
    }

    /** Begins the next revision. It counts once something was written. */
    Writing write() {
        return new Writing();
    }

    /** Forgets what only reads below {@code at} could see. A deletion at {@code at} itself is forgotten too, as 3.4 does. */
    void compact(long at) {
        compacted = at;
        keys.values().removeIf(history -> !history.compact(at));
        events.headMap(at, false).clear();
        var atIt = events.get(at);
        if (atIt != null) {
            atIt.removeIf(event -> event.getType() == Event.EventType.DELETE);
        }
    }

    /** Makes everything after {@code at} unhappened, as the restore of a snapshot does. */
    void cutBackTo(long at) {
        if (at < compacted || at > revision) {
            throw new IllegalArgumentException(
                    "history reaches from " + compacted + " to " + revision + ", so not back to " + at);
        }
        revision = at;
        keys.values().removeIf(history -> !history.cutBackTo(at));
        events.tailMap(at, false).clear();
    }

    /** The writes of one revision. */
    final class Writing {
        private final long at = revision + 1;
        private final List<Event> written = new ArrayList<>();

        /** The revision a read in the middle of it sees, and the one that its answer names. */
        long sees() {
            return written.isEmpty() ? revision : at;
        }

        /** The revision of what is written here. */
        long at() {
            return at;
        }

        void put(ByteString key, ByteString value, long lease) {
            var before = get(key, at);
            var now = KeyValue.newBuilder()
                    .setKey(key)
                    .setValue(value)
                    .setLease(lease)
                    .setModRevision(at)
                    .setCreateRevision(before.map(KeyValue::getCreateRevision).orElse(at))
                    .setVersion(before.map(KeyValue::getVersion).orElse(0L) + 1)
                    .build();
            keys.computeIfAbsent(key, unknown -> new KeyHistory()).put(now);
            written.add(
                    Event.newBuilder().setType(Event.EventType.PUT).setKv(now).build());
        }

        void delete(ByteString key) {
            var history = keys.get(key);
            if (history == null || history.at(at).isEmpty()) {
                return;
            }
            history.delete(at);
            var tombstone = KeyValue.newBuilder().setKey(key).setModRevision(at);
            written.add(Event.newBuilder()
                    .setType(Event.EventType.DELETE)
                    .setKv(tombstone)
                    .build());
        }

        /** Ends it; the newest revision afterwards. */
        long done() {
            if (!written.isEmpty()) {
                revision = at;
                events.put(at, written);
            }
            return revision;
        }
    }
}
