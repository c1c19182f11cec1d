package dev.banyan.runtime.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ManagedStore;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ObjectWriter;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.ServedHistory;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InformerGroupTest {
    private static final Kind<String, String> JOBS = Texts.kind("jobs");
    private static final Kind<String, String> NODES = Texts.kind("nodes");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Simulation simulation = new Simulation(23);
    private final MemoryStore truth =
            new MemoryStore(simulation.process("store").env());
    private final SimulatedProcess process = simulation.process("reader");
    private final ManagedStore store = new ManagedStore(new FaultyStore(truth, process, Faults.NONE));
    private final ObjectWriter objects = new ObjectWriter(truth);
    private final InformerGroup group = InformerGroup.over(store, process.env(), "group");

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void showsSeveralKindsThroughOneListAndOneWatch() {
        put(JOBS, "a", "1");
        put(NODES, "n", "1");
        var jobs = group.informer(JOBS).build();
        var nodes = group.informer(NODES).build();
        group.start();
        simulation.runFor(SECOND);
        put(JOBS, "b", "1");
        simulation.runFor(SECOND);

        assertThat(names(jobs.lister().list())).containsExactly("a", "b");
        assertThat(names(nodes.lister().list())).containsExactly("n");
        assertThat(store.lists()).hasSize(1);
        assertThat(store.watches()).hasSize(1);
        assertThat(jobs.appliedRevision()).isEqualTo(nodes.appliedRevision());
        assertThat(group.health().ready()).isTrue();
    }

    @Test
    void showsNothingOfKindsThatNobodyWants() {
        put(Texts.kind("others"), "x", "1");
        var jobs = group.informer(JOBS).build();
        group.start();
        simulation.runFor(SECOND);
        put(Texts.kind("others"), "y", "1");
        simulation.runFor(SECOND);

        assertThat(jobs.lister().size()).isZero();
        assertThat(jobs.lister().revision()).isEqualTo(objects.revision());
    }

    @Test
    void holdsASnapshotOfAllAtOneRevision() {
        var jobs = group.informer(JOBS).build();
        var nodes = group.informer(NODES).build();
        group.start();
        simulation.runFor(SECOND);
        both("1");
        simulation.runFor(SECOND);
        var fixed = group.snapshot();
        both("2");
        simulation.runFor(SECOND);

        assertThat(fixed.of(jobs).revision()).isEqualTo(fixed.revision());
        assertThat(fixed.of(nodes).revision()).isEqualTo(fixed.revision());
        assertThat(specs(fixed.of(jobs).list())).containsExactly("1");
        assertThat(specs(fixed.of(nodes).list())).containsExactly("1");
        assertThat(specs(group.snapshot().of(nodes).list())).containsExactly("2");
        assertThat(group.snapshot().revision()).isEqualTo(group.appliedRevision());
    }

    @Test
    void narrowsEachMemberToItsOwnSelection() {
        var red = group.informer(JOBS)
                .selection(Selection.of("jobs").labelled(LabelSelector.of("colour", "red")))
                .build();
        var events = new ArrayList<String>();
        red.addDirectHandler(event ->
                events.add(event.getClass().getSimpleName() + " " + event.key().name()));
        var metadata = group.informer(JOBS)
                .named("metadata")
                .selection(Selection.of("jobs").with(Selection.Detail.METADATA))
                .build();
        group.start();
        objects.put(JOBS.key("default", "a"), "1", Map.of("colour", "red"));
        objects.put(JOBS.key("default", "b"), "1", Map.of());
        simulation.runFor(SECOND);
        objects.put(JOBS.key("default", "a"), "1", Map.of("colour", "blue"));
        simulation.runFor(SECOND);

        assertThat(events).containsExactly("Added a", "Deleted a");
        assertThat(red.lister().size()).isZero();
        assertThat(specs(metadata.lister().list())).containsExactly("", "");
    }

    @Test
    void saysWhichMemberCannotBeUsedYet() {
        var jobs = group.informer(JOBS).build();
        store.fail(StoreException.Reason.DENIED, "user nobody may not read");
        group.start();
        simulation.runFor(SECOND);

        assertThat(group.health().ready()).isFalse();
        assertThat(group.health().detail()).contains("reading is denied").contains("user nobody may not read");
        assertThat(jobs.health().ready()).isFalse();
    }

    @Test
    void refusesWhatDoesNotBelongTogether() {
        var jobs = group.informer(JOBS).build();
        var lone = Informer.of(JOBS, store, process.env()).build();

        assertThatThrownBy(jobs::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("group");
        assertThatThrownBy(jobs::stop).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> group.snapshot().of(lone)).isInstanceOf(IllegalArgumentException.class);
        var budgeted = group.informer(NODES).budget(RelistBudget.standard(process.env()));
        assertThatThrownBy(budgeted::build).isInstanceOf(IllegalStateException.class);
        var kept = group.informer(NODES).kept(Optional::empty);
        assertThatThrownBy(kept::build).isInstanceOf(IllegalStateException.class);
        group.start();
        assertThatThrownBy(() -> group.informer(NODES).build()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(group::start).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void indexesOneMemberWithoutTouchingTheOthers() {
        Index<String, String, String> bySpec = Index.of("spec", job -> List.of(job.spec()));
        var jobs = group.informer(JOBS).build();
        var nodes = group.informer(NODES).build();
        group.start();
        both("1");
        simulation.runFor(SECOND);
        jobs.addIndex(bySpec);

        assertThat(names(jobs.lister().byIndex(bySpec, "1"))).containsExactly("x");
        assertThat(names(nodes.lister().list())).containsExactly("x");
    }

    /** Whatever goes wrong on the way, no snapshot ever shows a part of a commit, and no batch of one handler either. */
    @Test
    void neverShowsAPartOfACommit() {
        for (long seed = 0; seed < 40; seed++) {
            runRandomly(seed);
        }
    }

    private static void runRandomly(long seed) {
        var random = new SeededRandom(seed);
        try (var world = new Simulation(seed)) {
            var all = new MemoryStore(
                    world.process("store").env(),
                    new ServedHistory.Limits(8, 1 << 20, Duration.ofMillis(20), Duration.ofSeconds(3)));
            var reader = world.process("reader");
            var way = new FaultyStore(all, reader, new Faults(Duration.ofMillis(30), 0, 0.1));
            var pair = InformerGroup.over(way, reader.env(), "pair");
            var jobs = pair.informer(JOBS).build();
            var nodes = pair.informer(NODES).build();
            jobs.addProgressListener(revision -> equalHalves(seed, pair.snapshot(), jobs, nodes));
            pair.start();
            for (int turn = 0; turn < 60; turn++) {
                switch (random.nextInt(6)) {
                    case 0 -> reader.pause();
                    case 1 -> way.cut();
                    default -> {
                        reader.resume();
                        way.heal();
                    }
                }
                for (int write = random.nextInt(6); write > 0; write--) {
                    new ObjectWriter(all)
                            .written(commit(all, "n" + random.nextInt(3), "v" + random.nextInt(1_000_000)));
                }
                world.runFor(Duration.ofMillis(random.nextInt(300)));
                equalHalves(seed, pair.snapshot(), jobs, nodes);
            }
            reader.resume();
            way.heal();
            assertThat(world.runUntil(
                            () -> pair.appliedRevision() == new ObjectWriter(all).revision(), Duration.ofMinutes(1)))
                    .as("seed %d: catches up", seed)
                    .isTrue();
            equalHalves(seed, pair.snapshot(), jobs, nodes);
        }
    }

    private static void equalHalves(
            long seed,
            InformerGroup.Snapshots snapshot,
            Informer<String, String> jobs,
            Informer<String, String> nodes) {
        assertThat(specs(snapshot.of(jobs).list()))
                .as("seed %d at revision %d", seed, snapshot.revision())
                .isEqualTo(specs(snapshot.of(nodes).list()));
    }

    private void both(String spec) {
        objects.written(commit(truth, "x", spec));
    }

    /** Writes the same to both kinds, or deletes both. */
    private static Commit commit(MemoryStore all, String name, String spec) {
        var writes = new ArrayList<Write>();
        for (var kind : List.of(JOBS, NODES)) {
            var key = kind.key("default", name);
            var draft = Draft.of(key, Bytes.utf8(spec));
            writes.add(all.get(key, ReadAt.LATEST)
                    .<Write>map(base -> spec.endsWith("7")
                            ? new Write.Delete(key, base.meta().uid())
                            : new Write.Update(base, draft))
                    .orElse(new Write.Create(draft)));
        }
        return new Commit(List.of(), writes);
    }

    private void put(Kind<String, String> kind, String name, String spec) {
        ObjectKey key = kind.key("default", name);
        objects.put(key, spec, Map.of());
    }

    private static List<String> names(List<Resource<String, String>> things) {
        return things.stream().map(Resource::name).toList();
    }

    private static List<String> specs(List<Resource<String, String>> things) {
        return things.stream().map(Resource::spec).toList();
    }
}
