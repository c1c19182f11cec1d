package dev.banyan.agent.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.Behaviour;
import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.FakeServer;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.PullOutcome;
import dev.banyan.agent.material.Materials;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.Assignment;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a task is given in its environment is told to its container and to nobody else, whatever goes wrong. */
class SecretsTest {
    private static final String SECRET = "correct-horse-battery-staple";
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final ImageReference IMAGE =
            ImageReference.parse("registry.banyan/app/web@sha256:" + "a".repeat(64));
    private static final ObjectKey TASK = Kinds.TASKS.key("default", "web");

    @TempDir
    private Path directory;

    private final Simulation simulation = new Simulation(7);
    private final MemoryStore store =
            new MemoryStore(simulation.process("store").env());
    private final SimulatedProcess agent = simulation.process("agent");
    private final FakeServer server = new FakeServer(agent.env());
    private final List<String> told = new ArrayList<>();
    private final List<Map<String, String>> given = new ArrayList<>();
    private Optional<ContainerException> refusal = Optional.empty();

    @BeforeEach
    void start() {
        var program = List.of("/web");
        server.offer(
                IMAGE,
                new ImageConfig(List.of(), program, Map.of(), Optional.empty(), Optional.empty(), Optional.empty()));
        var env = agent.env();
        var events = new EventRecorder(
                env, list -> list.forEach(event -> told.add(event.reason() + ": " + event.message())));
        var tasks = Informer.of(Kinds.TASKS, store, env).build();
        var config = new WorkloadConfig("uid", directory.resolve("state"), directory.resolve("logs"), "/test");
        events.start();
        tasks.start();
        new WorkloadController(
                        env,
                        tasks,
                        store,
                        runtime(),
                        new Materials(directory.resolve("memory"), task -> List.of()),
                        config,
                        new AlwaysOneBoot(),
                        events,
                        Optional::empty)
                .start();
    }

    @AfterEach
    void nothingToldIt() throws IOException {
        simulation.close();
        assertThat(told).isNotEmpty().noneMatch(words -> words.contains(SECRET));
        assertThat(Kinds.TASKS
                        .decode(store.get(TASK, ReadAt.LATEST).orElseThrow())
                        .status()
                        .toString())
                .doesNotContain(SECRET);
        try (var files = Files.walk(directory)) {
            assertThat(files.filter(Files::isRegularFile).toList())
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(file).content().doesNotContain(SECRET));
        }
    }

    @Test
    void ofATaskThatRuns() {
        wantWithASecret();
        simulation.runFor(SOON);

        assertThat(given).containsExactly(Map.of("PASSWORD", SECRET));
        assertThat(told).contains("Started: container started");
    }

    @Test
    void ofATaskThatEndsAgainAndAgain() {
        server.script(List.of("/web"), new Behaviour.Ends(Duration.ofSeconds(1), 3));
        wantWithASecret();
        simulation.runFor(SOON);

        assertThat(told).contains("Exited: exit code 3");
    }

    @Test
    void ofATaskWhoseImageIsNotThere() {
        server.refuseNextPull(IMAGE, new PullOutcome.Failed(PullOutcome.Cause.NOT_FOUND, "no such manifest"));
        wantWithASecret();
        simulation.runFor(SOON);

        assertThat(told).contains("ImageNotFound: no such manifest");
    }

    @Test
    void ofATaskWhoseContainerIsRefused() {
        refusal = Optional.of(new ContainerException(ContainerException.Kind.INVALID, "no such user"));
        wantWithASecret();
        simulation.runFor(SOON);

        assertThat(told).contains("CannotStart: no such user");
    }

    private void wantWithASecret() {
        var spec = TaskSpec.newBuilder()
                .setDeployment("app")
                .setService("web")
                .setDesired(TaskSpec.Desired.RUN)
                .setAssignment(Assignment.newBuilder().setAgent("a").setAgentUid("uid"))
                .setContainer(ContainerSpec.newBuilder()
                        .setImage(IMAGE.toString())
                        .setHostname("web")
                        .putEnvironment("PASSWORD", SECRET)
                        .setStopGraceMs(1_000));
        var draft = Draft.of(TASK, Kinds.TASKS.spec().encode(spec.build()));
        assertThat(store.commit(Commit.of(new Write.Create(draft))).written()).isTrue();
    }

    /** Refuses containers while there is a refusal, and notes what each was given. */
    private ContainerRuntime runtime() {
        var behind = server.runtime("cluster");
        return (ContainerRuntime) Proxy.newProxyInstance(
                SecretsTest.class.getClassLoader(),
                new Class<?>[] {ContainerRuntime.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("createContainer")) {
                        if (refusal.isPresent()) {
                            throw refusal.get();
                        }
                        given.add(((dev.banyan.agent.container.ContainerSpec) arguments[1])
                                .process()
                                .environment());
                    }
                    try {
                        return method.invoke(behind, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }

    private final class AlwaysOneBoot implements BootClock {
        @Override
        public long millis() {
            return agent.env().time().nanos() / 1_000_000;
        }

        @Override
        public String bootId() {
            return "boot";
        }
    }
}
