package dev.banyan.runtime.simulation.etcd;

import com.google.protobuf.ByteString;
import dev.banyan.runtime.store.etcd.wire.Event;
import dev.banyan.runtime.store.etcd.wire.WatchCreateRequest;
import dev.banyan.runtime.store.etcd.wire.WatchRequest;
import dev.banyan.runtime.store.etcd.wire.WatchResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The server's side of one stream of watches. Pure: the shell hands in requests and takes responses, saying each time up to which revision
 * its member has seen the history.
 */
final class WatchDesk {
    private static final ByteString FIRST_KEY = ByteString.copyFrom(new byte[1]);

    /** How events are put into responses: any way is allowed that keeps their order and marks what belongs together. */
    interface Pace {
        /** Revisions in the next response of a watch that is behind, from 1; etcd takes up to 1,000. */
        int revisions();

        /** Events in one fragment, from 1; etcd goes by bytes. */
        int eventsInFragment();
    }

    /** As etcd does it as long as nothing is large. */
    static final Pace USUAL = new Pace() {
        @Override
        public int revisions() {
            return 1_000;
        }

        @Override
        public int eventsInFragment() {
            return Integer.MAX_VALUE;
        }
    };

    /** A watch and the first revision that it has not sent. */
    private record Entry(KeySpan span, boolean prevKv, boolean fragment, long next) {
        Entry from(long revision) {
            return new Entry(span, prevKv, fragment, revision);
        }
    }

    private final Keyspace keyspace;
    private final Pace pace;
    private final TreeMap<Long, Entry> watches = new TreeMap<>();
    private final ArrayDeque<WatchResponse> ready = new ArrayDeque<>();
    private long nextId;

    WatchDesk(Keyspace keyspace, Pace pace) {
        this.keyspace = keyspace;
        this.pace = pace;
    }

    void receive(WatchRequest request, long seen) {
        switch (request.getRequestUnionCase()) {
            case CREATE_REQUEST -> create(request.getCreateRequest(), seen);
            case CANCEL_REQUEST -> cancel(request.getCancelRequest().getWatchId(), seen);
            case PROGRESS_REQUEST -> ready.add(response(-1, seen).build());
            case REQUESTUNION_NOT_SET -> {}
        }
    }

    /** The next response, if there is one. */
    Optional<WatchResponse> poll(long seen) {
        if (ready.isEmpty()) {
            for (var id : List.copyOf(watches.keySet())) {
                advance(id, seen);
            }
        }
        return Optional.ofNullable(ready.poll());
    }

    private void create(WatchCreateRequest request, long seen) {
        var span = span(request);
        long id = request.getWatchId() == 0 ? freeId() : request.getWatchId();
        if (span.nothing() || watches.containsKey(id)) {
            var reason = span.nothing()
                    ? "mvcc: watcher range is empty"
                    : "mvcc: duplicate watch ID provided on the WatchStream";
            ready.add(response(-1, seen)
                    .setCreated(true)
                    .setCanceled(true)
                    .setCancelReason(reason)
                    .build());
            return;
        }
        long next = request.getStartRevision() > 0 ? request.getStartRevision() : seen + 1;
        watches.put(id, new Entry(span, request.getPrevKv(), request.getFragment(), next));
        ready.add(response(id, seen).setCreated(true).build());
    }

    private static KeySpan span(WatchCreateRequest request) {
        return new KeySpan(request.getKey().isEmpty() ? FIRST_KEY : request.getKey(), request.getRangeEnd());
    }

    private long freeId() {
        while (watches.containsKey(nextId)) {
            nextId++;
        }
        return nextId++;
    }

    private void cancel(long id, long seen) {
        if (watches.remove(id) != null) {
            ready.add(response(id, seen).setCanceled(true).build());
        }
    }

    private void advance(long id, long seen) {
        var watch = watches.get(id);
        if (watch == null || watch.next() > seen) {
            return;
        }
        if (watch.next() < keyspace.compacted()) {
            watches.remove(id);
            ready.add(response(id, seen)
                    .setCanceled(true)
                    .setCompactRevision(keyspace.compacted())
                    .build());
            return;
        }
        var events = new ArrayList<Event>();
        long last = take(watch, seen, events);
        watches.put(id, watch.from(last + 1));
        if (!events.isEmpty()) {
            answer(id, watch, seen, events);
        }
    }

    /** Collects what the next response holds; the revision that it reaches. */
    private long take(Entry watch, long seen, List<Event> events) {
        int left = pace.revisions();
        for (var change : keyspace.changes(watch.next() - 1, seen).entrySet()) {
            int before = events.size();
            change.getValue().stream()
                    .filter(event -> watch.span().holds(event.getKv().getKey()))
                    .map(event -> watch.prevKv() ? withPrevious(event) : event)
                    .forEach(events::add);
            if (events.size() > before && --left == 0) {
                return change.getKey();
            }
        }
        return seen;
    }

    /** A key that begins has nothing before it, even if it was deleted in the same revision. */
    private Event withPrevious(Event event) {
        long before = event.getKv().getModRevision() - 1;
        boolean begins = event.getKv().getCreateRevision() == event.getKv().getModRevision();
        return begins || before < keyspace.compacted()
                ? event
                : keyspace.get(event.getKv().getKey(), before)
                        .map(value -> event.toBuilder().setPrevKv(value).build())
                        .orElse(event);
    }

    private void answer(long id, Entry watch, long seen, List<Event> events) {
        int size = watch.fragment() ? pace.eventsInFragment() : events.size();
        for (int from = 0; from < events.size(); from += size) {
            int until = (int) Math.min(events.size(), (long) from + size);
            ready.add(response(id, seen)
                    .addAllEvents(events.subList(from, until))
                    .setFragment(until < events.size())
                    .build());
            if (until == events.size()) {
                return;
            }
        }
    }

    private static WatchResponse.Builder response(long id, long seen) {
        return WatchResponse.newBuilder().setHeader(EtcdModel.header(seen)).setWatchId(id);
    }
}
