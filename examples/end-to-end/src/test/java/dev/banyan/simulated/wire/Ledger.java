package dev.banyan.simulated.wire;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.etcd.SimulatedEtcd;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchEvent;
import dev.banyan.runtime.store.etcd.EtcdStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What is true in etcd, revision by revision, on a way on which nothing goes wrong. */
final class Ledger {
    private final EtcdStore etcd;
    private final Consumer<WatchBatch.Changes> reader;
    private final Map<ObjectKey, StoredObject> objects = new HashMap<>();
    private final TreeMap<Long, List<Runnable>> waiting = new TreeMap<>();
    private long revision;

    /** {@code reader} is told of each revision when the ledger shows it, and throws when it must not be. */
    Ledger(SimulatedProcess process, SimulatedEtcd truth, Consumer<WatchBatch.Changes> reader) {
        this.etcd = EtcdStore.connect(truth.config(), truth.observed(process), process.env());
        this.reader = reader;
        process.env().tasks().spawn("ledger", this::write);
    }

    Optional<StoredObject> get(ObjectKey key) {
        return Optional.ofNullable(objects.get(key));
    }

    /** Where the object was written last; 0 when it is not there. */
    long revisionOf(ObjectKey key) {
        return get(key).map(object -> object.meta().revision()).orElse(0L);
    }

    /** A way to the truth for whoever prepares the world. */
    EtcdStore etcd() {
        return etcd;
    }

    /** Does {@code look} when the ledger shows {@code at}: at once, unless somebody else was quicker than the ledger. */
    void when(long at, Runnable look) {
        if (revision >= at) {
            look.run();
        } else {
            waiting.computeIfAbsent(at, unused -> new ArrayList<>()).add(look);
        }
    }

    private void write() throws InterruptedException {
        try (var watch = etcd.watch(Selection.EVERYTHING, 0)) {
            while (true) {
                switch (watch.next()) {
                    case WatchBatch.Changes changes -> note(changes);
                    case WatchBatch.Bookmark bookmark -> reached(bookmark.revision());
                    case WatchBatch.Resync resync -> throw new AssertionError("the ledger has lost history: " + resync);
                    case WatchBatch.Closed closed -> throw new AssertionError("the ledger's watch was closed");
                }
            }
        }
    }

    private void note(WatchBatch.Changes changes) {
        for (var event : changes.events()) {
            switch (event) {
                case WatchEvent.Put put -> objects.put(put.key(), put.object());
                case WatchEvent.Deleted deleted -> objects.remove(deleted.key());
            }
        }
        reader.accept(changes);
        reached(changes.revision());
    }

    private void reached(long newest) {
        revision = Math.max(revision, newest);
        while (!waiting.isEmpty() && waiting.firstKey() <= revision) {
            waiting.pollFirstEntry().getValue().forEach(Runnable::run);
        }
    }
}
