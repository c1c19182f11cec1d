package dev.banyan.runtime.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.controller.Holds.Condition;
import dev.banyan.runtime.controller.Holds.Freed;
import dev.banyan.runtime.controller.Holds.Wish;
import dev.banyan.runtime.queue.Cause;
import dev.banyan.runtime.queue.Lane;
import dev.banyan.runtime.resource.ObjectKey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class HoldsTest {
    private static final ObjectKey A = ObjectKey.cluster("things", "a");
    private static final ObjectKey B = ObjectKey.cluster("things", "b");
    private static final Wish FRESH = new Wish(Lane.FRESH, new Cause("changed", 9));
    private static final Wish RESYNC = new Wish(Lane.RESYNC, new Cause("resync", 0));

    private final Holds holds = new Holds();
    private final AtomicBoolean there = new AtomicBoolean();

    @Test
    void holdsAKeyUntilItsRevisionIsThere() {
        holds.until(A, 50, 1_000, Optional.empty());
        holds.until(B, 60, 1_000, Optional.of(FRESH));

        assertThat(holds.release(49, 1)).isEmpty();
        assertThat(holds.describe(A)).contains("awaiting revision 50");
        assertThat(holds.release(50, 2)).containsExactly(new Freed(A, Optional.empty(), false));
        assertThat(holds.holds(A)).isFalse();
        assertThat(holds.release(70, 3)).containsExactly(new Freed(B, Optional.of(FRESH), false));
        assertThat(holds.isEmpty()).isTrue();
    }

    @Test
    void freesAKeyWhoseRevisionDoesNotComeAndSaysSo() {
        holds.until(A, 50, 1_000, Optional.of(FRESH));
        holds.until(B, 50, 2_000, Optional.empty());

        assertThat(holds.nextNanos()).hasValue(1_000);
        assertThat(holds.release(1, 999)).isEmpty();
        assertThat(holds.release(1, 1_000)).containsExactly(new Freed(A, Optional.of(FRESH), true));
        assertThat(holds.nextNanos()).hasValue(2_000);
    }

    @Test
    void remembersTheMostUrgentWish() {
        holds.until(A, 50, 1_000, Optional.empty());
        holds.want(A, RESYNC, false, 1);
        holds.want(A, FRESH, false, 2);
        holds.want(A, RESYNC, false, 3);

        assertThat(holds.release(50, 4)).containsExactly(new Freed(A, Optional.of(FRESH), false));
        assertThat(holds.want(A, FRESH, true, 5)).isEmpty();
    }

    @Test
    void asksForTheConditionOnlyWhenTheRevisionIsThere() {
        there.set(true);
        holds.until(A, 50, 1_000, condition(100), RESYNC);

        assertThat(holds.release(49, 1)).isEmpty();
        assertThat(holds.release(50, 2)).containsExactly(new Freed(A, Optional.of(RESYNC), false));
    }

    @Test
    void freesAKeyWhenItsConditionHolds() {
        holds.until(A, 0, 1_000, condition(100), RESYNC);
        assertThat(holds.release(0, 1)).isEmpty();
        assertThat(holds.describe(A)).contains("awaiting the children");

        there.set(true);
        assertThat(holds.release(0, 2)).containsExactly(new Freed(A, Optional.of(RESYNC), false));
    }

    @Test
    void givesTheConditionItsOwnTime() {
        holds.until(A, 50, 1_000, condition(100), RESYNC);
        holds.release(50, 10);

        assertThat(holds.nextNanos()).hasValue(110);
        assertThat(holds.release(50, 109)).isEmpty();
        assertThat(holds.release(50, 110)).containsExactly(new Freed(A, Optional.of(RESYNC), false));
    }

    @Test
    void goesOnToTheConditionWhenTheRevisionIsLate() {
        holds.until(A, 50, 1_000, condition(100), RESYNC);

        assertThat(holds.release(1, 1_000)).isEmpty();
        assertThat(holds.release(1, 1_100)).containsExactly(new Freed(A, Optional.of(RESYNC), true));
    }

    @Test
    void endsTheWaitForAConditionButNotForARevision() {
        holds.until(A, 50, 1_000, condition(100), RESYNC);
        assertThat(holds.want(A, FRESH, true, 1)).isEmpty();
        assertThat(holds.release(50, 2)).containsExactly(new Freed(A, Optional.of(FRESH), false));

        holds.until(A, 0, 1_000, condition(100), RESYNC);
        holds.release(0, 3);
        assertThat(holds.want(A, FRESH, false, 4)).isEmpty();
        assertThat(holds.want(A, RESYNC, true, 4)).contains(new Freed(A, Optional.of(FRESH), false));
        assertThat(holds.isEmpty()).isTrue();
    }

    @Test
    void takesAConditionThatCannotBeAskedForOneThatHolds() {
        var broken = new Condition(
                "what is broken",
                () -> {
                    throw new IllegalStateException("broken");
                },
                Duration.ofNanos(100));
        holds.until(A, 0, 1_000, broken, RESYNC);

        assertThat(holds.release(0, 1)).hasSize(1);
    }

    private Condition condition(long atMost) {
        return new Condition("the children", there::get, Duration.ofNanos(atMost));
    }
}
