package dev.banyan.runtime.store.etcd;

import com.google.protobuf.ByteString;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.StoreException.Reason;
import dev.banyan.runtime.store.etcd.KeyLayout.Stretch;
import dev.banyan.runtime.store.etcd.wire.KVGrpc;
import dev.banyan.runtime.store.etcd.wire.RangeRequest;
import dev.banyan.runtime.store.etcd.wire.RangeResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Reads ranges at one revision, in large pages: etcd walks and counts the rest of the range for every page, so that small pages of a
 * big range take minutes. A range that was read before is cut at keys remembered from then and read in parallel.
 */
final class EtcdReader {
    /** Keys a page at first; measured as the knee of the curve. */
    private static final int PAGE_KEYS = 10_000;

    /** What a page should weigh: large enough to be cheap, a quarter of what a message may hold. */
    private static final long PAGE_BYTES = EtcdChannels.ANSWER_BYTES_MAX / 4;

    /** Pages in flight; more did not help. */
    private static final int PARALLEL_MAX = 4;

    /** Times that a list starts over because its revision was compacted under it. */
    private static final int RESTARTS_MAX = 3;

    private static final Duration PAGE_DEADLINE = Duration.ofSeconds(30);
    private static final Duration FUTURE_PATIENCE = Duration.ofSeconds(3);

    private final Env env;
    private final EtcdCalls calls;
    private final KeyLayout layout;

    /** Ranges whose cuts are remembered. Each has several pages, so that a process has few of them; forgetting one costs time only. */
    private static final int CUT_RANGES_MAX = 256;

    /** Where ranges were cut when they were last read. Only ranges of several pages are remembered. */
    private final Map<Stretch, List<ByteString>> cuts = new ConcurrentHashMap<>();

    EtcdReader(EtcdCalls calls, KeyLayout layout, Env env) {
        this.calls = calls;
        this.layout = layout;
        this.env = env;
    }

    Listing list(Selection selection, ReadAt at) {
        return switch (at) {
            case ReadAt.Latest latest -> newest(selection);
            case ReadAt.AtLeast(var revision) -> atLeast(selection, revision);
            case ReadAt.Exactly(var revision) -> exactly(selection, revision);
        };
    }

    private Listing newest(Selection selection) {
        for (int restart = 0; ; restart++) {
            try {
                return read(selection, 0);
            } catch (StoreException failure) {
                if (failure.reason() != Reason.COMPACTED || restart == RESTARTS_MAX) {
                    throw failure;
                }
            }
        }
    }

    /** A linearizable read contains every revision that anybody was told of; a greater one belongs to another history. */
    private Listing atLeast(Selection selection, long revision) {
        var pauses = calls.attempts(FUTURE_PATIENCE);
        long start = env.time().nanos();
        while (true) {
            var listing = newest(selection);
            if (listing.revision() >= revision) {
                return listing;
            }
            if (env.time().since(start).compareTo(FUTURE_PATIENCE) > 0 || !pauses.pause()) {
                throw new StoreException(
                        Reason.UNAVAILABLE,
                        "etcd is at revision " + listing.revision() + " and has not reached " + revision);
            }
        }
    }

    private Listing exactly(Selection selection, long revision) {
        var pauses = calls.attempts(FUTURE_PATIENCE);
        long start = env.time().nanos();
        while (true) {
            try {
                return read(selection, revision);
            } catch (StoreException failure) {
                boolean future =
                        failure.getCause() instanceof EtcdException etcd && etcd.kind() == EtcdException.Kind.FUTURE;
                if (!future || env.time().since(start).compareTo(FUTURE_PATIENCE) > 0 || !pauses.pause()) {
                    throw failure;
                }
            }
        }
    }

    /** Reads at {@code revision}, or at the newest for 0. The first part fixes the revision, the others follow at it. */
    private Listing read(Selection selection, long revision) {
        var range = layout.rangeOf(selection);
        var parts = parts(range);
        var first = new Part(selection, parts.getFirst());
        long fixed = first.read(revision);
        var objects = new ArrayList<>(first.objects);
        var newCuts = new ArrayList<>(first.cuts);
        for (var part : readAll(selection, parts.subList(1, parts.size()), fixed)) {
            objects.addAll(part.objects);
            newCuts.add(part.range.start());
            newCuts.addAll(part.cuts);
        }
        remember(range, newCuts);
        objects.sort(Comparator.comparing(StoredObject::key));
        return new Listing(fixed, objects);
    }

    private List<Stretch> parts(Stretch range) {
        var parts = new ArrayList<Stretch>();
        var start = range.start();
        for (var cut : cuts.getOrDefault(range, List.of())) {
            parts.add(new Stretch(start, cut));
            start = cut;
        }
        parts.add(new Stretch(start, range.end()));
        return parts;
    }

    private void remember(Stretch range, List<ByteString> newCuts) {
        if (newCuts.isEmpty()) {
            cuts.remove(range);
        } else {
            if (cuts.size() >= CUT_RANGES_MAX) {
                cuts.clear();
            }
            cuts.put(range, List.copyOf(newCuts));
        }
    }

    private List<Part> readAll(Selection selection, List<Stretch> ranges, long revision) {
        var parts = ranges.stream().map(range -> new Part(selection, range)).toList();
        for (int from = 0; from < parts.size(); from += PARALLEL_MAX) {
            readTogether(parts.subList(from, Math.min(parts.size(), from + PARALLEL_MAX)), revision);
        }
        return parts;
    }

    private void readTogether(List<Part> parts, long revision) {
        var failure = new AtomicReference<@Nullable StoreException>();
        var tasks = new ArrayList<Task>();
        for (var part : parts) {
            tasks.add(env.tasks().spawn("etcd list", () -> {
                try {
                    part.read(revision);
                } catch (StoreException failed) {
                    failure.set(failed);
                }
            }));
        }
        join(tasks);
        var failed = failure.get();
        if (failed != null) {
            throw new StoreException(failed.reason(), String.valueOf(failed.getMessage()), failed);
        }
    }

    private static void join(List<Task> tasks) {
        try {
            for (var task : tasks) {
                task.join();
            }
        } catch (InterruptedException interrupted) {
            tasks.forEach(Task::cancel);
            Thread.currentThread().interrupt();
            throw new StoreException(Reason.UNAVAILABLE, "interrupted while listing", interrupted);
        }
    }

    /** One stretch of keys, read page by page. Owned by one task at a time. */
    private final class Part {
        private final Selection selection;
        private final Stretch range;
        private final List<StoredObject> objects = new ArrayList<>();
        private final List<ByteString> cuts = new ArrayList<>();
        private long limit = PAGE_KEYS;

        Part(Selection selection, Stretch range) {
            this.selection = selection;
            this.range = range;
        }

        /** Reads all pages; the answer is the revision they were read at. */
        long read(long wanted) {
            long revision = wanted;
            var start = range.start();
            while (true) {
                var page = page(start, revision);
                revision = revision == 0 ? page.getHeader().getRevision() : revision;
                collect(page);
                if (!page.getMore()) {
                    return revision;
                }
                start = KeyLayout.successor(page.getKvs(page.getKvsCount() - 1).getKey());
                cuts.add(start);
                limit = Math.clamp(
                        PAGE_BYTES * page.getKvsCount() / Math.max(1, page.getSerializedSize()), 1, 5 * PAGE_KEYS);
            }
        }

        private RangeResponse page(ByteString start, long revision) {
            while (true) {
                var request = RangeRequest.newBuilder()
                        .setKey(start)
                        .setRangeEnd(range.end())
                        .setRevision(revision)
                        .setLimit(limit)
                        .build();
                try {
                    var response = calls.repeatable(KVGrpc.getRangeMethod(), request, PAGE_DEADLINE, "list");
                    calls.saw(response.getHeader());
                    return response;
                } catch (StoreException failure) {
                    if (!tooLarge(failure) || limit == 1) {
                        throw failure;
                    }
                    limit = Math.max(1, limit / 8);
                }
            }
        }

        private boolean tooLarge(StoreException failure) {
            return failure.getCause() instanceof EtcdException etcd
                    && etcd.kind() == EtcdException.Kind.ANSWER_TOO_LARGE;
        }

        private void collect(RangeResponse page) {
            Optional<ObjectKey> last = Optional.empty();
            for (var pair : page.getKvsList()) {
                var read = layout.decode(pair.getKey(), last);
                last = read;
                read.filter(selection::covers)
                        .map(key -> ObjectEnvelope.decode(key, pair))
                        .filter(selection::matches)
                        .map(selection::project)
                        .ifPresent(objects::add);
            }
        }
    }
}
