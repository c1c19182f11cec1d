package dev.banyan.runtime.simulation.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.simulation.fault.FaultKind;
import dev.banyan.runtime.simulation.fault.Strike;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** On failures whose smallest form is known. */
class ShrinkerTest {
    private static final FaultKind BEAT = new FaultKind("beat", 1);
    private static final int BEATS = 300;

    @Test
    void findsTheStrikesThatMatterAmongManyWhateverTheyAre() {
        for (long seed = 1; seed <= 20; seed++) {
            var random = new SeededRandom(seed);
            var needed = new TreeSet<Integer>();
            int count = 1 + random.nextInt(5);
            while (needed.size() < count) {
                needed.add(1 + random.nextInt(BEATS));
            }

            var small = smallest(failsWhen(struck -> struck.containsAll(needed)), Duration.ofMinutes(5));

            assertThat(numbers(small.outcome())).as("seed %d", seed).isEqualTo(needed);
            assertThat(small.runs()).isLessThan(200);
        }
    }

    @Test
    void findsThatNothingHasToGoWrong() {
        var small = smallest(failsWhen(struck -> true), Duration.ofMinutes(5));

        assertThat(small.outcome().struck()).isEmpty();
        assertThat(small.outcome().replayable().strikes()).contains(Set.of());
    }

    @Test
    void stopsAtASmallestSetThoughAnotherIsSmallerStill() {
        var small = smallest(
                failsWhen(struck -> struck.contains(7) || struck.containsAll(Set.of(200, 201))), Duration.ofMinutes(5));

        assertThat(List.of(Set.of(7), Set.of(200, 201))).contains(numbers(small.outcome()));
    }

    @Test
    void doesNotTakeAnotherFailureForTheSame() {
        Campaign.Play play = trial -> {
            var struck = beats(trial);
            if (struck.contains(5) && struck.contains(6)) {
                throw new IllegalStateException("the one that is looked for");
            }
            if (struck.contains(6)) {
                throw new IllegalArgumentException("another");
            }
        };

        var small = smallest(play, Duration.ofMinutes(5));

        assertThat(numbers(small.outcome())).isEqualTo(Set.of(5, 6));
        assertThat(small.outcome().failure().orElseThrow()).hasMessage("the one that is looked for");
    }

    @Test
    void makesWorldsSmallerAndLatenciesSteadyWhenThatStillFails() {
        Campaign.Play play = trial -> {
            int servers = trial.size("servers", 1, 1_000);
            int users = trial.size("users", 1, 1_000);
            if (servers >= 3 && users >= 1) {
                throw new AssertionError("too many");
            }
        };

        var small = smallest(play, Duration.ofMinutes(5)).outcome().replayable();

        assertThat(small.sizes()).containsEntry("servers", 3).containsEntry("users", 1);
        assertThat(small.steady()).isTrue();
    }

    @Test
    void leavesAFailureThatDoesNotComeAgainAsItIs() {
        var calls = new int[1];
        Campaign.Play play = trial -> {
            beats(trial);
            if (calls[0]++ == 0) {
                throw new AssertionError("only the first time");
            }
        };

        var small = smallest(play, Duration.ofMinutes(5));

        assertThat(small.runs()).isEqualTo(1);
        assertThat(small.outcome().replayable()).isEqualTo(Schedule.drawn(1, Mode.SAFETY));
    }

    @Test
    void triesNothingWhenItHasNoTime() {
        var small = smallest(failsWhen(struck -> true), Duration.ZERO);

        assertThat(small.runs()).isZero();
        assertThat(small.outcome().struck()).hasSize(BEATS);
    }

    private static Shrinker.Smallest smallest(Campaign.Play play, Duration atMost) {
        var campaign = Campaign.of("synthetic", play);
        var everything = new TreeSet<Strike>();
        for (int number = 1; number <= BEATS; number++) {
            everything.add(new Strike("beat", "heart", number));
        }
        var schedule = Schedule.drawn(1, Mode.SAFETY);
        var failed = campaign.played(schedule.withStrikes(everything));
        assertThat(failed.failure()).isPresent();
        var drawn = new TrialOutcome(
                schedule,
                failed.failure(),
                failed.struck(),
                failed.faults(),
                failed.sizes(),
                failed.least(),
                failed.reached(),
                failed.settled(),
                failed.lastEvents(),
                failed.traceHash(),
                failed.steps(),
                failed.elapsed());
        return new Shrinker(campaign, new SystemEnv().time(), atMost).smallest(drawn);
    }

    private static Campaign.Play failsWhen(Predicate<Set<Integer>> wrong) {
        return trial -> {
            if (wrong.test(beats(trial))) {
                throw new AssertionError("out of step");
            }
        };
    }

    private static Set<Integer> beats(Trial trial) {
        var struck = new TreeSet<Integer>();
        for (int beat = 1; beat <= BEATS; beat++) {
            if (trial.faults().strikes(BEAT, "heart")) {
                struck.add(beat);
            }
        }
        return struck;
    }

    private static Set<Integer> numbers(TrialOutcome outcome) {
        var numbers = new TreeSet<Integer>();
        outcome.struck().forEach(strike -> numbers.add((int) strike.number()));
        return numbers;
    }
}
