package dev.banyan.runtime.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What processes of a host see of its clocks and its ends. */
class SimulatedHostTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration STEPS = Duration.ofMillis(1);

    private final Simulation simulation = new Simulation(8);
    private final SimulatedHost host = simulation.host("h");
    private final SimulatedProcess process = host.process("p");
    private final List<Duration> woke = new ArrayList<>();

    @AfterEach
    void close() {
        simulation.close();
    }

    @Test
    void aProcessOfNoNamedHostLivesOnOneOfItsNameAsItsIncarnationsDo() {
        var first = simulation.process("engine");
        first.kill();

        assertThat(simulation.process("engine").host()).isSameAs(first.host());
        assertThat(first.host()).isSameAs(simulation.host("engine"));
        assertThat(simulation.hosts()).containsExactly(host, first.host());
    }

    @Test
    void waitsEndByTheClockOfTheirOwnHost() {
        host.drift(100_000);
        var other = simulation.process("other");
        wait(process, Duration.ofSeconds(11));
        wait(other, Duration.ofSeconds(11));

        simulation.runFor(MINUTE);

        assertThat(woke.get(0)).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(10).plus(STEPS));
        assertThat(woke.get(1)).isBetween(Duration.ofSeconds(11), Duration.ofSeconds(11).plus(STEPS));
    }

    @Test
    void aWaitThatIsUnderWayFollowsAClockThatChangesItsRate() {
        wait(process, Duration.ofSeconds(20));
        simulation.runFor(Duration.ofSeconds(10));
        host.drift(-50_000);

        simulation.runFor(MINUTE);

        assertThat(woke.getFirst().toMillis()).isBetween(20_526L, 20_527L); // 10 s and 10 s / 0.95
    }

    @Test
    void theProcessReadsItsOwnHostsClocks() {
        host.jumpWallClock(Duration.ofHours(-2));

        assertThat(process.env().time().now())
                .isEqualTo(simulation.time().now().minus(Duration.ofHours(2)));
        assertThat(simulation.process("other").env().time().now())
                .isEqualTo(simulation.time().now());
    }

    @Test
    void aWallClockThatJumpsEndsNoWait() {
        wait(process, MINUTE);
        host.jumpWallClock(Duration.ofHours(2));

        simulation.runFor(SECOND);

        assertThat(woke).isEmpty();
    }

    @Test
    void aHostThatStandsStillWakesNobodyAndItsWaitsTakeTheirFullTime() {
        wait(process, Duration.ofSeconds(20));
        simulation.runFor(Duration.ofSeconds(10));
        host.freeze();
        simulation.runFor(MINUTE);
        assertThat(woke).isEmpty();
        assertThat(process.condition()).isEqualTo(SimulatedProcess.Condition.PAUSED);

        host.thaw();
        simulation.runFor(MINUTE);

        assertThat(woke.getFirst()).isBetween(Duration.ofSeconds(80), Duration.ofSeconds(81));
        assertThat(process.env().time().nanos())
                .isEqualTo(simulation.time().nanos() - MINUTE.toNanos());
    }

    @Test
    void aSignalThatIsRaisedMeanwhileIsHeardWhenTheHostGoesOn() {
        var signal = process.env().signal();
        process.env().tasks().spawn("waits", () -> {
            signal.await();
            woke.add(simulation.time().elapsed());
        });
        simulation.runFor(SECOND);
        host.freeze();
        signal.raise();
        simulation.runFor(MINUTE);
        assertThat(woke).isEmpty();

        host.thaw();
        simulation.runFor(SECOND);

        assertThat(woke).hasSize(1);
    }

    @Test
    void aProcessThatWasPausedByItselfStaysSoWhenItsHostGoesOn() {
        wait(process, SECOND);
        process.pause();
        host.freeze();
        host.thaw();
        simulation.runFor(MINUTE);
        assertThat(woke).isEmpty();

        process.resume();
        simulation.runFor(MINUTE);

        assertThat(woke).hasSize(1);
    }

    @Test
    void aProcessThatIsResumedOnAHostThatStandsStillWaitsForIt() {
        wait(process, SECOND);
        host.freeze();
        process.pause();
        process.resume();
        simulation.runFor(MINUTE);
        assertThat(woke).isEmpty();

        host.thaw();
        simulation.runFor(MINUTE);

        assertThat(woke).hasSize(1);
    }

    @Test
    void lossOfPowerKillsAllProcessesAndTellsWhoAsked() {
        var second = host.process("q");
        var told = new ArrayList<String>();
        process.onEnd(() -> told.add("p ends, power " + host.isUp()));
        second.onEnd(() -> told.add("q ends, power " + host.isUp()));
        host.onPowerLoss(() -> told.add("no power, " + second.condition()));

        host.powerOff();

        assertThat(told).containsExactly("p ends, power false", "q ends, power false", "no power, DEAD");
        assertThatThrownBy(() -> host.process("r"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no power");
    }

    @Test
    void aRebootStartsTheMonotonicClockAndTheBootAnew() {
        simulation.runFor(MINUTE);
        var boot = host.bootId();
        var awake = new ArrayList<String>();
        host.onAwake(() -> awake.add(host.bootId()));

        host.reboot();
        simulation.runFor(SECOND);

        assertThat(awake).singleElement().isNotEqualTo(boot);
        assertThat(host.process("p").env().time().nanos()).isEqualTo(SECOND.toNanos());
        assertThat(host.clock().now()).isEqualTo(simulation.time().now());
    }

    @Test
    void aWaitOfALaterBootEndsByTheNewClock() {
        simulation.runFor(MINUTE);
        host.reboot();
        wait(host.process("p"), SECOND);

        simulation.runFor(MINUTE);

        assertThat(woke.getFirst()).isBetween(MINUTE.plus(SECOND), MINUTE.plus(SECOND).plus(STEPS));
    }

    @Test
    void onEndTellsAtOnceOfAProcessThatIsDead() {
        process.kill();
        var told = new ArrayList<String>();

        process.onEnd(() -> told.add("dead"));

        assertThat(told).hasSize(1);
    }

    @Test
    void eventsHappenInTheOrderOfTheirTimesBetweenStepsOfTasks() {
        var story = new ArrayList<String>();
        simulation.after(Duration.ofSeconds(2), () -> story.add("second"));
        simulation.after(SECOND, () -> story.add("first"));
        simulation.after(SECOND, () -> simulation.after(Duration.ZERO, () -> story.add("at once")));

        simulation.runFor(Duration.ofMillis(1500));
        assertThat(story).containsExactly("first", "at once");
        simulation.runFor(SECOND);

        assertThat(story).containsExactly("first", "at once", "second");
    }

    @Test
    void anEventThatFailsEndsTheRunWithTheSeed() {
        simulation.after(SECOND, () -> {
            throw new IllegalStateException("model");
        });

        assertThatThrownBy(() -> simulation.runFor(MINUTE))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("seed 8")
                .hasMessageContaining("model");
    }

    private void wait(SimulatedProcess of, Duration time) {
        of.env().tasks().spawn("waits", () -> {
            of.env().signal().await(time);
            woke.add(simulation.time().elapsed());
        });
    }
}
