package dev.banyan.runtime.simulation.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.simulation.SimulationFailure;
import dev.banyan.runtime.simulation.fault.FaultKind;
import dev.banyan.runtime.simulation.fault.Strike;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CampaignTest {
    private static final FaultKind RAIN = new FaultKind("rain", 0.5);
    private static final FaultKind WIND = new FaultKind("wind", 0.5);

    @TempDir
    private Path directory;

    private final ConcurrentLinkedQueue<Schedule> played = new ConcurrentLinkedQueue<>();

    @Test
    void makesAFailureAsSmallAsItCanBeAndWritesIt() throws Exception {
        var campaign = weather().replayedBy("-Dtest=WeatherTest#holds").with(options(200));

        var failure = catchThrowableOfType(SimulationFailure.class, campaign::run);

        assertThat(failure)
                .hasMessageContaining("umbrella turned")
                .hasMessageContaining(": 2 strikes of ")
                .hasMessageContaining(", commit ")
                .hasMessageContaining("strike = rain@town#")
                .hasMessageContaining("the last day was ")
                .hasMessageContaining(
                        "replay: add -Dtest=WeatherTest#holds -Dbanyan.simulation.schedule=" + onlyFile());
        var schedule = Schedule.parse(Files.readString(onlyFile()));
        assertThat(schedule.strikes().orElseThrow()).hasSize(2);
        long day = schedule.strikes().orElseThrow().iterator().next().number();
        assertThat(schedule.sizes()).containsEntry("days", (int) day);
        assertThat(catchThrowableOfType(SimulationFailure.class, () -> campaign.replay(schedule)))
                .hasMessageContaining("umbrella turned");
    }

    @Test
    void replaysTheScheduleThatItsOptionsNameInsteadOfSeeds() throws Exception {
        assertThatThrownBy(weather().with(options(200))::run).hasMessageContaining("umbrella turned");
        var schedule = Schedule.parse(Files.readString(onlyFile()));
        played.clear();

        assertThatThrownBy(weather().with(options(1, Optional.empty(), Optional.of(schedule), 2))::run)
                .hasMessageContaining("one schedule")
                .hasMessageContaining("umbrella turned");
        assertThat(played).containsExactly(schedule);
    }

    @Test
    void tellsOfSeveralFailuresTheLowestSeedHoweverManyThreadsPlay() {
        var one = catchThrowableOfType(SimulationFailure.class, weather().with(options(500))::run);
        var four = catchThrowableOfType(
                SimulationFailure.class, weather().with(options(500, Optional.empty(), Optional.empty(), 4))::run);

        assertThat(firstLine(four)).isEqualTo(firstLine(one));
    }

    @Test
    void playsAsManySeedsAsItIsToldInTheModesItIsTold() throws InterruptedException {
        var report = Campaign.of("calm", this::note).with(options(40)).run();

        assertThat(report.runs()).isEqualTo(40);
        assertThat(played.stream().map(Schedule::seed).distinct().sorted())
                .hasSize(40)
                .startsWith(1L)
                .endsWith(40L);
        assertThat(played.stream()
                        .filter(it -> it.mode() == Mode.CALM)
                        .map(Schedule::seed)
                        .distinct())
                .containsExactlyInAnyOrder(10L, 20L, 30L, 40L);
        assertThat(played.stream().filter(it -> it.mode() == Mode.LIVENESS)).hasSizeBetween(15, 21);

        played.clear();
        Campaign.of("safe", this::note).modes(Mode.SAFETY).with(options(20)).run();
        assertThat(played).hasSize(21).allMatch(it -> it.mode() == Mode.SAFETY);
        assertThatThrownBy(() -> Campaign.of("none", this::note).modes()).hasMessageContaining("one mode at least");
    }

    @Test
    void playsOneSeedWhenToldSoAndAsksForNoSituation() throws InterruptedException {
        var report = Campaign.of("one", this::note)
                .mustReach("anything")
                .with(options(50, Optional.of(17L), Optional.empty(), 2))
                .run();

        assertThat(report.runs()).isEqualTo(1);
        assertThat(played).allMatch(it -> it.seed() == 17);
    }

    @Test
    void failsWhenASituationNeverCameUp() {
        var campaign = Campaign.of("frost", trial -> trial.reached(trial.seed() == 3 ? "snow" : "sun"))
                .mustReach("snow", "hail")
                .with(options(5));

        assertThatThrownBy(campaign::run)
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("never came to [hail] in 5 runs")
                .hasMessageContaining("snow=1")
                .hasMessageContaining("sun=4");
    }

    @Test
    void failsWhenASeedLeavesTwoTraces() {
        var others = new AtomicInteger();
        var campaign = Campaign.of("forgetful", trial -> {
                    trial.simulation().trace().note("me", "begins");
                    trial.simulation().trace().note("me", "number " + others.incrementAndGet());
                })
                .with(options(3, Optional.empty(), Optional.empty(), 1));

        assertThatThrownBy(campaign::run)
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("seed 1: played twice, it leaves two traces")
                .hasMessageContaining("number 1")
                .hasMessageContaining("number 2");
    }

    @Test
    void playsNoSeedTwiceWhenToldSo() throws InterruptedException {
        Campaign.of("once", this::note).repeats(0).with(options(5)).run();

        assertThat(played).hasSize(5);
    }

    @Test
    void playsKeptSchedulesFirstAndNamesTheFileOfOneThatFails() throws Exception {
        var kept = Files.createDirectories(directory.resolve("kept"));
        var rainy = new Schedule(
                1, Mode.SAFETY, Optional.of(Set.of(new Strike("rain", "town", 3))), Map.of("days", 4), true);
        Files.writeString(kept.resolve("a.schedule"), rainy.text());
        Files.writeString(kept.resolve("notes.txt"), "not a schedule");
        var campaign =
                Campaign.of("kept", this::play).faults(List.of(RAIN, WIND)).kept(kept);

        assertThat(campaign.modes(Mode.CALM).with(options(2)).run().runs()).isEqualTo(3);
        assertThat(played.peek()).isEqualTo(rainy);

        var stormy = new Schedule(
                1,
                Mode.SAFETY,
                Optional.of(Set.of(new Strike("rain", "town", 3), new Strike("wind", "town", 3))),
                Map.of("days", 4),
                true);
        Files.writeString(kept.resolve("b.schedule"), stormy.text());
        assertThatThrownBy(campaign::run)
                .hasMessageContaining("b.schedule")
                .hasMessageContaining("umbrella turned on day 3");
        Files.writeString(kept.resolve("b.schedule"), "sed = 1");
        assertThatThrownBy(campaign::run).hasMessageContaining("b.schedule").hasMessageContaining("'sed = 1'");
    }

    @Test
    void keepsNothingWhereThereIsNoDirectory() throws InterruptedException {
        assertThat(Campaign.of("none", this::note)
                        .kept(directory.resolve("nowhere"))
                        .with(options(2))
                        .run()
                        .runs())
                .isEqualTo(2);
    }

    @Test
    void beginsNoNewRunsWhenItsTimeIsUp() throws InterruptedException {
        var timeless = new CampaignOptions(
                1,
                Long.MAX_VALUE,
                Optional.empty(),
                Optional.empty(),
                Optional.of(Duration.ofMillis(200)),
                2,
                Duration.ofSeconds(1),
                directory);

        var report = Campaign.of("timed", this::note).with(timeless).run();

        assertThat(report.runs()).isPositive();
        assertThat(report.took()).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void endsItsRunsWhenNobodyWaitsForItAnyMore() throws InterruptedException {
        var begun = new CountDownLatch(2);
        var told = new CountDownLatch(2);
        var campaign = Campaign.of("abandoned", trial -> {
                    begun.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException stopped) {
                        told.countDown();
                        throw stopped;
                    }
                })
                .repeats(0)
                .with(options(Long.MAX_VALUE));
        var ended = new CountDownLatch(1);
        var caller = new SystemEnv().tasks().spawn("caller", () -> {
            try {
                campaign.run();
            } finally {
                ended.countDown();
            }
        });
        begun.await();
        caller.cancel();

        ended.await();
        told.await();
        assertThat(caller.failure()).isEmpty();
    }

    @Test
    void takesAnEndlessRecursionForAFailureOfTheRun() {
        assertThatThrownBy(Campaign.of("deep", trial -> deep(trial, 1)).with(options(3))::run)
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("campaign 'deep', seed 1")
                .hasRootCauseInstanceOf(StackOverflowError.class);
    }

    @Test
    void showsWhatItPlayed() throws InterruptedException {
        var report = Campaign.of("shown", trial -> {
                    trial.faults().strikes(RAIN, "town");
                    trial.reached("noon");
                    trial.settled(Duration.ofSeconds(trial.seed()));
                    trial.simulation().runFor(Duration.ofHours(1));
                })
                .faults(List.of(RAIN))
                .with(options(20))
                .run();

        assertThat(report.text())
                .startsWith("campaign shown: 20 runs {SAFETY=8, LIVENESS=10, CALM=2}")
                .contains(
                        "20.0 simulated hours",
                        "fault rain",
                        "reached noon",
                        "settled 20 times: median PT11S, most PT20S");
        assertThat(report.elapsed()).isEqualTo(Duration.ofHours(20));
        assertThat(report.settled()).isSorted().hasSize(20);
        assertThat(report.reached()).isEqualTo(Map.of("noon", 20L));
    }

    private static int deep(Trial trial, int depth) {
        return trial.seed() < 0 ? depth : deep(trial, depth + 1) + 1;
    }

    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElseThrow();
    }

    private Path onlyFile() throws IOException {
        try (var files = Files.list(directory)) {
            return files.findFirst().orElseThrow();
        }
    }

    private Campaign weather() {
        return Campaign.of("weather", this::play).faults(List.of(RAIN, WIND)).modes(Mode.SAFETY);
    }

    private CampaignOptions options(long count) {
        return options(count, Optional.empty(), Optional.empty(), 2);
    }

    private CampaignOptions options(long count, Optional<Long> seed, Optional<Schedule> schedule, int threads) {
        return new CampaignOptions(
                1, count, seed, schedule, Optional.empty(), threads, Duration.ofSeconds(60), directory);
    }

    private void note(Trial trial) {
        played.add(trial.schedule());
    }

    /** Fails on any day from the third when it rains and is windy. */
    private void play(Trial trial) {
        note(trial);
        int days = trial.size("days", 1, 30);
        for (int day = 1; day <= days; day++) {
            boolean wet = trial.faults().strikes(RAIN, "town");
            boolean windy = trial.faults().strikes(WIND, "town");
            trial.simulation().runFor(Duration.ofHours(24));
            trial.simulation().trace().note("sun", "the last day was " + day);
            if (wet && windy && day >= 3) {
                throw new AssertionError("umbrella turned on day " + day);
            }
        }
    }
}
