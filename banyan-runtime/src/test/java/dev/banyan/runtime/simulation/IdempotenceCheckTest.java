package dev.banyan.runtime.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.controller.Reconciler;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.controller.ownership.Finalizer;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Codec;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class IdempotenceCheckTest {
    private static final Kind<String, String> SETS = Texts.kind("sets");
    private static final Kind<String, String> PODS = Texts.kind("pods");
    private static final ObjectKey WEB = SETS.key("default", "web");
    private static final Finalizer HOLD = new Finalizer("example.org/set");

    @Test
    void passesAReconcilerOfNamedChildren() {
        int states = check(world -> fill(world, (set, slot) -> "web." + slot)).run();

        assertThat(states).as("three commits, twice each, and the drawn ones").isGreaterThan(6 + 20);
    }

    @Test
    void passesAReconcilerThatHoldsItsObjectAndCleansUp() {
        var deleted = IdempotenceCheck.of(
                WEB,
                world -> {
                    world.given(SETS, Draft.of(WEB, Bytes.utf8("2")).finalizedBy(List.of(HOLD.name())));
                    world.given(PODS, PODS.key("default", "web.0"), "web");
                    world.given(PODS, PODS.key("default", "web.1"), "web");
                    world.givenDeletion(WEB);
                },
                IdempotenceCheckTest::cleanUp);

        assertThat(deleted.run()).isGreaterThan(4);
    }

    @Test
    void catchesChildrenWithDrawnNames() {
        assertThatThrownBy(() -> check(world -> fill(
                                world,
                                (set, slot) -> "web." + world.env().entropy().uid()))
                        .run())
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("sets/default/web", "idempotently");
    }

    @Test
    void catchesAStepThatIsOnlyMadeBesideAnother() {
        assertThatThrownBy(() -> check(world -> {
                            var sets = world.lister(SETS);
                            var pods = world.lister(PODS);
                            return request -> {
                                if (pods.get(PODS.key("default", "first")).isPresent()) {
                                    return Result.done(); // and so the second, if it died in between
                                }
                                assertThat(sets.get(WEB)).isPresent();
                                create(world, "first");
                                create(world, "second");
                                return Result.done();
                            };
                        })
                        .run())
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll(
                        "after [Death[commit=1, point=AFTER]]", "otherwise than undisturbed", "second");
    }

    @Test
    void catchesARepeatedRunThatWrites() {
        var counted = check(world -> {
            var sets = world.lister(SETS);
            return request -> {
                var set = sets.get(WEB).orElseThrow();
                var runs = set.status().isEmpty() ? 1 : Integer.parseInt(set.status()) + 1;
                var status = Bytes.utf8(String.valueOf(Math.min(runs, 5)));
                return runs > 5
                        ? Result.done()
                        : Result.after(world.store().commit(Commit.of(new Write.UpdateStatus(WEB, set.uid(), status))));
            };
        });

        assertThatThrownBy(counted::run)
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("undisturbed", "nothing left to do and writes");
        assertThat(counted.inSteps().run()).as("as steps they come to an end").isPositive();
    }

    @Test
    void catchesWhatNeverComesToRest() {
        assertThatThrownBy(() -> check(world -> request -> {
                            create(world, "p" + world.env().entropy().uid());
                            return Result.done();
                        })
                        .inSteps()
                        .run())
                .hasMessageContaining("still writes after 100 runs");
    }

    @Test
    void catchesAFailureThatOnlyAnInterruptionBrings() {
        assertThatThrownBy(() -> check(world -> request -> {
                            if (world.find(PODS, PODS.key("default", "a")).isPresent()
                                    != world.find(PODS, PODS.key("default", "b"))
                                            .isPresent()) {
                                throw new IllegalStateException("half done");
                            }
                            if (world.find(PODS, PODS.key("default", "a")).isEmpty()) {
                                create(world, "a");
                                create(world, "b");
                            }
                            return Result.done();
                        })
                        .run())
                .hasMessageContainingAll("a run fails", "half done", "commit=1, point=AFTER");
    }

    @Test
    void letsTimePassForAReconcilerThatWaitsForIt() {
        var incarnations = new AtomicInteger();
        check(world -> {
                    incarnations.incrementAndGet();
                    var due = world.env().time().now().plus(Duration.ofMinutes(3));
                    return request -> {
                        if (world.env().time().now().isBefore(due)) {
                            return Result.requeueAt(due);
                        }
                        if (world.find(PODS, PODS.key("default", "late")).isEmpty()) {
                            create(world, "late");
                        }
                        return Result.requeueAfter(Duration.ofMinutes(1));
                    };
                })
                .run();

        assertThat(incarnations).as("each death makes another").hasValueGreaterThan(3);
    }

    @Test
    void noticesAReconcilerThatChangesWhatItsCacheShares() {
        try (var harness = new ControllerHarness(1)) {
            var boxes = new Kind<>("boxes", Kind.Scope.NAMESPACED, new Boxes(), new Boxes());
            var lister = harness.lister(boxes);
            var key = boxes.key("default", "box");
            harness.given(boxes, key, new Box(new ArrayList<>(List.of("a"))));
            Reconciler reader = request -> {
                assertThat(lister.get(key).orElseThrow().spec().words()).contains("a");
                return Result.done();
            };
            Reconciler writer = request -> {
                lister.get(key).orElseThrow().spec().words().add("b");
                return Result.done();
            };

            assertThat(harness.when(reader, key).ended()).isEqualTo(Result.done());
            assertThatThrownBy(() -> harness.when(writer, key))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContainingAll("boxes/default/box", "all readers share", "change a copy");
        }
    }

    /** Its class does not show that it can be changed. */
    private record Box(List<String> words) {}

    private static final class Boxes implements Codec<Box> {
        @Override
        public Bytes encode(Box box) {
            return Bytes.utf8(String.join(",", box.words()));
        }

        @Override
        public Box decode(Bytes bytes) {
            return new Box(new ArrayList<>(List.of(bytes.toUtf8().split(","))));
        }
    }

    private interface Names {
        String of(String set, int slot);
    }

    private static IdempotenceCheck check(Function<ControllerHarness, Reconciler> made) {
        return IdempotenceCheck.of(WEB, world -> world.given(SETS, WEB, "3"), made);
    }

    private static Reconciler fill(ControllerHarness world, Names names) {
        var sets = world.lister(SETS);
        var pods = world.lister(PODS);
        return request -> {
            var set = sets.get(request.key()).orElseThrow();
            long there = pods.list().size();
            for (int slot = 0; slot < Integer.parseInt(set.spec()); slot++) {
                var key = PODS.key("default", names.of(set.key().name(), slot));
                if (pods.get(key).isEmpty() && there < 100) {
                    var draft = Draft.of(key, Bytes.EMPTY).ownedBy(set.asOwner());
                    world.store().commit(Commit.of(new Write.Create(draft)));
                }
            }
            return Result.done();
        };
    }

    private static Reconciler cleanUp(ControllerHarness world) {
        var pods = world.lister(PODS);
        return request -> {
            var set = world.store().get(request.key(), ReadAt.LATEST);
            if (set.isEmpty() || !HOLD.holds(set.get().meta())) {
                return Result.done();
            }
            for (var pod : pods.list()) {
                world.store().commit(Commit.of(new Write.Delete(pod.key(), pod.uid())));
            }
            return Result.after(world.store().commit(HOLD.releasing(set.get())));
        };
    }

    private static void create(ControllerHarness world, String name) {
        world.store().commit(Commit.of(new Write.Create(Draft.of(PODS.key("default", name), Bytes.EMPTY))));
    }
}
