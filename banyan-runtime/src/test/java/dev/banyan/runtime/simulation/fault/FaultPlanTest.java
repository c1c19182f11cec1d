package dev.banyan.runtime.simulation.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.SeededRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
    private static final FaultKind RAIN = new FaultKind("rain", 0.5);
    private static final FaultKind WIND = new FaultKind("wind", 0.5);
    private static final List<FaultKind> BOTH = List.of(RAIN, WIND);

    @Test
    void strikesWhereTheSeedSaysWhateverElseIsAsked() {
        var alone = FaultPlan.all(7, List.of(RAIN));
        var among = FaultPlan.all(7, BOTH);
        for (int day = 0; day < 100; day++) {
            boolean rains = alone.strikes(RAIN, "town");
            among.strikes(WIND, "town");
            among.strikes(RAIN, "hill");
            assertThat(among.strikes(RAIN, "town")).isEqualTo(rains);
        }
        assertThat(alone.struck()).hasSizeBetween(20, 80);
    }

    @Test
    void leavesAllOtherStrikesWhereTheyAreWhenOneIsLeftOut() {
        var drawn = weather(FaultPlan.all(3, BOTH));
        var fewer = new HashSet<>(drawn);
        fewer.remove(drawn.get(10));

        var again = weather(FaultPlan.only(3, fewer, false));

        assertThat(drawn).hasSizeGreaterThan(20);
        assertThat(again)
                .containsExactlyElementsOf(
                        drawn.stream().filter(fewer::contains).toList());
    }

    @Test
    void givesAStrikeTheSameDetailsWhetherItWasDrawnOrSaid() {
        var drawn = FaultPlan.all(3, BOTH);
        var details = new ArrayList<Long>();
        for (int day = 0; day < 50; day++) {
            drawn.strike(RAIN, "town").ifPresent(random -> details.add(random.nextLong(1000)));
        }
        var said = FaultPlan.only(3, Set.copyOf(drawn.struck()), true);
        var again = new ArrayList<Long>();
        for (int day = 0; day < 50; day++) {
            said.strike(RAIN, "town").ifPresent(random -> again.add(random.nextLong(1000)));
        }

        assertThat(again).isEqualTo(details);
        assertThat(new HashSet<>(details)).hasSizeGreaterThan(10);
    }

    @Test
    void drawsForEachSeedWhichKindsItHasAndHowOften() {
        var plans = LongStream.range(0, 300)
                .mapToObj(seed -> FaultPlan.drawn(seed, BOTH))
                .toList();

        assertThat(plans.stream().filter(plan -> plan.rates().isEmpty())).hasSizeBetween(80, 190);
        assertThat(plans.stream().filter(plan -> plan.rates().containsKey(RAIN)))
                .hasSizeBetween(60, 140);
        assertThat(plans.stream().filter(plan -> plan.rates().size() == 2)).hasSizeBetween(10, 70);
        assertThat(plans.stream().flatMap(plan -> plan.rates().values().stream()))
                .allMatch(rate -> rate >= 0.005 && rate <= 0.5)
                .anyMatch(rate -> rate < 0.02)
                .anyMatch(rate -> rate > 0.3);
    }

    @Test
    void countsOccasionsOfEachPlace() {
        var plan = FaultPlan.none(1);
        plan.strikes(RAIN, "town");
        plan.strikes(RAIN, "town");
        plan.strikes(RAIN, "hill");

        assertThat(plan.occasions(RAIN, "town")).isEqualTo(2);
        assertThat(plan.occasions(RAIN, "hill")).isEqualTo(1);
        assertThat(plan.occasions(WIND, "town")).isZero();
        assertThat(plan.struck()).isEmpty();
    }

    @Test
    void strikesNeverMoreOnceItIsCalm() {
        var plan = FaultPlan.all(1, BOTH);
        plan.calm();

        assertThat(weather(plan)).isEmpty();
        assertThat(plan.counts()).isEmpty();
    }

    @Test
    void countsEachKindBesideTheListOfStrikes() {
        var plan = FaultPlan.all(1, BOTH);
        var struck = weather(plan);

        assertThat(plan.counts().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(struck.size());
        assertThat(plan.counts()).containsOnlyKeys("rain", "wind");
    }

    @Test
    void hasWhatIsAlwaysThereBesidesTheStrikesThatAreSaid() {
        var said = new Strike("wind", "town", 4);
        var struck = weather(FaultPlan.onlyBesides(9, Set.of(said), List.of(RAIN)));

        assertThat(struck.stream().filter(strike -> strike.kind().equals("wind")))
                .containsExactly(said);
        assertThat(struck).hasSizeGreaterThan(10);
    }

    @Test
    void makesLatenciesTheSameOnlyWhenToldSo() {
        var most = Duration.ofMillis(100);
        var steady = FaultPlan.only(1, Set.of(), true);
        var drawn = FaultPlan.none(1);
        var random = new SeededRandom(5);

        assertThat(Stream.generate(() -> steady.latency(random, most)).limit(20))
                .containsOnly(Duration.ofMillis(50));
        assertThat(Stream.generate(() -> drawn.latency(random, most)).limit(20).distinct())
                .hasSizeGreaterThan(15)
                .allMatch(latency ->
                        latency.compareTo(Duration.ofMillis(1)) >= 0 && latency.compareTo(Duration.ofMillis(101)) < 0);
        assertThat(drawn.latency(random, Duration.ZERO)).isZero();
    }

    @Test
    void writesAStrikeSoThatItCanBeReadAgain() {
        var strike = new Strike("lost-reply", "a#1>store", 17);

        assertThat(strike).hasToString("lost-reply@a#1>store#17");
        assertThat(Strike.parse(strike.toString())).isEqualTo(strike);
    }

    @Test
    void refusesWhatIsNoStrike() {
        for (var text : List.of(
                "", "rain", "rain@town", "@town#1", "rain@town#", "rain@town#x", "rain@town#0", "rain#1@town")) {
            assertThatThrownBy(() -> Strike.parse(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new Strike("rain", "a\nb", 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesKindsThatCannotBeNamedOrNeverHappen() {
        for (var name : List.of("", "Rain", "1rain", "ra in", "rain@town")) {
            assertThatThrownBy(() -> new FaultKind(name, 0.5)).as(name).isInstanceOf(IllegalArgumentException.class);
        }
        for (double rate : new double[] {0, -0.1, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> new FaultKind("rain", rate))
                    .as("%s", rate)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static List<Strike> weather(FaultPlan plan) {
        for (int day = 0; day < 50; day++) {
            plan.strikes(RAIN, "town");
            plan.strikes(WIND, "town");
        }
        return plan.struck();
    }
}
