package dev.banyan.agent.workload;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.banyan.agent.container.Behaviour;
import dev.banyan.agent.container.FakeServer;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.material.Materials;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSessionSpec;
import dev.banyan.api.v1.Assignment;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.ContentMount;
import dev.banyan.api.v1.MaterialPart;
import dev.banyan.api.v1.SealedEnvironment;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.Words;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task whose environment and files only an engine has. */
class MaterialTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String CONTENT = "c".repeat(64);
    private static final ImageReference IMAGE =
            ImageReference.parse("registry.banyan/app/web@sha256:" + "a".repeat(64));
    private static final ObjectKey TASK = Kinds.TASKS.key("default", "web");

    @TempDir
    private Path directory;

    private final Simulation simulation = new Simulation(5);
    private final MemoryStore store =
            new MemoryStore(simulation.process("store").env());
    private final SimulatedProcess agent = simulation.process("agent");
    private final FakeServer server = new FakeServer(agent.env());
    private final AtomicInteger asked = new AtomicInteger();
    private Optional<Reason> refusal = Optional.empty();

    @BeforeEach
    void start() {
        server.offer(
                IMAGE,
                new ImageConfig(List.of(), List.of(), Map.of(), Optional.empty(), Optional.empty(), Optional.empty()));
        var env = agent.env();
        var tasks = Informer.of(Kinds.TASKS, store, env).build();
        var config = new WorkloadConfig("uid", directory.resolve("state"), directory.resolve("logs"), "/test");
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
        var session = Kinds.SESSIONS.key("-", "uid");
        store.commit(Commit.of(Write.create(Kinds.SESSIONS, session, AgentSessionSpec.getDefaultInstance())));
        var fence = new Precondition.Fence(
                session, store.get(session, ReadAt.LATEST).orElseThrow().meta().revision());
        tasks.start();
        new WorkloadController(
                        env,
                        tasks,
                        store,
                        server.runtime("cluster"),
                        new Materials(memory(), task -> material()),
                        config,
                        clock,
                        new EventRecorder(env, list -> {}),
                        () -> Optional.of(fence))
                .start();
    }

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void isStartedWithItsWholeEnvironmentAndItsFiles() {
        create(container -> container.putEnvironment("OLD", "1"));
        simulation.runFor(SOON);

        var started = server.started().getFirst();
        assertThat(started.process().environment()).isEqualTo(Map.of("OLD", "1", "TOKEN", "k7marked"));
        assertThat(started.mounts()).anySatisfy(mount -> {
            assertThat(mount.target()).isEqualTo("/run/secrets/key");
            assertThat(mount.readOnly()).isTrue();
            assertThat(Path.of(mount.source())).hasContent("value");
        });
    }

    @Test
    void waitsForAnEngineSaysSoAndCountsNoAttempt() {
        refusal = Optional.of(Reason.UNAVAILABLE);
        create(container -> container);
        simulation.runFor(Duration.ofMinutes(30));

        assertThat(status().getState()).isEqualTo(TaskStatus.State.STARTING);
        assertThat(status().getReason()).isEqualTo("WaitsForEngine");
        assertThat(status().getMessage()).isEqualTo("its environment and files are not here yet: no engine");
        assertThat(server.starts()).isZero();

        refusal = Optional.empty();
        simulation.runFor(SOON);
        assertThat(status().getState()).isEqualTo(TaskStatus.State.RUNNING);
        assertThat(status().getAttempt()).isEqualTo(1);
    }

    @Test
    void givesUpWhereWaitingDoesNotHelp() {
        refusal = Optional.of(Reason.CORRUPT);
        create(container -> container);
        simulation.runFor(Duration.ofMinutes(3));

        assertThat(status().getState()).isEqualTo(TaskStatus.State.FAILED);
        assertThat(status().getMessage()).isEqualTo("MaterialMissing: no engine");
    }

    @Test
    void isStartedAgainWithoutAskingAnybody() {
        server.script(List.of("web"), new Behaviour.Ends(Duration.ofSeconds(1), 1));
        create(container -> container);
        simulation.runFor(SOON);

        assertThat(server.starts()).isGreaterThan(1);
        assertThat(asked).hasValue(1);
        assertThat(server.started())
                .allSatisfy(spec -> assertThat(spec.process().environment()).containsEntry("TOKEN", "k7marked"));
    }

    @Test
    void takesItsMaterialWithItWhenItEndsOrIsGone() {
        create(container -> container);
        simulation.runFor(SOON);
        assertThat(memory()).isNotEmptyDirectory();

        var object = store.get(TASK, ReadAt.LATEST).orElseThrow();
        var stop = Kinds.TASKS.decode(object).spec().toBuilder()
                .setDesired(TaskSpec.Desired.STOP)
                .build();
        store.commit(Commit.of(new Write.Update(
                object, Draft.from(object).withSpec(Kinds.TASKS.spec().encode(stop)))));
        simulation.runFor(SOON);
        assertThat(memory()).isEmptyDirectory();

        store.commit(Commit.of(new Write.Delete(TASK, object.meta().uid())));
        create(container -> container);
        simulation.runFor(SOON);
        var again = store.get(TASK, ReadAt.LATEST).orElseThrow();
        store.commit(Commit.of(new Write.Delete(TASK, again.meta().uid())));
        simulation.runFor(SOON);
        assertThat(memory()).isEmptyDirectory();
    }

    private Path memory() {
        return directory.resolve("memory");
    }

    private List<MaterialPart> material() {
        asked.incrementAndGet();
        refusal.ifPresent(reason -> {
            throw new ApiException(reason, "no engine");
        });
        return List.of(
                MaterialPart.newBuilder().putVariables("TOKEN", "k7marked").build(),
                MaterialPart.newBuilder()
                        .setContent(CONTENT)
                        .setData(ByteString.copyFromUtf8("value"))
                        .build(),
                MaterialPart.newBuilder().setLast(true).build());
    }

    private TaskStatus status() {
        return Kinds.TASKS.decode(store.get(TASK, ReadAt.LATEST).orElseThrow()).status();
    }

    private void create(UnaryOperator<ContainerSpec.Builder> edit) {
        var container = edit.apply(ContainerSpec.newBuilder()
                .setImage(IMAGE.toString())
                .setHostname("web")
                .setEntrypoint(Words.newBuilder().addWords("web"))
                .setSealedEnvironment(SealedEnvironment.newBuilder().setDigest("d"))
                .addContentMounts(ContentMount.newBuilder()
                        .setKind(ContentMount.Kind.SECRET)
                        .setContent(CONTENT)
                        .setTarget("/run/secrets/key")
                        .setMode(0444)
                        .setReadOnly(true))
                .setStopGraceMs(1_000));
        var spec = TaskSpec.newBuilder()
                .setDeployment("app")
                .setService("web")
                .setDesired(TaskSpec.Desired.RUN)
                .setAssignment(Assignment.newBuilder().setAgent("a").setAgentUid("uid"))
                .setContainer(container);
        assertThat(store.commit(Commit.of(new Write.Create(
                                Draft.of(TASK, Kinds.TASKS.spec().encode(spec.build())))))
                        .written())
                .isTrue();
    }
}
