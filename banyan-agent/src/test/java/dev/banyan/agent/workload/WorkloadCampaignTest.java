package dev.banyan.agent.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.Behaviour;
import dev.banyan.agent.container.ContainerFaults;
import dev.banyan.agent.container.StopSignal;
import dev.banyan.api.v1.HealthCheck;
import dev.banyan.api.v1.RestartPolicy;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.FaultyStore.CrashPoint;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.campaign.Campaign;
import dev.banyan.runtime.simulation.campaign.CampaignOptions;
import dev.banyan.runtime.simulation.campaign.Mode;
import dev.banyan.runtime.simulation.campaign.Settling;
import dev.banyan.runtime.simulation.campaign.Trial;
import dev.banyan.runtime.simulation.fault.FaultKind;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The workload controller on a server on which everything goes wrong that goes wrong on servers. */
class WorkloadCampaignTest {
    private static final List<FaultKind> FAULTS = Stream.concat(
                    ContainerFaults.OF_SERVER.stream(), ContainerFaults.OF_CALLS.stream())
            .toList();

    private static final List<String> CHECK = List.of("/check");

    /** The longest pause of a restart, twice, and what a drawn end leaves to do. */
    private static final Settling SETTLING = new Settling(Duration.ofMinutes(20), Duration.ofMinutes(1));

    @TempDir
    private Path disk;

    private final AtomicLong directories = new AtomicLong();

    @Test
    void whatIsWantedRunsOnceWhateverHappensToTheServer() throws Exception {
        var report = Campaign.of("workload", this::play)
                .faults(FAULTS)
                .mustReach(
                        "a later agent found containers running",
                        "a task was given up",
                        "a task was restarted",
                        "a reboot",
                        "an unhealthy container")
                .with(CampaignOptions.ofSystem().usually(40))
                .run();

        assertThat(report.faults()).as(report.text()).hasSizeGreaterThan(8);
    }

    private void play(Trial trial) {
        var directory = disk.resolve("run" + directories.incrementAndGet());
        var troubled = new TroubledServer(trial.simulation(), directory, trial.faults());
        troubled.server().script(CHECK, new Behaviour.Answers(0, ""));
        troubled.server().script(List.of("/web"), drawnProgram(trial.random("program")));
        var story = new Story(troubled, trial);
        story.tell();
        lookBack(trial, troubled);
        if (trial.mode() == Mode.SAFETY) {
            watched(trial.simulation(), troubled, Duration.ofMinutes(2));
            return;
        }
        trial.faults().calm();
        trial.settled(SETTLING.check(
                trial.simulation(), troubled.store(), () -> troubled.broken().or(troubled::difference), key -> false));
        lookBack(trial, troubled);
    }

    private static void lookBack(Trial trial, TroubledServer troubled) {
        for (var task : troubled.tasks()) {
            if (task.status().getState() == TaskStatus.State.FAILED) {
                trial.reached("a task was given up");
            }
            if (task.status().getAttempt() > 1) {
                trial.reached("a task was restarted");
            }
        }
    }

    private static Behaviour drawnProgram(RandomSource random) {
        return List.of(
                        new Behaviour.Heeds(),
                        new Behaviour.Ignores(),
                        new Behaviour.Drains(Duration.ofSeconds(3), 0),
                        new Behaviour.Drains(Duration.ofSeconds(30), 0))
                .get(random.nextInt(4));
    }

    /** Lets the world go on, and looks after each event. */
    private static void watched(Simulation simulation, TroubledServer troubled, Duration duration) {
        var looked = new long[] {-1};
        boolean ignored = simulation.runUntil(
                () -> {
                    if (looked[0] != simulation.trace().events()) {
                        looked[0] = simulation.trace().events();
                        troubled.broken().ifPresent(broken -> {
                            throw new AssertionError(broken);
                        });
                    }
                    return false;
                },
                duration);
    }

    /** What users and fate do: drawn deeds at drawn times. */
    private static final class Story {
        private static final int DEEDS = 12;

        private final TroubledServer troubled;
        private final Trial trial;
        private final RandomSource random;
        private final List<ObjectKey> wanted = new ArrayList<>();

        Story(TroubledServer troubled, Trial trial) {
            this.troubled = troubled;
            this.trial = trial;
            this.random = trial.random("story");
        }

        void tell() {
            want();
            int deeds = trial.size("deeds", 2, 12);
            for (int deed = 0; deed < deeds; deed++) {
                watched(trial.simulation(), troubled, Duration.ofMillis(random.nextInt(15_000)));
                boolean calm = trial.mode() == Mode.CALM;
                deed(random.nextInt(calm ? 4 : DEEDS));
            }
        }

        private void deed(int which) {
            var server = troubled.server();
            switch (which) {
                case 0, 1 -> want();
                case 2 -> troubled.stop(some());
                case 3 -> troubled.delete(some());
                case 4 -> someContainer(id -> server.end(id, 1));
                case 5 -> someContainer(server::exceedMemory);
                case 6 -> someContainer(id -> server.signal(id, StopSignal.TERM));
                case 7 -> someContainer(this::sickens);
                case 8 -> agentDies();
                case 9 -> reboots();
                case 10 -> diskFills();
                default -> daemonDies();
            }
        }

        private void want() {
            int number = wanted.size() + 1;
            boolean never = random.nextInt(4) == 0;
            var spec = OneServer.checked(
                    HealthCheck.newBuilder().setIntervalMs(1_000).setRetries(2));
            spec.getContainerBuilder()
                    .setRestart(RestartPolicy.newBuilder()
                            .setMode(never ? RestartPolicy.Mode.NEVER : RestartPolicy.Mode.UNLESS_STOPPED));
            wanted.add(troubled.want("t" + number + (never ? "-never" : ""), spec));
        }

        private ObjectKey some() {
            return wanted.get(random.nextInt(wanted.size()));
        }

        private void someContainer(Consumer<String> deed) {
            var running = troubled.running();
            if (!running.isEmpty()) {
                deed.accept(running.get(random.nextInt(running.size())));
            }
        }

        private void sickens(String id) {
            troubled.server().script(id, CHECK, new Behaviour.Answers(1, "sick"));
            trial.reached("an unhealthy container");
        }

        private void agentDies() {
            if (!troubled.running().isEmpty()) {
                trial.reached("a later agent found containers running");
            }
            troubled.killAgent();
        }

        private void reboots() {
            trial.reached("a reboot");
            troubled.reboot();
        }

        /** And has room again some time later; until then nothing can be started. */
        private void diskFills() {
            troubled.server().diskOf(1);
            want();
            watched(trial.simulation(), troubled, Duration.ofMillis(random.nextInt(300_000)));
            troubled.server().diskOf(Long.MAX_VALUE);
        }

        private void daemonDies() {
            if (troubled.server().serves()) {
                troubled.server().daemonDies();
                watched(trial.simulation(), troubled, Duration.ofMillis(random.nextInt(4_000)));
                troubled.server().daemonReturns();
            }
        }
    }

    /** A life of two tasks; the agent dies before and after each call of its runtime, then before and after each write. */
    @ParameterizedTest
    @EnumSource
    void endsAsWantedWhereverTheAgentDies(CrashPoint point) {
        long calls = life(0, 0, point);
        long writes = -life(-1, 0, point);
        assertThat(calls).isGreaterThan(20);
        assertThat(writes).isGreaterThan(5);
        for (long call = 1; call <= calls; call++) {
            life(call, 0, point);
        }
        for (long write = 1; write <= writes; write++) {
            life(0, write, point);
        }
    }

    /** Answers the calls of the first agent, or for call -1 its writes as a number below 0. */
    private long life(long call, long write, CrashPoint point) {
        try (var simulation = new Simulation(3)) {
            var directory = disk.resolve("life" + directories.incrementAndGet());
            var troubled = new TroubledServer(simulation, directory, FaultPlan.none(3));
            troubled.server().script(List.of("/web"), new Behaviour.Drains(Duration.ofSeconds(2), 0));
            troubled.dieAtCall(call, point);
            troubled.dieAtWrite(write, point);
            var first = troubled.want("t1", OneServer.task());
            var second = troubled.want("t2", OneServer.task());
            watched(simulation, troubled, Duration.ofSeconds(5));
            troubled.running().stream().findFirst().ifPresent(id -> troubled.server()
                    .end(id, 3));
            watched(simulation, troubled, Duration.ofSeconds(5));
            troubled.stop(first);
            watched(simulation, troubled, Duration.ofSeconds(1));
            troubled.delete(second);
            var ignored = SETTLING.check(
                    simulation, troubled.store(), () -> troubled.broken().or(troubled::difference), key -> false);
            return call < 0 ? -troubled.writes() : troubled.calls();
        } catch (AssertionError wrong) {
            throw new AssertionError(
                    "dead " + point + " call " + call + ", write " + write + ": " + wrong.getMessage(), wrong);
        }
    }
}
