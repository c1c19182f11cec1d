package dev.banyan.agent.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.Behaviour;
import dev.banyan.agent.container.FakeServer;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.PullOutcome;
import dev.banyan.agent.material.Materials;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.Assignment;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.HealthCheck;
import dev.banyan.api.v1.RestartPolicy;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.Words;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.controller.RecordedEvent;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.ServedHistory;
import dev.banyan.runtime.store.Write;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people are told of a task's containers. */
class WorkloadEventsTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final ImageReference IMAGE =
            ImageReference.parse("registry.banyan/app/web@sha256:" + "a".repeat(64));
    private static final ObjectKey TASK = Kinds.TASKS.key("default", "web");

    @TempDir
    private Path directory;

    private final Simulation simulation = new Simulation(31);
    private final MemoryStore store = new MemoryStore(
            simulation.process("store").env(),
            new ServedHistory.Limits(500, 1 << 20, Duration.ofMillis(200), Duration.ofSeconds(3)));
    private final SimulatedProcess process = simulation.process("agent");
    private final FakeServer server = new FakeServer(process.env());

    /** The newest count of each event, in the order of their first. */
    private final Map<String, Integer> told = new LinkedHashMap<>();

    @BeforeEach
    void start() {
        server.offer(
                IMAGE,
                new ImageConfig(List.of(), List.of(), Map.of(), Optional.empty(), Optional.empty(), Optional.empty()));
        var env = process.env();
        var events = new EventRecorder(env, list -> list.forEach(event -> told.put(words(event), event.count())));
        var tasks = Informer.of(Kinds.TASKS, store, env).build();
        var clock = new BootClock() {
            @Override
            public long millis() {
                return env.time().nanos() / 1_000_000;
            }

            @Override
            public String bootId() {
                return "boot";
            }
        };
        var config = new WorkloadConfig("uid", directory.resolve("state"), directory.resolve("logs"), "/test");
        var runtime = server.runtime("cluster");
        var workload = new WorkloadController(
                env,
                tasks,
                store,
                runtime,
                new Materials(directory.resolve("memory"), task -> List.of()),
                config,
                clock,
                events,
                Optional::empty);
        events.start();
        tasks.start();
        workload.start();
    }

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void tellsOfThePullAndTheStart() {
        create(container -> container);
        simulation.runFor(SOON);

        assertThat(told).containsExactly(Map.entry("NORMAL Pulled " + IMAGE, 1), started(1));
    }

    @Test
    void tellsWhyAnImageCannotBePulled() {
        server.refuseNextPull(IMAGE, new PullOutcome.Failed(PullOutcome.Cause.NOT_FOUND, "no such manifest"));
        create(container -> container);
        simulation.runFor(SOON);

        assertThat(told.keySet())
                .containsExactly(
                        "WARNING ImageNotFound no such manifest",
                        "NORMAL Pulled " + IMAGE,
                        "NORMAL Started container started");
    }

    @Test
    void countsEndsAndSaysThatTheNextStartWaits() {
        server.script(List.of("web"), new Behaviour.Ends(Duration.ofSeconds(1), 3));
        create(container -> container);
        simulation.runFor(Duration.ofMinutes(3));

        int ends = told.getOrDefault("WARNING Exited exit code 3", 0);
        assertThat(ends).isBetween(4, 10);
        assertThat(told)
                .contains(Map.entry(
                        "WARNING BackOff ends again and again, last by exit code 3: the next start waits", ends - 1));
        assertThat(told).hasSize(4);
    }

    @Test
    void tellsThatTheKernelKilledItForItsMemory() {
        create(container -> container);
        simulation.runFor(SOON);
        server.exceedMemory(server.running().getFirst());
        simulation.runFor(SOON);

        assertThat(told).contains(Map.entry("WARNING Exited out of memory", 1), started(2));
    }

    @Test
    void tellsOfAnEndThatNothingFollows() {
        server.script(List.of("web"), new Behaviour.Ends(Duration.ofSeconds(1), 0));
        create(container -> container.setRestart(RestartPolicy.newBuilder().setMode(RestartPolicy.Mode.NEVER)));
        simulation.runFor(SOON);

        assertThat(told).contains(Map.entry("NORMAL Exited exit code 0", 1), started(1));
    }

    @Test
    void tellsOfHealthWhenItChanges() {
        server.script(List.of("check"), new Behaviour.Answers(0, "secret output"));
        create(container -> container.setHealthcheck(check()));
        simulation.runFor(SOON);
        assertThat(told).contains(Map.entry("NORMAL Healthy health check succeeded", 1));

        server.script(List.of("check"), new Behaviour.Answers(1, "secret output"));
        simulation.runFor(Duration.ofSeconds(5));

        assertThat(told)
                .containsKey("WARNING Unhealthy health check failed too often in a row: container is restarted");
        assertThat(told.keySet()).noneMatch(words -> words.contains("secret"));
    }

    @Test
    void tellsApartWhatStoppedAndWhatHadToBeKilled() {
        create(container -> container);
        simulation.runFor(SOON);
        stop();
        simulation.runFor(SOON);

        assertThat(told).contains(Map.entry("NORMAL Stopped container ended when asked to", 1));
        assertThat(told.keySet()).noneMatch(words -> words.contains("Exited"));
    }

    @Test
    void tellsThatTheGraceWasNotEnough() {
        server.script(List.of("web"), new Behaviour.Ignores());
        create(container -> container);
        simulation.runFor(SOON);
        stop();
        simulation.runFor(SOON);

        assertThat(told).contains(Map.entry("WARNING Killed container did not end within its grace of 1000 ms", 1));
    }

    @Test
    void tellsThatItGaveUp() {
        for (int i = 0; i < 10; i++) {
            server.refuseNextPull(IMAGE, new PullOutcome.Failed(PullOutcome.Cause.UNREACHABLE, "no route"));
        }
        create(container -> container);
        simulation.runFor(Duration.ofMinutes(2));

        assertThat(told)
                .containsExactly(
                        Map.entry("WARNING RegistryUnreachable no route", 5),
                        Map.entry("WARNING GaveUp this server failed to run it 5 times", 1));
    }

    private static String words(RecordedEvent event) {
        assertThat(event.about()).isEqualTo(TASK);
        return event.severity() + " " + event.reason() + " " + event.message();
    }

    private static Map.Entry<String, Integer> started(int times) {
        return Map.entry("NORMAL Started container started", times);
    }

    private static HealthCheck.Builder check() {
        return HealthCheck.newBuilder().addTest("check").setIntervalMs(1_000).setRetries(2);
    }

    private void create(UnaryOperator<ContainerSpec.Builder> edit) {
        var container = edit.apply(ContainerSpec.newBuilder()
                .setImage(IMAGE.toString())
                .setHostname("web")
                .setEntrypoint(Words.newBuilder().addWords("web"))
                .setStopGraceMs(1_000));
        var spec = TaskSpec.newBuilder()
                .setDeployment("app")
                .setService("web")
                .setDesired(TaskSpec.Desired.RUN)
                .setAssignment(Assignment.newBuilder().setAgent("a").setAgentUid("uid"))
                .setContainer(container);
        store.commit(
                Commit.of(new Write.Create(Draft.of(TASK, Kinds.TASKS.spec().encode(spec.build())))));
    }

    private void stop() {
        var object = store.get(TASK, ReadAt.LATEST).orElseThrow();
        var spec = Kinds.TASKS.decode(object).spec().toBuilder().setDesired(TaskSpec.Desired.STOP);
        store.commit(Commit.of(new Write.Update(
                object, Draft.from(object).withSpec(Kinds.TASKS.spec().encode(spec.build())))));
    }
}
