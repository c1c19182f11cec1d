package dev.banyan.runtime.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.queue.Cause;
import dev.banyan.runtime.queue.Lane;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What reconcilers ask for next: conditions of users that may hang or throw, times of day, and what is said of keys meanwhile. */
class ControllerConditionsTest {
    private static final Kind<String, String> THINGS = Texts.kind("things");
    private static final ObjectKey A = THINGS.key("default", "a");
    private static final ObjectKey B = THINGS.key("default", "b");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration WAIT = Duration.ofSeconds(30);

    private final Simulation simulation = new Simulation(17);
    private final MemoryStore truth =
            new MemoryStore(simulation.process("store").env());
    private final SimulatedProcess process = simulation.process("engine");
    private final Informer<String, String> things = Informer.of(
                    THINGS, new FaultyStore(truth, process, Faults.NONE), process.env())
            .build();
    private final Map<ObjectKey, Result> answers = new HashMap<>(); // to the first run of a key; then it is done
    private final List<ObjectKey> ran = new ArrayList<>();
    private final List<String> interrupted = new ArrayList<>();
    private Controller controller = build(Duration.ZERO);

    @AfterEach
    void close() {
        simulation.close();
    }

    @Test
    void asksOthersThoughAConditionHangs() {
        answers.put(A, Result.awaitChange("what never answers", WAIT, this::hang));
        answers.put(
                B,
                Result.awaitChange(
                        "a third thing", WAIT, () -> things.lister().list().size() == 3));
        start();
        create(A);
        simulation.runFor(Duration.ofMillis(50)); // A is asked first
        create(B);
        simulation.runFor(SECOND);
        assertThat(controller.describe(A).toString())
                .contains("awaiting what never answers, which has not answered for");

        create(THINGS.key("default", "c"));
        simulation.runFor(SECOND);
        assertThat(ran).endsWith(THINGS.key("default", "c"), B).containsOnlyOnce(A);
        assertThat(controller.health().ready()).isTrue();
    }

    @Test
    void interruptsAConditionWhoseWaitIsOver() {
        answers.put(A, Result.awaitChange("what never answers", WAIT, this::hang));
        start();
        create(A);
        simulation.runFor(WAIT.minus(SECOND));
        assertThat(interrupted).isEmpty();

        simulation.runFor(SECOND.multipliedBy(2));
        assertThat(interrupted).containsExactly("condition");
        assertThat(ran).containsExactly(A, A);
        assertThat(controller.describe(A).phase()).isEqualTo(KeyState.Phase.IDLE);
    }

    @Test
    void runsAKeyWhoseConditionThrows() {
        answers.put(A, Result.awaitChange("what is broken", WAIT, () -> {
            throw new AssertionError("broken");
        }));
        start();
        create(A);
        simulation.runFor(SECOND);

        assertThat(ran).containsExactly(A, A);
    }

    @Test
    void asksAgainOnlyWhenACacheChanged() {
        var asked = new ArrayList<Boolean>();
        answers.put(A, Result.awaitChange("what is not to come", WAIT, () -> !asked.add(true)));
        start();
        create(A);
        simulation.runFor(SECOND);
        int before = asked.size();
        for (int i = 0; i < 5; i++) {
            controller.enqueue(List.of(B)); // turns of the loop that no cache had a part in
            simulation.runFor(SECOND);
        }
        assertThat(asked).hasSize(before);

        create(B);
        simulation.runFor(SECOND);
        assertThat(asked).hasSize(before + 1);
    }

    @Test
    void stopsThoughAConditionHangs() {
        answers.put(A, Result.awaitChange("what never answers", WAIT, this::hang));
        start();
        create(A);
        simulation.runFor(SECOND);
        simulation.runIn(process, SECOND, controller::stop);
        simulation.runFor(SECOND);

        assertThat(interrupted).containsExactly("condition");
    }

    @Test
    void comesBackAtATimeOfDay() {
        start();
        var at = process.env().time().now().plus(Duration.ofMinutes(3));
        answers.put(A, Result.requeueAt(at));
        create(A);
        simulation.runFor(Duration.ofMinutes(3).minus(SECOND));
        assertThat(ran).containsExactly(A);
        assertThat(controller.describe(A).next())
                .hasValueSatisfying(next -> assertThat(next).isBetween(Duration.ofMillis(900), SECOND));

        simulation.runFor(SECOND.plusMillis(100));
        assertThat(ran).containsExactly(A, A);
    }

    @Test
    void comesBackAtOnceAtATimeThatIsOverAndInAYearAtATimeThatIsNever() {
        answers.put(A, Result.requeueAt(Instant.MIN));
        answers.put(B, Result.requeueAt(Instant.MAX));
        start();
        create(A);
        create(B);
        simulation.runFor(SECOND);

        assertThat(ran).containsExactlyInAnyOrder(A, A, B);
        assertThat(controller.describe(B).next().orElseThrow()).isBetween(Duration.ofDays(364), Duration.ofDays(365));
        assertThat(controller.failing()).isEmpty();
    }

    @Test
    void takesDelaysThatNoClockCanHold() {
        answers.put(A, Result.requeueAfter(Duration.ofSeconds(Long.MAX_VALUE)));
        answers.put(B, Result.await(Long.MAX_VALUE, Duration.ofSeconds(Long.MAX_VALUE)));
        start();
        create(A);
        create(B);
        simulation.runFor(SECOND);

        assertThat(controller.failing()).isEmpty();
        assertThat(controller.describe(A).phase()).isEqualTo(KeyState.Phase.WAITING);
        assertThat(controller.describe(B)).satisfies(state -> {
            assertThat(state.phase()).isEqualTo(KeyState.Phase.HELD);
            assertThat(state.note()).startsWith("awaiting revision");
        });
    }

    @Test
    void servesChangesThatFollowEachOtherTogether() {
        controller = build(SECOND.multipliedBy(10));
        start();
        create(A);
        simulation.runFor(SECOND);
        assertThat(ran).as("the first at once").containsExactly(A);
        for (int i = 0; i < 50; i++) {
            change(A, "spec " + i);
            simulation.runFor(Duration.ofMillis(100));
        }
        assertThat(ran).containsExactly(A);
        assertThat(controller.describe(A).toString())
                .contains("WAITING for", "FRESH by informer/things changed at revision", "due in PT4.0");

        simulation.runFor(SECOND.multipliedBy(30));
        assertThat(ran).containsExactly(A, A);
    }

    @Test
    void saysOfAKeyWhatItDoesAndWhy() {
        start();
        create(A);
        simulation.runFor(SECOND);
        assertThat(controller.describe(A))
                .isEqualTo(new KeyState(
                        A,
                        KeyState.Phase.IDLE,
                        Optional.empty(),
                        Optional.empty(),
                        Duration.ZERO,
                        Optional.empty(),
                        0,
                        Optional.empty(),
                        ""))
                .hasToString("IDLE");

        answers.put(A, Result.stalled("no such image"));
        change(A, "2");
        simulation.runFor(SECOND);
        assertThat(controller.describe(A)).hasToString("STALLED: no such image");
        assertThat(controller.health().detail()).contains("1 stalled such as things/default/a=no such image");

        answers.put(A, Result.requeueAfter(SECOND.multipliedBy(60)));
        controller.enqueue(List.of(A));
        simulation.runFor(SECOND);
        assertThat(controller.describe(A)).satisfies(state -> {
            assertThat(state.lane()).contains(Lane.RETRY);
            assertThat(state.cause()).contains(Cause.DELAY);
            assertThat(state.lasting()).isPositive();
        });
    }

    private boolean hang() {
        try {
            process.env().signal().await();
        } catch (InterruptedException cancelled) {
            interrupted.add("condition");
        }
        return false;
    }

    private Controller build(Duration debounce) {
        return Controller.named("things", process.env())
                .watches(things, EventMapper.self())
                .debounce(debounce)
                .resync(Duration.ofDays(80))
                .reconciler(request -> {
                    ran.add(request.key());
                    var answer = answers.remove(request.key());
                    return answer == null ? Result.done() : answer;
                })
                .build();
    }

    private void start() {
        things.start();
        controller.start();
        simulation.runFor(SECOND);
    }

    private void create(ObjectKey key) {
        assertThat(truth.commit(Commit.of(new Write.Create(Draft.of(key, Bytes.utf8("1")))))
                        .written())
                .isTrue();
    }

    private void change(ObjectKey key, String spec) {
        var object = truth.get(key, ReadAt.LATEST).orElseThrow();
        var draft = Draft.from(object).withSpec(Bytes.utf8(spec));
        assertThat(truth.commit(Commit.of(new Write.Update(object, draft))).written())
                .isTrue();
    }
}
