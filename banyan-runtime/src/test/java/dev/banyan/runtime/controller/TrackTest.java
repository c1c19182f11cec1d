package dev.banyan.runtime.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.controller.ChangeSet.Part;
import dev.banyan.runtime.controller.RecordingStore.OwnWrites;
import dev.banyan.runtime.controller.RecordingStore.OwnWrites.OwnWrite;
import dev.banyan.runtime.controller.Source.Trigger;
import dev.banyan.runtime.queue.Cause;
import dev.banyan.runtime.queue.Lane;
import dev.banyan.runtime.resource.ObjectKey;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrackTest {
    private static final ObjectKey A = ObjectKey.cluster("things", "a");
    private static final ObjectKey B = ObjectKey.cluster("things", "b");
    private static final long MILLI = Duration.ofMillis(1).toNanos();

    private final Track track = new Track();
    private long now;

    @Test
    void knowsAWriteThatComparedItsBase() {
        var own = new OwnWrites(List.of(new OwnWrite(A, 9, 7)), 9);

        assertThat(own.explain(event(A, 9, 7, Part.SPEC, Part.META))).isTrue();
        assertThat(own.explain(event(A, 9, 6, Part.SPEC)))
                .as("a state was skipped")
                .isFalse();
        assertThat(own.explain(event(A, 10, 7, Part.SPEC))).isFalse();
        assertThat(own.explain(event(B, 9, 7, Part.SPEC))).isFalse();
    }

    @Test
    void knowsACreation() {
        var own = new OwnWrites(List.of(new OwnWrite(A, 9, 0)), 9);

        assertThat(own.explain(event(A, 9, 0, Part.APPEARED))).isTrue();
    }

    @Test
    void takesAMergedWriteForTheStatusAlone() {
        var own = new OwnWrites(List.of(new OwnWrite(A, 9, OwnWrites.ANY)), 9);

        assertThat(own.explain(event(A, 9, 3, Part.STATUS))).isTrue();
        assertThat(own.explain(event(A, 9, 3, Part.STATUS, Part.SPEC))).isFalse();
    }

    @Test
    void neverExplainsADeletionOrAFinalizerAway() {
        var own = new OwnWrites(List.of(new OwnWrite(A, 9, 7)), 9);

        assertThat(own.explain(event(A, 9, 7, Part.DELETION))).isFalse();
        assertThat(own.explain(event(A, 9, 7, Part.FINALIZERS))).isFalse();
        assertThat(own.explain(event(A, 9, 7, Part.GONE))).isFalse();
    }

    @Test
    void keepsWhatComesWhileItRunsUntilTheEnd() {
        var event = event(A, 9, 7, Part.SPEC);
        assertThat(track.defer(event)).isFalse();
        track.start(0);
        assertThat(track.defer(event)).isTrue();

        assertThat(track.end(OwnWrites.NONE, 1)).containsExactly(event);
        assertThat(track.end(OwnWrites.NONE, 2)).isEmpty();
        assertThat(track.defer(event)).isFalse();
    }

    @Test
    void keepsABoundedNumberOfEvents() {
        track.start(0);
        for (int i = 0; i < Track.DEFERRED_MAX; i++) {
            assertThat(track.defer(event(A, i, 7, Part.SPEC))).isTrue();
        }

        assertThat(track.defer(event(A, 99, 7, Part.SPEC))).isFalse();
    }

    @Test
    void isHotAfterTooManyRunsInARowWithoutAReason() {
        for (int run = 0; run < Track.HOT_RUNS; run++) {
            assertThat(run()).as("run %d", run).isFalse();
        }
        assertThat(run()).isTrue();
        assertThat(track.hot()).isTrue();
        assertThat(run()).as("told once").isFalse();
    }

    @Test
    void pausesLongerWithEachRunOfAHotKey() {
        for (int run = 0; run <= Track.HOT_RUNS; run++) {
            assertThat(track.pause(now)).isZero();
            run();
        }
        assertThat(track.pause(now)).isEqualTo(Duration.ofMillis(10));
        for (int run = 0; run < 20; run++) {
            now += track.pause(now).toNanos();
            assertThat(track.pause(now)).isZero();
            run();
        }
        assertThat(track.pause(now)).isEqualTo(Duration.ofMillis(10 << 10));
    }

    @Test
    void coolsDownWhenSomethingChangesOrItPacesItself() {
        for (int run = 0; run <= Track.HOT_RUNS; run++) {
            run();
        }
        track.foreign();
        assertThat(track.pause(now)).isZero();
        run();
        assertThat(track.hot()).isFalse();

        for (int run = 0; run < 100; run++) {
            now += Track.GAP.toNanos();
            run();
        }
        assertThat(track.hot()).isFalse();
    }

    @Test
    void isOverWhenItsWritesAreSeenAndItsNextRunWouldHaveAReason() {
        track.start(0);
        assertThat(track.over(100, Track.GAP.toNanos())).isFalse();
        track.end(new OwnWrites(List.of(), 50), 0);

        assertThat(track.over(50, Track.GAP.toNanos() - 1)).isFalse();
        assertThat(track.over(49, Track.GAP.toNanos())).isFalse();
        assertThat(track.over(50, Track.GAP.toNanos())).isTrue();
    }

    /** One run of a millisecond, begun at once. Answers whether it made the key hot. */
    private boolean run() {
        boolean hot = track.start(now);
        now += MILLI;
        track.end(OwnWrites.NONE, now);
        return hot;
    }

    private static Trigger event(ObjectKey object, long revision, long base, Part... parts) {
        return new Trigger(
                Lane.FRESH, new Cause("changed", revision), new ChangeSet(Set.of(parts)), object, revision, base);
    }
}
