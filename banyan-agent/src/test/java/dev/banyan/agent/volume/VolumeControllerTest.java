package dev.banyan.agent.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.FakeServer;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.SandboxSpec;
import dev.banyan.agent.volume.disk.TaskMounts;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.kinds.VolumeName;
import dev.banyan.api.v1.AgentSessionSpec;
import dev.banyan.api.v1.Assignment;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.VolumeSpec;
import dev.banyan.api.v1.VolumeStatus;
import dev.banyan.api.v1.VolumeUse;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the data of volumes goes, and when not. */
class VolumeControllerTest {
    private static final ObjectKey SESSION = Kinds.SESSIONS.key(ObjectKey.CLUSTER_SCOPE, "uid-a1");
    private static final ImageReference IMAGE = ImageReference.parse("registry.banyan/web@sha256:" + "a".repeat(64));

    @TempDir
    private Path root;

    private final Simulation simulation = new Simulation(1);
    private final MemoryStore store =
            new MemoryStore(simulation.process("store").env());
    private final FakeServer server =
            new FakeServer(simulation.process("server").env());
    private final AtomicReference<Optional<Precondition>> fence = new AtomicReference<>(Optional.empty());

    @BeforeEach
    void start() {
        var session = Kinds.SESSIONS
                .spec()
                .encode(AgentSessionSpec.newBuilder().setAgent("a1").build());
        long epoch = written(new Write.Create(Draft.of(SESSION, session)));
        fence.set(Optional.of(new Precondition.Fence(SESSION, epoch)));
        server.offer(
                IMAGE,
                new ImageConfig(
                        List.of(), List.of("/web"), Map.of(), Optional.empty(), Optional.empty(), Optional.empty()));
        var env = simulation.process("agent").env();
        var tasks = Informer.of(Kinds.TASKS, store, env).build();
        var volumes = Informer.of(Kinds.VOLUMES, store, env).build();
        tasks.start();
        volumes.start();
        new VolumeController(
                        env,
                        store,
                        server.runtime("c1"),
                        root,
                        new VolumeController.Self("a1", "uid-a1", fence::get),
                        tasks,
                        volumes)
                .start();
    }

    @AfterEach
    void end() {
        simulation.close();
    }

    private long written(Write write) {
        return store.commit(Commit.of(write)) instanceof WriteOutcome.Written written ? written.revision() : -1;
    }

    private static ObjectKey key(String name) {
        return Kinds.VOLUMES.key("default", name);
    }

    private Path volume(String name, String agentUid) {
        var spec = VolumeSpec.newBuilder()
                .setAgent("a1")
                .setAgentUid(agentUid)
                .setDirectory("d-" + name)
                .build();
        written(new Write.Create(Draft.of(key(name), Kinds.VOLUMES.spec().encode(spec))
                .labelled(Map.of(Labels.AGENT, "a1"))
                .finalizedBy(List.of("somebody/else", VolumeName.FINALIZER))));
        var data = root.resolve("named/d-" + name + "/data");
        try {
            Files.createDirectories(data);
            return Files.writeString(data.resolve("file"), "data");
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private void remove(String name) {
        written(new Write.Delete(key(name), object(name).uid()));
    }

    private Resource<VolumeSpec, VolumeStatus> object(String name) {
        return store.get(key(name), ReadAt.LATEST).map(Kinds.VOLUMES::decode).orElseThrow();
    }

    private ObjectKey task(String name, String volume) {
        var spec = TaskSpec.newBuilder()
                .setAssignment(Assignment.newBuilder().setAgent("a1").setAgentUid("uid-a1"))
                .addVolumes(VolumeUse.newBuilder().setName(volume).setDirectory("d-" + volume))
                .build();
        var task = Kinds.TASKS.key("default", name);
        written(new Write.Create(Draft.of(task, Kinds.TASKS.spec().encode(spec)).labelled(Map.of(Labels.AGENT, "a1"))));
        return task;
    }

    private void ends(ObjectKey task) {
        var status = TaskStatus.newBuilder().setState(TaskStatus.State.EXITED).build();
        var uid = store.get(task, ReadAt.LATEST).orElseThrow().meta().uid();
        written(new Write.UpdateStatus(task, uid, Kinds.TASKS.status().encode(status)));
    }

    private void until(BooleanSupplier condition) {
        assertThat(simulation.runUntil(condition, Duration.ofMinutes(5))).isTrue();
    }

    @Test
    void deletesTheDataAndThenTellsTheObjectSo() {
        var file = volume("data", "uid-a1");
        remove("data");

        until(() -> object("data").meta().finalizers().equals(List.of("somebody/else")));

        assertThat(file).doesNotExist();
        assertThat(root.resolve("named/d-data")).doesNotExist();
    }

    @Test
    void leavesVolumesAloneThatNobodyRemoves() {
        var file = volume("data", "uid-a1");

        simulation.runFor(Duration.ofMinutes(1));

        assertThat(file).exists();
        assertThat(object("data").meta().finalizers()).contains(VolumeName.FINALIZER);
    }

    @Test
    void leavesDirectoriesAloneOfWhichNobodyKnows() throws IOException {
        var stray = Files.createDirectories(root.resolve("named/stray/data"));
        volume("data", "uid-a1");
        remove("data");
        until(() -> object("data").meta().finalizers().size() == 1);

        assertThat(stray).exists();
    }

    @Test
    void leavesWhatAnotherAgentOfThisNameHad() {
        var file = volume("data", "uid-of-a-former-a1");
        remove("data");

        simulation.runFor(Duration.ofMinutes(1));

        assertThat(file).exists();
    }

    @Test
    void waitsForTheLastTaskAndSaysSo() {
        var file = volume("data", "uid-a1");
        var task = task("t1", "data");
        var other = task("t2", "other");
        remove("data");
        until(() -> object("data").status().getWaitingFor().equals("waits for t1 to end"));
        assertThat(file).exists();

        ends(task);

        until(() -> !object("data").meta().finalizers().contains(VolumeName.FINALIZER));
        assertThat(file).doesNotExist();
        assertThat(store.get(other, ReadAt.LATEST)).isPresent();
    }

    @Test
    void waitsForContainersWhoseTaskIsGone() {
        var file = volume("data", "uid-a1");
        simulation.runIn(simulation.process("other"), Duration.ofMinutes(1), () -> {
            var runtime = server.runtime("c1");
            runtime.pull(IMAGE);
            var sandbox = runtime.runSandbox(new SandboxSpec(
                    "t1",
                    "u1",
                    0,
                    "t1",
                    Path.of("/logs"),
                    "/banyan/a1",
                    SandboxSpec.Dns.OF_THE_SERVER,
                    Map.of(),
                    Map.of()));
            runtime.createContainer(
                    sandbox.id(),
                    ContainerSpec.of("web", 0, IMAGE, "0.log")
                            .withAnnotations(Map.of(TaskMounts.ANNOTATION, "d-other,d-data")));
        });
        remove("data");
        simulation.runFor(Duration.ofMinutes(1));
        assertThat(file).exists();

        simulation.runIn(simulation.process("another"), Duration.ofMinutes(1), () -> {
            var runtime = server.runtime("c1");
            runtime.remove(runtime.list().containers().getFirst().id());
        });

        until(() -> !object("data").meta().finalizers().contains(VolumeName.FINALIZER));
    }

    @Test
    void deletesNothingWithoutASession() {
        fence.set(Optional.empty());
        var file = volume("data", "uid-a1");
        remove("data");

        simulation.runFor(Duration.ofMinutes(1));

        assertThat(file).exists();
    }

    @Test
    void tellsNothingUnderASessionThatIsOver() {
        volume("data", "uid-a1");
        fence.set(Optional.of(new Precondition.Fence(SESSION, 4711)));
        remove("data");

        simulation.runFor(Duration.ofMinutes(1));

        assertThat(object("data").meta().finalizers()).contains(VolumeName.FINALIZER);
    }
}
