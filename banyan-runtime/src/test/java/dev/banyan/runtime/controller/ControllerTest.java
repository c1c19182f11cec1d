package dev.banyan.runtime.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControllerTest {
    private static final Kind<String, String> PARENTS = Texts.kind("parents");
    private static final Kind<String, String> CHILDREN = Texts.kind("children");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Simulation simulation = new Simulation(21);
    private final MemoryStore truth =
            new MemoryStore(simulation.process("store").env());
    private final SimulatedProcess process = simulation.process("engine");
    private final FaultyStore store = new FaultyStore(truth, process, Faults.NONE);
    private final Informer<String, String> parents =
            Informer.of(PARENTS, store, process.env()).build();
    private final Informer<String, String> children =
            Informer.of(CHILDREN, store, process.env()).build();
    private final List<String> calls = new ArrayList<>();

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void reconcilesWhatIsThereAndWhatChanges() {
        create(PARENTS, "a");
        start(controller(this::note));
        simulation.runFor(SECOND);
        create(PARENTS, "b");
        simulation.runFor(SECOND);

        assertThat(calls).containsExactly("a", "b");
    }

    @Test
    void reconcilesADeletedObjectOnceMore() {
        create(PARENTS, "a");
        start(controller(this::note));
        simulation.runFor(SECOND);
        delete(PARENTS, "a");
        simulation.runFor(SECOND);

        assertThat(calls).containsExactly("a", "a");
    }

    @Test
    void startsOnlyWhenAllItsInformersAreSynced() {
        create(PARENTS, "a");
        var controller = controller(this::note);
        parents.start();
        controller.start();
        simulation.runFor(Duration.ofMinutes(1));
        assertThat(calls).isEmpty();
        assertThat(controller.health().detail()).contains("waiting for its informers");

        children.start();
        simulation.runFor(SECOND);
        assertThat(calls).containsExactly("a");
        assertThat(controller.health().ready()).isTrue();
    }

    @Test
    void looksAtTheOwnerOfWhatChanges() {
        create(PARENTS, "a");
        start(controller(this::note));
        simulation.runFor(SECOND);
        var owner = PARENTS.decode(
                truth.get(PARENTS.key("default", "a"), ReadAt.LATEST).orElseThrow());
        truth.commit(Commit.of(new Write.Create(
                Draft.of(CHILDREN.key("default", "c"), Bytes.EMPTY).ownedBy(owner.asOwner()))));
        create(CHILDREN, "orphan");
        truth.commit(Commit.of(new Write.Create(Draft.of(CHILDREN.key("default", "foreign"), Bytes.EMPTY)
                .ownedBy(new OwnerReference(CHILDREN.key("default", "other"), "uid")))));
        simulation.runFor(SECOND);
        delete(CHILDREN, "c");
        simulation.runFor(SECOND);

        assertThat(calls).containsExactly("a", "a", "a");
    }

    @Test
    void looksAtBothOwnersWhenAnObjectChangesHands() {
        create(PARENTS, "a");
        create(PARENTS, "b");
        var first = PARENTS.decode(
                truth.get(PARENTS.key("default", "a"), ReadAt.LATEST).orElseThrow());
        var second = PARENTS.decode(
                truth.get(PARENTS.key("default", "b"), ReadAt.LATEST).orElseThrow());
        truth.commit(Commit.of(new Write.Create(
                Draft.of(CHILDREN.key("default", "c"), Bytes.EMPTY).ownedBy(first.asOwner()))));
        start(controller(this::note));
        simulation.runFor(SECOND);
        calls.clear();
        var child = truth.get(CHILDREN.key("default", "c"), ReadAt.LATEST).orElseThrow();
        truth.commit(Commit.of(new Write.Update(child, Draft.from(child).ownedBy(second.asOwner()))));
        simulation.runFor(SECOND);

        assertThat(calls).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void looksAtEverythingAgainAtEachResync() {
        create(PARENTS, "a");
        start(controller(this::note));
        simulation.runFor(SECOND);
        calls.clear();

        simulation.runFor(Duration.ofMinutes(1));

        assertThat(calls).hasSizeBetween(5, 7);
    }

    @Test
    void triesAFailingKeyAgainEverMoreSlowly() {
        create(PARENTS, "a");
        start(controller(request -> {
            note(request);
            throw new IllegalStateException("not yet");
        }));
        simulation.runFor(SECOND);
        assertThat(calls).hasSizeBetween(7, 12);
        calls.clear();

        simulation.runFor(Duration.ofMinutes(10));
        assertThat(calls).hasSizeBetween(10, 25);
    }

    @Test
    void runsAgainAtOnceWhenAKeyChangesWhileItRuns() {
        create(PARENTS, "a");
        start(controller(request -> {
            note(request);
            process.env().signal().await(SECOND);
            return Result.done();
        }));
        simulation.runFor(Duration.ofMillis(500));
        touch("a");
        touch("a");
        simulation.runFor(Duration.ofSeconds(4));

        assertThat(calls).containsExactly("a", "a");
    }

    @Test
    void neverRunsOneKeyTwiceAtATimeNorMoreKeysThanAllowed() {
        for (long seed = 0; seed < 20; seed++) {
            try (var world = new Simulation(seed)) {
                var all = new MemoryStore(world.process("store").env());
                var engine = world.process("engine");
                var informer = Informer.of(PARENTS, all, engine.env()).build();
                var running = new HashSet<ObjectKey>();
                var most = new int[1];
                var controller = Controller.named("busy", engine.env())
                        .watches(informer, EventMapper.self())
                        .concurrency(3)
                        .resync(Duration.ofMillis(40))
                        .reconciler(request -> {
                            assertThat(running.add(request.key())).isTrue();
                            most[0] = Math.max(most[0], running.size());
                            engine.env()
                                    .signal()
                                    .await(Duration.ofMillis(
                                            engine.env().random().nextInt(100)));
                            running.remove(request.key());
                            return Result.done();
                        })
                        .build();
                for (int i = 0; i < 6; i++) {
                    all.commit(creation(PARENTS, "p" + i));
                }
                informer.start();
                controller.start();
                world.runFor(Duration.ofSeconds(5));

                assertThat(most[0]).as("seed %d", seed).isEqualTo(3);
            }
        }
    }

    @Test
    void waitsUntilItsCachesShowTheRevision() {
        create(PARENTS, "a");
        var target = new long[1];
        start(controller(request -> {
            note(request);
            if (calls.size() == 1) {
                process.env().signal().await(SECOND);
                target[0] = ((WriteOutcome.Written) store.commit(creation(CHILDREN, "late"))).revision();
                return Result.await(target[0]);
            }
            assertThat(parents.appliedRevision()).isGreaterThanOrEqualTo(target[0]);
            assertThat(children.appliedRevision()).isGreaterThanOrEqualTo(target[0]);
            return Result.done();
        }));
        simulation.runFor(Duration.ofSeconds(5));

        assertThat(calls).containsExactly("a", "a");
    }

    @Test
    void noticesARevisionThatChangesNothingItWatches() {
        create(PARENTS, "a");
        long next = truth.list(Selection.of("others"), ReadAt.LATEST).revision() + 1;
        start(controller(request -> {
            note(request);
            return calls.size() == 1 ? Result.await(next) : Result.done();
        }));
        simulation.runFor(Duration.ofSeconds(3));
        assertThat(calls).containsExactly("a");

        create(Texts.kind("others"), "unwatched");
        simulation.runFor(SECOND);
        assertThat(calls).containsExactly("a", "a");
    }

    @Test
    void saysWhatIsStalledAndRunsItWhenItChanges() {
        create(PARENTS, "a");
        var controller = controller(request -> {
            note(request);
            return Result.stalled("bad spec");
        });
        start(controller);
        simulation.runFor(Duration.ofMinutes(1));
        assertThat(calls).containsExactly("a");
        assertThat(controller.stalled()).containsEntry(PARENTS.key("default", "a"), "bad spec");
        assertThat(controller.describe(PARENTS.key("default", "a")).toString()).contains("bad spec");

        touch("a");
        simulation.runFor(SECOND);
        assertThat(calls).containsExactly("a", "a");
    }

    @Test
    void interruptsAReconcileThatPassesItsDeadlineAndTriesItAgain() {
        create(PARENTS, "a");
        var late = new ArrayList<ObjectKey>();
        var controller = builder(request -> {
                    note(request);
                    process.env().signal().await();
                    return Result.done();
                })
                .deadline(Duration.ofSeconds(3))
                .metrics(new ControllerMetrics() {
                    @Override
                    public void stuck(String name, ObjectKey key) {
                        late.add(key);
                    }
                })
                .build();
        start(controller);
        simulation.runFor(Duration.ofSeconds(4));

        assertThat(late).containsExactly(PARENTS.key("default", "a"));
        assertThat(calls).as("no sooner than it held its place").containsExactly("a");
        simulation.runFor(Duration.ofMillis(2_500));
        assertThat(calls).containsExactly("a", "a");
        assertThat(controller.health().ready()).isTrue();
    }

    @Test
    void isNotHealthyWhileAReconcileIgnoresItsInterruption() {
        create(PARENTS, "a");
        create(PARENTS, "b");
        var controller = builder(request -> {
                    note(request);
                    if (request.key().name().equals("a")) {
                        sleepThroughInterruptions(Duration.ofSeconds(10));
                    }
                    return Result.done();
                })
                .deadline(Duration.ofSeconds(3))
                .build();
        start(controller);
        simulation.runFor(Duration.ofSeconds(5));
        assertThat(controller.health().ready()).isFalse();
        assertThat(controller.health().detail()).contains("past their deadline", "parents/default/a");
        assertThat(calls).as("nothing else runs for the key, others go on").containsExactlyInAnyOrder("a", "b");

        simulation.runFor(Duration.ofSeconds(8));
        assertThat(controller.health().ready()).isTrue();
    }

    @Test
    void letsRunningReconcilesFinishWhenItStops() {
        create(PARENTS, "a");
        var finished = new ArrayList<String>();
        var controller = builder(request -> {
                    note(request);
                    process.env().signal().await(Duration.ofSeconds(3));
                    finished.add(request.key().name());
                    return Result.done();
                })
                .build();
        start(controller);
        simulation.runFor(SECOND);
        create(PARENTS, "b");

        simulation.runIn(process, Duration.ofSeconds(5), controller::stop);

        assertThat(finished).contains("a");
        assertThat(finished).containsExactlyInAnyOrderElementsOf(calls);
        create(PARENTS, "c");
        simulation.runFor(Duration.ofMinutes(1));
        assertThat(calls).doesNotContain("c");
        assertThat(controller.health().ready()).isFalse();
    }

    @Test
    void interruptsWhatDoesNotFinishInTheGraceOfAStop() {
        create(PARENTS, "a");
        var interrupted = new ArrayList<String>();
        var controller = controller(request -> {
            try {
                process.env().signal().await();
            } catch (InterruptedException cancelled) {
                interrupted.add(request.key().name());
                throw cancelled;
            }
            return Result.done();
        });
        start(controller);
        simulation.runFor(SECOND);

        simulation.runIn(process, Controller.STOP_GRACE.plusSeconds(1), controller::stop);

        assertThat(interrupted).containsExactly("a");
    }

    @Test
    void stopsThoughItHasNeverStartedToReconcile() {
        var controller = controller(this::note);
        controller.start();
        simulation.runFor(SECOND);

        simulation.runIn(process, SECOND, controller::stop);
        assertThat(calls).isEmpty();
    }

    @Test
    void reconcilesWhatIsEnqueuedFromOutside() {
        var controller = controller(this::note);
        start(controller);
        simulation.runFor(SECOND);
        controller.enqueue(Set.of(PARENTS.key("default", "elsewhere")));
        simulation.runFor(SECOND);

        assertThat(calls).containsExactly("elsewhere");
    }

    @Test
    void goesOnWhenAMapperFails() {
        create(PARENTS, "a");
        var controller = Controller.named("mapped", process.env())
                .watches(parents, event -> {
                    if (event.key().name().equals("a")) {
                        throw new IllegalStateException("broken mapper");
                    }
                    return List.of(event.key());
                })
                .reconciler(this::note)
                .build();
        start(controller);
        create(PARENTS, "b");
        simulation.runFor(Duration.ofSeconds(15));

        assertThat(calls).contains("b").doesNotContain("a");
    }

    @Test
    void countsHowReconcilesEnd() {
        create(PARENTS, "done");
        create(PARENTS, "failed");
        create(PARENTS, "stalled");
        create(PARENTS, "later");
        create(PARENTS, "await");
        var endings = new HashSet<String>();
        start(builder(request -> switch (request.key().name()) {
                    case "done" -> Result.done();
                    case "stalled" -> Result.stalled("x");
                    case "later" -> Result.requeueAfter(SECOND);
                    case "await" -> Result.await(1_000);
                    default -> throw new IllegalStateException("x");
                })
                .metrics(new ControllerMetrics() {
                    @Override
                    public void reconciled(String name, Ending ending, Duration took) {
                        endings.add(name + " " + ending);
                    }
                })
                .build());
        simulation.runFor(SECOND);

        assertThat(endings)
                .containsExactlyInAnyOrder(
                        "test DONE", "test FAILED", "test STALLED", "test REQUEUED", "test AWAITING");
    }

    private Result note(Request request) {
        calls.add(request.key().name());
        return Result.done();
    }

    private Controller controller(Reconciler reconciler) {
        return builder(reconciler).build();
    }

    private ControllerBuilder builder(Reconciler reconciler) {
        return Controller.named("test", process.env())
                .watches(parents, EventMapper.self())
                .watches(children, EventMapper.owner(PARENTS))
                .reconciler(reconciler);
    }

    private void start(Controller controller) {
        parents.start();
        children.start();
        controller.start();
    }

    private void sleepThroughInterruptions(Duration duration) {
        long until = process.env().time().nanos() + duration.toNanos();
        while (process.env().time().nanos() < until) {
            try {
                process.env()
                        .signal()
                        .await(Duration.ofNanos(until - process.env().time().nanos()));
            } catch (InterruptedException ignored) {
                calls.remove("nothing"); // the reconciler under test is one that does not care
            }
        }
    }

    private static Commit creation(Kind<String, String> kind, String name) {
        return Commit.of(new Write.Create(Draft.of(kind.key("default", name), Bytes.EMPTY)));
    }

    private void create(Kind<String, String> kind, String name) {
        assertThat(truth.commit(creation(kind, name)).written()).isTrue();
    }

    private void delete(Kind<String, String> kind, String name) {
        var object = truth.get(kind.key("default", name), ReadAt.LATEST).orElseThrow();
        truth.commit(Commit.of(new Write.Delete(object.key(), object.meta().uid())));
    }

    private void touch(String name) {
        var object = truth.get(PARENTS.key("default", name), ReadAt.LATEST).orElseThrow();
        var spec = Bytes.utf8(object.spec().toUtf8() + "x");
        truth.commit(Commit.of(new Write.Update(object, Draft.from(object).withSpec(spec))));
    }
}
