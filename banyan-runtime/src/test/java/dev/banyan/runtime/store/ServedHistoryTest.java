package dev.banyan.runtime.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.WatchBatch.Resync;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bounds of a history and what readers see of them, by the store that is nothing but one. */
class ServedHistoryTest {
    private static final Duration SOON = Duration.ofMinutes(2);

    private final SystemEnv env = new SystemEnv();
    private int written;

    @Test
    void tellsAReaderThatFellOutOfTheRingToListAgain() throws Exception {
        var store = store(5, 1 << 20);
        try (var watch = store.watch(Selection.of("things"), 1)) {
            write(store, "things", 6, 1);

            assertThat(watch.next()).isEqualTo(new Resync(Resync.Reason.TOO_FAR_BEHIND));
            assertThat(watch.next()).as("asked again").isEqualTo(new Resync(Resync.Reason.TOO_FAR_BEHIND));
        }
    }

    @Test
    void keepsAReaderThatIsJustFastEnough() throws Exception {
        var store = store(5, 1 << 20);
        try (var watch = store.watch(Selection.of("things"), 1)) {
            write(store, "things", 5, 1);

            assertThat(watch.next())
                    .isInstanceOfSatisfying(WatchBatch.Changes.class, changes -> assertThat(changes.revision())
                            .isEqualTo(2));
        }
    }

    @Test
    void neverDropsAQuietWatchHoweverMuchHappensBesideIt() throws Exception {
        var store = store(5, 1 << 20);
        try (var watch = store.watch(Selection.of("quiet"), 1)) {
            write(store, "things", 100, 1);

            assertThat(watch.next()).isEqualTo(new WatchBatch.Bookmark(101));
            write(store, "quiet", 1, 1);
            assertThat(watch.next()).isInstanceOf(WatchBatch.Changes.class);
        }
    }

    @Test
    void boundsTheRingByBytes() {
        var store = store(1_000, 10_000);
        write(store, "things", 20, 1_000);

        try (var watch = store.watch(Selection.of("things"), 5)) {
            assertThat(watch).extracting(this::nextOf).isEqualTo(new Resync(Resync.Reason.COMPACTED));
        }
        assertThatThrownBy(() -> store.list(Selection.of("things"), new ReadAt.Exactly(5)))
                .isInstanceOf(StoreException.class);
    }

    @Test
    void tellsOfOneBookmarkForManyRevisionsThatComeAtOnce() throws Exception {
        var store = new MemoryStore(env, new ServedHistory.Limits(1_000, 1 << 20, Duration.ofHours(1), SOON));
        try (var watch = store.watch(Selection.of("quiet"), 1)) {
            write(store, "things", 1, 1);
            assertThat(watch.next()).isEqualTo(new WatchBatch.Bookmark(2));
            write(store, "things", 50, 1);
            assertThat(watch.next(Duration.ofMillis(1))).as("within the delay").isEmpty();
            write(store, "quiet", 1, 1);
            assertThat(watch.next()).isInstanceOf(WatchBatch.Changes.class);
        }
    }

    @Test
    void wakesWhoWaitsForARevision() throws Exception {
        var history = new ServedHistory(env, ServedHistory.Limits.DEFAULT);
        var waiting = env.tasks()
                .spawn("waiting", () -> assertThat(history.await(3, SOON)).isTrue());
        history.replace(2, List.of(), Resync.Reason.TOO_FAR_BEHIND);
        assertThat(history.await(3, Duration.ZERO)).isFalse();
        history.change(now -> {
            now.advance(3);
            return true;
        });

        assertThat(waiting.join(SOON)).isTrue();
        assertThat(waiting.failure()).isEmpty();
    }

    private MemoryStore store(int revisions, long bytes) {
        return new MemoryStore(env, new ServedHistory.Limits(revisions, bytes, Duration.ofMillis(1), SOON));
    }

    private void write(MemoryStore store, String kind, int count, int bytes) {
        for (int index = 0; index < count; index++) {
            var key = new ObjectKey(kind, "default", "o" + written++);
            var draft = Draft.of(key, Bytes.copyOf(new byte[bytes]));
            assertThat(store.commit(Commit.of(new Write.Create(draft))).written())
                    .isTrue();
        }
    }

    private WatchBatch nextOf(Object watch) {
        try {
            return ((Watch) watch).next();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
