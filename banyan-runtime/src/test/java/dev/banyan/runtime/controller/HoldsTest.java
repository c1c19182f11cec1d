package dev.banyan.runtime.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.controller.Holds.Condition;
import dev.banyan.runtime.controller.Holds.Freed;
import dev.banyan.runtime.controller.Holds.Limit;
import dev.banyan.runtime.controller.Holds.Question;
import dev.banyan.runtime.controller.Holds.Wish;
import dev.banyan.runtime.queue.Cause;
import dev.banyan.runtime.queue.Lane;
import dev.banyan.runtime.resource.ObjectKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HoldsTest {
    private static final ObjectKey A = ObjectKey.cluster("things", "a");
    private static final ObjectKey B = ObjectKey.cluster("things", "b");
    private static final ObjectKey C = ObjectKey.cluster("things", "c");
    private static final Wish FRESH = new Wish(Lane.FRESH, new Cause("changed", 9));
    private static final Wish RESYNC = new Wish(Lane.RESYNC, new Cause("resync", 0));

    private static final long SLOW = Holds.SLOW.toNanos();
    private static final long LATER = Duration.ofHours(1).toNanos();

    private final Holds holds = new Holds();
    private final AtomicBoolean there = new AtomicBoolean();

    @Test
    void holdsAKeyUntilItsRevisionIsThere() {
        holds.until(A, 50, new Limit(0, 1_000), Optional.empty());
        holds.until(B, 60, new Limit(0, 1_000), Optional.of(FRESH));

        assertThat(holds.release(49, 1)).isEmpty();
        assertThat(what(A)).isEqualTo("awaiting revision 50");
        assertThat(holds.release(50, 2)).containsExactly(new Freed(A, Optional.empty(), false));
        assertThat(holds.holds(A)).isFalse();
        assertThat(holds.release(70, 3)).containsExactly(new Freed(B, Optional.of(FRESH), false));
        assertThat(holds.isEmpty()).isTrue();
    }

    @Test
    void freesAKeyWhoseRevisionDoesNotComeAndSaysSo() {
        holds.until(A, 50, new Limit(0, 1_000), Optional.of(FRESH));
        holds.until(B, 50, new Limit(0, 2_000), Optional.empty());

        assertThat(holds.nextNanos()).hasValue(1_000);
        assertThat(holds.release(1, 999)).isEmpty();
        assertThat(holds.release(1, 1_000)).containsExactly(new Freed(A, Optional.of(FRESH), true));
        assertThat(holds.nextNanos()).hasValue(2_000);
    }

    @Test
    void remembersTheMostUrgentWish() {
        holds.until(A, 50, new Limit(0, 1_000), Optional.empty());
        holds.want(A, RESYNC, false, 1);
        holds.want(A, FRESH, false, 2);
        holds.want(A, RESYNC, false, 3);

        assertThat(holds.release(50, 4)).containsExactly(new Freed(A, Optional.of(FRESH), false));
        assertThat(holds.want(A, FRESH, true, 5)).isEmpty();
    }

    @Test
    void asksForTheConditionOnlyWhenTheRevisionIsThere() {
        there.set(true);
        holds.until(A, 50, new Limit(0, 1_000), condition(100), RESYNC);

        assertThat(holds.release(49, 1)).isEmpty();
        assertThat(ask(2)).isEmpty();
        assertThat(holds.release(50, 2)).isEmpty();
        assertThat(ask(2)).containsExactly(new Freed(A, Optional.of(RESYNC), false));
    }

    @Test
    void freesAKeyWhenItsConditionHolds() {
        holds.until(A, 0, new Limit(0, 1_000), condition(100), RESYNC);
        assertThat(holds.release(0, 1)).isEmpty();
        assertThat(what(A)).isEqualTo("awaiting the children");

        assertThat(ask(1)).isEmpty();
        there.set(true);
        assertThat(ask(2)).as("nothing has changed").isEmpty();
        holds.changed();
        assertThat(ask(2)).containsExactly(new Freed(A, Optional.of(RESYNC), false));
    }

    @Test
    void givesTheConditionItsOwnTime() {
        holds.until(A, 50, new Limit(0, 1_000), condition(100), RESYNC);
        holds.release(50, 10);

        assertThat(holds.nextNanos()).hasValue(110);
        assertThat(holds.release(50, 109)).isEmpty();
        assertThat(holds.release(50, 110)).containsExactly(new Freed(A, Optional.of(RESYNC), false));
    }

    @Test
    void goesOnToTheConditionWhenTheRevisionIsLate() {
        holds.until(A, 50, new Limit(0, 1_000), condition(100), RESYNC);

        assertThat(holds.release(1, 1_000)).isEmpty();
        assertThat(holds.release(1, 1_100)).containsExactly(new Freed(A, Optional.of(RESYNC), true));
    }

    @Test
    void endsTheWaitForAConditionButNotForARevision() {
        holds.until(A, 50, new Limit(0, 1_000), condition(100), RESYNC);
        assertThat(holds.want(A, FRESH, true, 1)).isEmpty();
        assertThat(holds.release(50, 2)).containsExactly(new Freed(A, Optional.of(FRESH), false));

        holds.until(A, 0, new Limit(0, 1_000), condition(100), RESYNC);
        holds.release(0, 3);
        assertThat(holds.want(A, FRESH, false, 4)).isEmpty();
        assertThat(holds.want(A, RESYNC, true, 4)).contains(new Freed(A, Optional.of(FRESH), false));
        assertThat(holds.isEmpty()).isTrue();
    }

    @Test
    void asksOneAfterTheOtherInOneTask() {
        held(A, B, C);
        int asker = holds.hireAsker(1).orElseThrow();
        assertThat(holds.hireAsker(2)).as("one is enough").isEmpty();

        assertThat(question(asker, 2).key()).isEqualTo(A);
        holds.answered(new Question(A, condition(100), asker), false);
        assertThat(question(asker, 3).key()).isEqualTo(B);
        holds.answered(new Question(B, condition(100), asker), false);
        assertThat(question(asker, 4).key()).isEqualTo(C);
        holds.answered(new Question(C, condition(100), asker), false);
        assertThat(holds.nextQuestion(asker, 5)).isEmpty();
        assertThat(holds.hireAsker(6)).as("nothing to ask").isEmpty();
    }

    @Test
    void letsAnotherTaskAskTheRestWhenOneIsSlow() {
        held(A, B, C);
        int slow = holds.hireAsker(0).orElseThrow();
        question(slow, 10);

        assertThat(holds.nextNanos()).hasValue(10 + SLOW);
        assertThat(holds.hireAsker(9 + SLOW)).isEmpty();
        int other = holds.hireAsker(10 + SLOW).orElseThrow();
        assertThat(question(other, 11 + SLOW).key()).isEqualTo(B);
        assertThat(what(A, 20 + SLOW)).startsWith("awaiting the children, which has not answered for PT0.1");
        assertThat(holds.nextNanos()).as("C waits for the second").hasValue(11 + 2 * SLOW);
    }

    @Test
    void asksAgainWhatChangedWhileItWasAsked() {
        held(A);
        int asker = holds.hireAsker(0).orElseThrow();
        var first = question(asker, 1);
        holds.changed();
        assertThat(holds.nextQuestion(holds.hireAsker(2 + SLOW).orElse(99), 2 + SLOW))
                .as("it is being asked")
                .isEmpty();
        holds.answered(first, false);

        assertThat(question(asker, 3).key()).isEqualTo(A);
    }

    @Test
    void givesUpAQuestionWhoseWaitIsOver() {
        held(A, B);
        int asker = holds.hireAsker(0).orElseThrow();
        var hangs = question(asker, 1);
        assertThat(holds.want(A, FRESH, true, 2)).contains(new Freed(A, Optional.of(FRESH), false));

        assertThat(holds.abandoned()).containsExactly(asker);
        assertThat(holds.abandoned()).as("said once").isEmpty();
        int other = holds.hireAsker(3).orElseThrow();
        holds.until(A, 0, new Limit(0, LATER), condition(LATER), RESYNC);
        assertThat(holds.answered(hangs, true))
                .as("an answer to a wait that is over")
                .isEmpty();
        assertThat(holds.holds(A)).isTrue();
        assertThat(holds.nextQuestion(asker, 4)).as("it ends").isEmpty();
        assertThat(question(other, 4).key()).isEqualTo(B);
    }

    @Test
    void asksNoMoreWhenTooManyHang() {
        var keys = IntStream.range(0, Holds.ASKERS_MAX + 5)
                .mapToObj(i -> ObjectKey.cluster("things", "k" + i))
                .toArray(ObjectKey[]::new);
        held(keys);
        long now = 1;
        for (int i = 0; i < Holds.ASKERS_MAX; i++, now += SLOW) {
            question(holds.hireAsker(now).orElseThrow(), now);
        }

        assertThat(holds.hireAsker(now)).isEmpty();
        assertThat(holds.nextNanos()).as("only the waits end").hasValue(LATER);
        assertThat(holds.release(0, LATER)).as("each by its own time").hasSize(keys.length);
        assertThat(holds.abandoned()).hasSize(Holds.ASKERS_MAX);
    }

    /** Keys that wait for a condition. */
    private void held(ObjectKey... keys) {
        for (var key : keys) {
            holds.until(key, 0, new Limit(0, LATER), condition(LATER), RESYNC);
        }
        assertThat(holds.release(0, 0)).isEmpty();
    }

    private Question question(int asker, long now) {
        return holds.nextQuestion(asker, now).orElseThrow();
    }

    private List<Freed> ask(long now) {
        var freed = new ArrayList<Freed>();
        holds.hireAsker(now).ifPresent(asker -> {
            for (var next = holds.nextQuestion(asker, now); next.isPresent(); next = holds.nextQuestion(asker, now)) {
                holds.answered(next.get(), next.get().condition().holds().getAsBoolean())
                        .ifPresent(freed::add);
            }
        });
        return freed;
    }

    private String what(ObjectKey key) {
        return what(key, 1);
    }

    private String what(ObjectKey key, long now) {
        return holds.describe(key, now).orElseThrow().what();
    }

    private Condition condition(long atMost) {
        return new Condition("the children", there::get, Duration.ofNanos(atMost));
    }
}
