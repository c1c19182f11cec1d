package dev.banyan.runtime.store.etcd;

import com.google.protobuf.ByteString;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchEvent;
import dev.banyan.runtime.store.etcd.wire.Event;
import dev.banyan.runtime.store.etcd.wire.WatchCreateRequest;
import dev.banyan.runtime.store.etcd.wire.WatchResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the responses of a watch mean, over any number of streams. Pure; owned by one task.
 *
 * <p>Its one promise is about {@link #applied()}: everything up to there was queued, once, and nothing after it was. It moves only by
 * events, never by the revision of a header: while a watch catches up, headers run ahead of the events. A revision is complete when an
 * event of a later one arrives, or the last fragment of its response; an incomplete one is forgotten with its stream and comes again.
 */
final class WatchProtocol {
    private final KeyLayout layout;
    private final Selection selection;
    private final ArrayDeque<WatchBatch> ready = new ArrayDeque<>();
    private final List<Event> open = new ArrayList<>();
    private long openRevision;
    private long applied;
    private long duplicates;

    WatchProtocol(KeyLayout layout, Selection selection, long after) {
        this.layout = layout;
        this.selection = selection;
        this.applied = after;
    }

    /** What the shell has to do about a response. */
    enum Step {
        /** Nothing but reading on. */
        CONTINUE,
        /** The stream is at its beginning. */
        CREATED,
        /** The start is compacted: the watch is over. */
        COMPACTED,
        /** The stream is useless: open another one. */
        REOPEN
    }

    /** Asks for everything after {@link #applied()}; earlier values only where leaving the selection cannot be seen without them. */
    WatchCreateRequest request() {
        var range = layout.everything();
        return WatchCreateRequest.newBuilder()
                .setKey(range.start())
                .setRangeEnd(range.end())
                .setStartRevision(applied + 1)
                .setFragment(true)
                .setPrevKv(filtersByLabel())
                .build();
    }

    Step receive(WatchResponse response) {
        if (response.getCompactRevision() > 0) {
            return Step.COMPACTED;
        }
        if (response.getCanceled()) {
            return Step.REOPEN;
        }
        if (response.getCreated()) {
            return Step.CREATED;
        }
        for (var event : response.getEventsList()) {
            if (!take(event)) {
                return Step.REOPEN;
            }
        }
        if (!response.getFragment()) {
            complete();
        }
        return Step.CONTINUE;
    }

    /** The stream broke: what was not complete comes again on the next one. */
    void disconnected() {
        open.clear();
    }

    Optional<WatchBatch> poll() {
        return Optional.ofNullable(ready.poll());
    }

    /** The last revision that is queued completely. */
    long applied() {
        return applied;
    }

    /** Events that came although they were queued before. */
    long duplicates() {
        return duplicates;
    }

    private boolean take(Event event) {
        long revision = event.getKv().getModRevision();
        if (revision <= applied) {
            duplicates++;
            return true;
        }
        if (!open.isEmpty() && revision < openRevision) {
            return false; // out of order: nothing of this stream can be trusted
        }
        if (!open.isEmpty() && revision > openRevision) {
            complete();
        }
        openRevision = revision;
        open.add(event);
        return true;
    }

    private void complete() {
        if (open.isEmpty()) {
            return;
        }
        var events = new ArrayList<WatchEvent>();
        for (var event : open) {
            translate(event).ifPresent(events::add);
        }
        events.sort(Comparator.comparing(WatchEvent::key));
        applied = openRevision;
        open.clear();
        if (!events.isEmpty()) {
            ready.add(new WatchBatch.Changes(applied, events));
        }
    }

    private Optional<WatchEvent> translate(Event event) {
        return layout.decode(event.getKv().getKey()).filter(selection::covers).flatMap(key -> translate(key, event));
    }

    private Optional<WatchEvent> translate(ObjectKey key, Event event) {
        if (event.getType() == Event.EventType.PUT) {
            var object = ObjectEnvelope.decode(key, event.getKv());
            if (selection.matches(object)) {
                return Optional.of(new WatchEvent.Put(selection.project(object)));
            }
        }
        return mayHaveMatched(key, event) ? Optional.of(new WatchEvent.Deleted(key)) : Optional.empty();
    }

    /** Without the earlier value, which compaction may have taken, it may have matched; a deletion too many is harmless. */
    private boolean mayHaveMatched(ObjectKey key, Event event) {
        if (!filtersByLabel()) {
            return true;
        }
        if (event.getKv().getVersion() == 1) {
            return false;
        }
        return event.getPrevKv().getKey().equals(ByteString.EMPTY)
                || selection.matches(ObjectEnvelope.decode(key, event.getPrevKv()));
    }

    private boolean filtersByLabel() {
        return !selection.labels().equals(LabelSelector.EVERYTHING);
    }
}
