package dev.banyan.agent.kept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.ServedHistory;
import dev.banyan.runtime.store.Write;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Any kind will do; agents are the simplest. */
class KeptLoopTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final FileTime LONG_AGO = FileTime.from(Instant.EPOCH);

    @TempDir
    private Path directory;

    private final Simulation simulation = new Simulation(5);
    private final MemoryStore truth = new MemoryStore(
            simulation.process("store").env(),
            new ServedHistory.Limits(200, 1 << 20, Duration.ofMillis(200), Duration.ofSeconds(3)));
    private SimulatedProcess process = simulation.process("agent");
    private FaultyStore store = new FaultyStore(truth, process, Faults.NONE);

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void keepsWhatTheStoreSays() {
        create("a");
        start();
        simulation.runFor(SOON);
        assertThat(keptNames()).containsExactly("a");

        create("b");
        delete("a");
        simulation.runFor(SOON);

        assertThat(keptNames()).containsExactly("b");
    }

    @Test
    void keepsThatThereIsNothing() {
        start();
        simulation.runFor(SOON);

        assertThat(keptNames()).isEmpty();
    }

    @Test
    void writesNothingWhileNothingChanges() throws Exception {
        create("a");
        start();
        simulation.runFor(SOON);
        Files.setLastModifiedTime(file(), LONG_AGO);
        simulation.runFor(Duration.ofMinutes(5));

        assertThat(Files.getLastModifiedTime(file())).isEqualTo(LONG_AGO);
    }

    @Test
    void gathersABurstIntoOneWrite() throws Exception {
        create("first");
        start();
        simulation.runFor(Duration.ofMillis(500));
        assertThat(keptNames()).containsExactly("first");
        Files.setLastModifiedTime(file(), LONG_AGO);

        for (int i = 0; i < 10; i++) {
            create("n" + i);
            simulation.runFor(Duration.ofMillis(20));
        }
        assertThat(Files.getLastModifiedTime(file())).isEqualTo(LONG_AGO);
        simulation.runFor(Duration.ofSeconds(1));

        assertThat(keptNames()).hasSize(11);
    }

    @Test
    void writesWhatIsLeftWhenItIsStopped() {
        create("a");
        var loop = start();
        simulation.runFor(Duration.ofMillis(500));
        create("b");
        simulation.runFor(Duration.ofMillis(100));
        assertThat(keptNames()).containsExactly("a");

        simulation.runIn(process, SOON, loop::stop);

        assertThat(keptNames()).containsExactly("a", "b");
    }

    @Test
    void leavesTheFileAloneUntilAnEngineHasAnswered() throws Exception {
        create("a");
        start();
        simulation.runFor(SOON);
        var before = Files.readAllBytes(file());
        process.kill();
        create("b");

        process = simulation.process("agent");
        store = new FaultyStore(truth, process, Faults.NONE);
        store.cut();
        start();
        simulation.runFor(Duration.ofMinutes(2));
        assertThat(file()).hasBinaryContent(before);

        store.heal();
        simulation.runFor(SOON);
        assertThat(keptNames()).containsExactly("a", "b");
    }

    @Test
    void isNotReadyWhileTheDiskRefusesAndTriesAgain() throws Exception {
        Files.createDirectories(file().resolve("in-the-way"));
        create("a");
        var loop = start();
        simulation.runFor(SOON);
        assertThat(loop.health().ready()).isFalse();
        assertThat(loop.health().detail()).contains(file().toString());

        Files.delete(file().resolve("in-the-way"));
        Files.delete(file());
        simulation.runFor(SOON);

        assertThat(loop.health().ready()).isTrue();
        assertThat(keptNames()).containsExactly("a");
    }

    private KeptLoop<AgentSpec, AgentStatus> start() {
        var informer = Informer.of(Kinds.AGENTS, store, process.env())
                .kept(listing()::recall)
                .build();
        var loop = new KeptLoop<>(process.env(), Kinds.AGENTS, informer, listing());
        informer.start();
        loop.start();
        return loop;
    }

    private KeptListing listing() {
        return new KeptListing(
                file(), SealingKey.in(directory.resolve("key"), process.env().entropy()), "owner");
    }

    private List<String> keptNames() {
        return listing().recall().orElseThrow().objects().stream()
                .map(object -> object.key().name())
                .toList();
    }

    private Path file() {
        return directory.resolve("kept/agents");
    }

    private void create(String name) {
        truth.commit(Commit.of(
                new Write.Create(Draft.of(key(name), Kinds.AGENTS.spec().encode(AgentSpec.getDefaultInstance())))));
    }

    private void delete(String name) {
        truth.commit(Commit.of(new Write.Delete(key(name), object(name).meta().uid())));
    }

    private StoredObject object(String name) {
        return truth.get(key(name), ReadAt.LATEST).orElseThrow();
    }

    private static ObjectKey key(String name) {
        return Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, name);
    }
}
