package dev.banyan.simulated.world;

import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.etcd.SimulatedEtcd;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchEvent;
import dev.banyan.runtime.store.WriteOutcome;
import dev.banyan.runtime.store.etcd.EtcdStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What is true in the store, revision by revision, on a way on which nothing goes wrong. It can be read at no cost by whoever drives the
 * simulation, unlike a store.
 */
public final class Chronicle implements Store {
    private final SimulatedProcess process;
    private final EtcdStore etcd;
    private final TreeMap<String, StoredObject> objects = new TreeMap<>();
    private final List<WatchBatch.Changes> history = new ArrayList<>();
    private final Predicate<ObjectKey> restless;
    private Witness witness = Witness.NOBODY;
    private long revision;

    Chronicle(SimulatedProcess process, SimulatedEtcd etcd, Predicate<ObjectKey> restless) {
        this.process = process;
        this.restless = restless;
        this.etcd = EtcdStore.connect(etcd.config(), etcd.observed(process), process.env());
        this.revision = 1;
        process.env().tasks().spawn("chronicle", this::write);
    }

    void tell(Witness newWitness) {
        witness = newWitness;
    }

    /** All objects of {@code kind}. */
    public <S, T> List<Resource<S, T>> all(Kind<S, T> kind) {
        return objects.subMap(kind.name() + "/", kind.name() + "0").values().stream()
                .map(kind::decode)
                .toList();
    }

    /** The uid under {@code key}, read past the chronicle before anything runs. */
    String enrolled(ObjectKey key) {
        return etcd.get(key, ReadAt.LATEST).orElseThrow().meta().uid();
    }

    private void write() throws InterruptedException {
        try (var watch = etcd.watch(Selection.EVERYTHING, 0)) {
            while (true) {
                switch (watch.next()) {
                    case WatchBatch.Changes changes -> note(changes);
                    case WatchBatch.Bookmark bookmark -> {}
                    case WatchBatch.Resync resync ->
                        throw new AssertionError("the chronicle has lost history: " + resync);
                    case WatchBatch.Closed closed -> throw new AssertionError("the chronicle's watch was closed");
                }
            }
        }
    }

    private void note(WatchBatch.Changes changes) {
        for (var event : changes.events()) {
            switch (event) {
                case WatchEvent.Put put -> objects.put(put.key().path(), put.object());
                case WatchEvent.Deleted deleted -> objects.remove(deleted.key().path());
            }
        }
        revision = changes.revision();
        history.add(changes);
        if (!changes.events().stream().allMatch(event -> restless.test(event.key()))) {
            process.note(revision + ": "
                    + changes.events().stream().map(Chronicle::word).collect(Collectors.joining(", ")));
        }
        witness.stored(changes);
    }

    private static String word(WatchEvent event) {
        return switch (event) {
            case WatchEvent.Put put ->
                (put.object().meta().createRevision() == put.object().meta().revision() ? "+" : "")
                        + put.key().path();
            case WatchEvent.Deleted deleted -> "-" + deleted.key().path();
        };
    }

    @Override
    public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
        return Optional.ofNullable(objects.get(key.path()));
    }

    @Override
    public Listing list(Selection selection, ReadAt at) {
        return new Listing(
                revision, objects.values().stream().filter(selection::matches).toList());
    }

    /** A watch of everything, for whom nothing waits: it answers what there is. */
    @Override
    public Watch watch(Selection selection, long afterRevision) {
        return new Reading(history.size());
    }

    @Override
    public WriteOutcome commit(Commit commit) {
        return etcd.commit(commit);
    }

    /** Reads on in the history. */
    private final class Reading implements Watch {
        private int next;

        Reading(int next) {
            this.next = next;
        }

        @Override
        public WatchBatch next() {
            return next < history.size() ? history.get(next++) : new WatchBatch.Bookmark(revision);
        }

        @Override
        public Optional<WatchBatch> next(Duration timeout) {
            return next < history.size() ? Optional.of(next()) : Optional.empty();
        }

        @Override
        public void close() {
            next = history.size();
        }
    }
}
