package dev.banyan.agent.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.Behaviour;
import dev.banyan.agent.container.ContainerFaults;
import dev.banyan.agent.plane.PlaneFaults;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.resource.ObjectKey;
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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests at every instant, while replicas come and go. What is promised today: a change that starts the new before it stops the old keeps
 * somebody reachable; what died is led to for a few seconds at most; and in the end requests reach exactly those who are ready. That a
 * request which has begun is answered before its container ends is not promised: a task that is told to stop gets its signal at once.
 */
class TrafficCampaignTest {
    private static final List<FaultKind> FAULTS = Stream.concat(
                    PlaneFaults.ALL.stream(),
                    Stream.concat(ContainerFaults.OF_SERVER.stream(), ContainerFaults.OF_CALLS.stream()))
            .toList();

    private static final Settling SETTLING = new Settling(Duration.ofMinutes(20), Duration.ofMinutes(1));

    @TempDir
    private Path disk;

    private final AtomicLong directories = new AtomicLong();

    @Test
    void requestsReachWhoIsReady() throws Exception {
        var report = Campaign.of("traffic", this::play)
                .faults(FAULTS)
                .mustReach("a request was answered", "a request met nobody", "a rolling change under requests")
                .modes(Mode.SAFETY, Mode.LIVENESS)
                .with(CampaignOptions.ofSystem().usually(25))
                .run();

        assertThat(report.faults()).as(report.text()).containsKey(PlaneFaults.COMMAND_FAILS.name());
    }

    @Test
    void somebodyIsReachedAtEveryInstantWhileNothingFails() throws Exception {
        var ignored = Campaign.of("traffic-calm", this::play)
                .mustReach("a rolling change under requests", "an agent restarted under requests")
                .modes(Mode.CALM)
                .with(CampaignOptions.ofSystem().usually(15))
                .run();
    }

    private void play(Trial trial) {
        var traffic =
                new Traffic(trial.simulation(), disk.resolve("run" + directories.incrementAndGet()), trial.faults());
        var random = trial.random("story");
        traffic.troubled()
                .server()
                .script(
                        List.of("/web"),
                        random.nextBoolean() ? new Behaviour.Heeds() : new Behaviour.Drains(Duration.ofSeconds(2), 0));
        traffic.expectCalm(trial.mode() == Mode.CALM);
        var replicas = new Replicas(trial, traffic, random);
        replicas.change();
        if (trial.mode() != Mode.SAFETY) {
            trial.faults().calm();
            trial.settled(SETTLING.check(
                    trial.simulation(),
                    traffic.troubled().store(),
                    () -> traffic.troubled().difference().or(traffic::difference),
                    key -> false));
        }
        if (traffic.answered() > 0) {
            trial.reached("a request was answered");
        }
        if (traffic.lost() > 0) {
            trial.reached("a request met nobody");
        }
    }

    @Test
    void aServerThatIsFlushedServesAgain() {
        try (var simulation = new Simulation(5)) {
            var traffic = new Traffic(simulation, disk, FaultPlan.none(5));
            var ignored = traffic.troubled().want("t1", OneServer.task());
            watched(simulation, traffic, Duration.ofSeconds(20));
            assertThat(traffic.reachable()).isTrue();

            traffic.kernel().flush();
            assertThat(traffic.reachable()).isFalse();
            watched(simulation, traffic, Duration.ofSeconds(20));

            assertThat(traffic.reachable()).isTrue();
        }
    }

    @Test
    void whatServesGoesOnServingWhileItsAgentIsAway() {
        try (var simulation = new Simulation(6)) {
            var traffic = new Traffic(simulation, disk, FaultPlan.none(6));
            var ignored = traffic.troubled().want("t1", OneServer.task());
            watched(simulation, traffic, Duration.ofSeconds(20));
            long refused = traffic.refused();

            traffic.troubled().killAgent();
            watched(simulation, traffic, Duration.ofSeconds(20));

            assertThat(traffic.troubled().agents()).isEqualTo(2);
            assertThat(traffic.refused()).isEqualTo(refused);
            assertThat(traffic.lost()).isZero();
        }
    }

    private static void watched(Simulation simulation, Traffic traffic, Duration duration) {
        var looked = new long[] {-1};
        boolean ignored = simulation.runUntil(
                () -> {
                    if (looked[0] != simulation.trace().events()) {
                        looked[0] = simulation.trace().events();
                        traffic.request();
                        traffic.troubled().broken().or(traffic::broken).ifPresent(broken -> {
                            throw new AssertionError(broken);
                        });
                    }
                    return false;
                },
                duration);
    }

    /** The replicas of the service, oldest first, and what is done to them. */
    private static final class Replicas {
        private final Trial trial;
        private final Traffic traffic;
        private final RandomSource random;
        private final Deque<ObjectKey> keys = new ArrayDeque<>();
        private int names;

        Replicas(Trial trial, Traffic traffic, RandomSource random) {
            this.trial = trial;
            this.traffic = traffic;
            this.random = random;
        }

        void change() {
            more();
            more();
            run(Duration.ofSeconds(30));
            int deeds = trial.size("deeds", 1, 8);
            for (int deed = 0; deed < deeds; deed++) {
                switch (random.nextInt(trial.mode() == Mode.CALM ? 4 : 7)) {
                    case 0 -> more();
                    case 1 -> fewer();
                    case 2 -> rolls();
                    case 3 -> agentDies();
                    case 4 -> dies();
                    case 5 -> traffic.kernel().flush();
                    default -> traffic.reboot();
                }
                run(Duration.ofMillis(random.nextInt(20_000)));
            }
        }

        private void more() {
            names++;
            keys.add(traffic.troubled().want("t" + names, OneServer.task()));
        }

        private void fewer() {
            if (keys.size() > 2) {
                traffic.troubled().stop(keys.removeFirst());
            }
        }

        /** One replica is replaced, the new one first; the old one is told to stop when the new one is ready. */
        private void rolls() {
            more();
            var newest = keys.getLast().name();
            boolean ready = trial.simulation()
                    .runUntil(
                            () -> {
                                traffic.request();
                                return traffic.troubled().tasks().stream()
                                        .anyMatch(task -> task.name().equals(newest)
                                                && task.status().getReady());
                            },
                            Duration.ofMinutes(1));
            if (ready) {
                trial.reached("a rolling change under requests");
                traffic.troubled().stop(keys.removeFirst());
            }
        }

        private void agentDies() {
            trial.reached("an agent restarted under requests");
            traffic.troubled().killAgent();
        }

        private void dies() {
            var running = traffic.troubled().running();
            if (!running.isEmpty()) {
                traffic.troubled().server().end(running.get(random.nextInt(running.size())), 1);
            }
        }

        private void run(Duration duration) {
            watched(trial.simulation(), traffic, duration);
        }
    }
}
