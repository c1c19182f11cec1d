package dev.banyan.runtime.election;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FencedStoreTest {
    private static final ObjectKey RIGHT = ObjectKey.cluster("rights", "mine");
    private static final ObjectKey OTHER = ObjectKey.cluster("rights", "of-another");
    private static final ObjectKey NOTE = ObjectKey.cluster("notes", "one");

    private final MemoryStore store =
            new MemoryStore(new Simulation(1).process("store").env());
    private final AtomicInteger refusals = new AtomicInteger();

    @Test
    void commitsUnderItsFenceUntilSomebodyElseHasTheRight() {
        var fenced = FencedStore.under(store, granted(RIGHT), refusals::incrementAndGet);

        assertThat(fenced.commit(note("first")).written()).isTrue();
        assertThat(fenced.refused()).isFalse();
        granted(RIGHT);

        assertThat(fenced.commit(note("second"))).isInstanceOf(WriteOutcome.Fenced.class);
        assertThat(fenced.refused()).isTrue();
        assertThat(refusals).hasValue(1);
        assertThat(fenced.get(NOTE, ReadAt.LATEST).orElseThrow().spec().toUtf8())
                .isEqualTo("first");
    }

    @Test
    void doesNotTakeTheFailureOfTheCallersOwnFenceForItsOwn() {
        long both = together(RIGHT, OTHER);
        var fenced = FencedStore.under(store, new Precondition.Fence(RIGHT, both), refusals::incrementAndGet);
        var old = new Precondition.Fence(OTHER, both);
        granted(OTHER);

        var outcome = fenced.commit(note("first").under(old));

        assertThat(outcome).isInstanceOfSatisfying(WriteOutcome.Fenced.class, failed -> assertThat(failed.key())
                .isEqualTo(OTHER));
        assertThat(fenced.refused()).isFalse();
        assertThat(refusals).hasValue(0);
    }

    @Test
    void sendsNothingWithoutARight() {
        var fenced = new FencedStore(store, Optional::empty);

        assertThat(fenced.commit(note("first"))).isEqualTo(new WriteOutcome.Fenced(View.KEY, 0, 0));
        assertThat(store.get(NOTE, ReadAt.LATEST)).isEmpty();
        assertThat(fenced.refused()).isFalse();
    }

    @Test
    void readsAndWatchesWhatIsBehind() throws InterruptedException {
        var fenced = FencedStore.under(store, granted(RIGHT));
        long before = store.list(Selection.of("notes"), ReadAt.LATEST).revision();
        fenced.commit(note("first"));

        assertThat(fenced.list(Selection.of("notes"), ReadAt.LATEST).objects()).hasSize(1);
        try (var watch = fenced.watch(Selection.of("notes"), before)) {
            assertThat(watch.next(Duration.ZERO)).containsInstanceOf(WatchBatch.Changes.class);
        }
    }

    /** Gives the right to whoever holds the answer, and takes it from all others. */
    private Precondition.Fence granted(ObjectKey key) {
        var before = store.get(key, ReadAt.LATEST);
        var draft = Draft.of(key, Bytes.utf8(Integer.toString(before.hashCode())));
        var write =
                before.<Write>map(object -> new Write.Update(object, draft)).orElseGet(() -> new Write.Create(draft));
        assertThat(store.commit(Commit.of(write)).written()).isTrue();
        return new Precondition.Fence(
                key, store.get(key, ReadAt.LATEST).orElseThrow().meta().revision());
    }

    /** The revision at which both rights were made. */
    private long together(ObjectKey one, ObjectKey other) {
        store.commit(Commit.of(
                new Write.Create(Draft.of(one, Bytes.EMPTY)), new Write.Create(Draft.of(other, Bytes.EMPTY))));
        return store.get(one, ReadAt.LATEST).orElseThrow().meta().revision();
    }

    private Commit note(String text) {
        var draft = Draft.of(NOTE, Bytes.utf8(text));
        var write = store.get(NOTE, ReadAt.LATEST)
                .<Write>map(object -> new Write.Update(object, draft))
                .orElseGet(() -> new Write.Create(draft));
        return new Commit(List.of(), List.of(write));
    }
}
