package dev.banyan.runtime.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void makesTheSameDecisionsForTheSameSeed() {
        for (long seed = 0; seed < 50; seed++) {
            var first = talk(seed);
            var second = talk(seed);

            assertThat(second).isEqualTo(first);
        }
    }

    @Test
    void makesManyInterleavingsOverManySeeds() {
        var stories = new HashSet<List<String>>();
        var hashes = new HashSet<Long>();
        for (long seed = 0; seed < 200; seed++) {
            var story = talk(seed);
            stories.add(story.heard());
            hashes.add(story.hash());
        }

        assertThat(stories).hasSizeGreaterThan(20);
        assertThat(hashes).hasSizeGreaterThan(100);
    }

    @Test
    void jumpsToTheNextMomentSomebodyWaitsFor() {
        try (var simulation = new Simulation(1)) {
            var env = simulation.process("p").env();
            var waited = new ArrayList<Duration>();
            env.tasks().spawn("a", () -> {
                assertThat(env.signal().await(Duration.ofHours(3))).isFalse();
                waited.add(simulation.time().elapsed());
            });

            simulation.runFor(Duration.ofHours(4));

            assertThat(waited).singleElement().satisfies(at -> assertThat(at)
                    .isBetween(Duration.ofHours(3), Duration.ofHours(3).plusMillis(1)));
            assertThat(simulation.time().elapsed()).isGreaterThanOrEqualTo(Duration.ofHours(4));
            assertThat(simulation.steps()).isLessThan(10);
        }
    }

    @Test
    void letsTimePassThoughNobodyWaits() {
        try (var simulation = new Simulation(1)) {
            simulation.runFor(SECOND);

            assertThat(simulation.time().elapsed()).isEqualTo(SECOND);
            assertThat(simulation.runUntil(() -> false, SECOND)).isFalse();
        }
    }

    @Test
    void passesValuesThroughABoundedMailboxInOrder() {
        try (var simulation = new Simulation(5)) {
            var env = simulation.process("p").env();
            var mailbox = env.<Integer>mailbox(2);
            var heard = new ArrayList<Integer>();
            env.tasks().spawn("writer", () -> {
                for (int i = 0; i < 20; i++) {
                    mailbox.put(i);
                    assertThat(mailbox.size()).isLessThanOrEqualTo(2);
                }
            });
            env.tasks().spawn("reader", () -> {
                while (heard.size() < 20) {
                    heard.add(mailbox.take());
                }
                assertThat(mailbox.poll(SECOND)).isEmpty();
            });

            assertThat(simulation.runUntil(() -> heard.size() == 20, SECOND)).isTrue();
            assertThat(heard).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void refusesAValueThatDoesNotFit() {
        try (var simulation = new Simulation(5)) {
            var mailbox = simulation.process("p").env().<String>mailbox(1);

            assertThat(mailbox.offer("a")).isTrue();
            assertThat(mailbox.offer("b")).isFalse();
        }
    }

    @Test
    void keepsASignalThatWasRaisedBeforeTheWait() {
        try (var simulation = new Simulation(1)) {
            var process = simulation.process("p");
            var signal = process.env().signal();
            signal.raise();
            signal.raise();

            simulation.runIn(process, Duration.ofSeconds(3), () -> {
                signal.await();
                assertThat(signal.await(SECOND)).isFalse();
            });
        }
    }

    @Test
    void interruptsATaskThatIsCancelledWhereverItWaits() {
        try (var simulation = new Simulation(2)) {
            var process = simulation.process("p");
            var interrupted = new ArrayList<String>();
            var tasks = List.of(
                    waiter(process.env(), "signal", interrupted, () -> process.env()
                            .signal()
                            .await()),
                    waiter(process.env(), "mailbox", interrupted, () -> process.env()
                            .mailbox(1)
                            .take()),
                    waiter(process.env(), "timeout", interrupted, () -> process.env()
                            .signal()
                            .await(Duration.ofHours(1))));
            var joiner = waiter(
                    process.env(), "join", interrupted, () -> tasks.getFirst().join());
            simulation.runFor(SECOND);

            joiner.cancel();
            simulation.runFor(SECOND);
            tasks.forEach(Task::cancel);
            simulation.runFor(SECOND);

            assertThat(interrupted).containsExactlyInAnyOrder("signal", "mailbox", "timeout", "join");
            assertThat(interrupted).first().isEqualTo("join");
            assertThat(tasks).allMatch(Task::done).allMatch(task -> task.failure()
                    .isEmpty());
        }
    }

    @Test
    void interruptsATaskThatWasCancelledBeforeItRan() {
        try (var simulation = new Simulation(2)) {
            var interrupted = new ArrayList<String>();
            var env = simulation.process("p").env();
            waiter(env, "early", interrupted, () -> env.signal().await()).cancel();

            simulation.runFor(SECOND);

            assertThat(interrupted).containsExactly("early");
        }
    }

    @Test
    void waitsForTheEndOfAnotherTask() {
        try (var simulation = new Simulation(3)) {
            var process = simulation.process("p");
            simulation.runIn(process, Duration.ofMinutes(2), () -> {
                var slow = process.env()
                        .tasks()
                        .spawn("slow", () -> process.env().signal().await(Duration.ofMinutes(1)));

                assertThat(slow.join(SECOND)).isFalse();
                slow.join();
                assertThat(slow.done()).isTrue();
                assertThat(simulation.time().elapsed()).isGreaterThan(Duration.ofMinutes(1));
            });
        }
    }

    @Test
    void neverRunsAKilledProcessAgain() {
        try (var simulation = new Simulation(4)) {
            var process = simulation.process("p");
            var beats = beats(process.env());
            simulation.runFor(Duration.ofSeconds(5));
            int before = beats.size();

            process.kill();
            process.resume();
            simulation.runFor(Duration.ofSeconds(5));

            assertThat(before).isBetween(4, 5);
            assertThat(beats).hasSize(before);
        }
    }

    @Test
    void letsAPausedProcessGoOnWithoutKnowingThatTimePassed() {
        try (var simulation = new Simulation(4)) {
            var process = simulation.process("p");
            var beats = beats(process.env());
            process.pause();
            simulation.runFor(Duration.ofSeconds(5));
            assertThat(beats).isEmpty();

            process.resume();
            simulation.runFor(Duration.ofMillis(1500));
            assertThat(beats).hasSize(1);
        }
    }

    @Test
    void reportsATaskThatBlocksOutsideItsEnvironmentWithItsStackAndIsNotDisturbedWhenItComesBack() {
        var ended = new ArrayList<String>();
        // The watchdog's time is real: it must not bite before a thread has come to where it blocks.
        try (var simulation = new Simulation(6, Duration.ofSeconds(2))) {
            var env = simulation.process("p").env();
            for (var name : List.of("a", "b", "c")) {
                env.tasks().spawn(name, () -> waitAndNote(env, name, ended));
            }
            simulation.runFor(SECOND);
            var stubborn = env.tasks().spawn("stubborn", SimulationTest::blockForReal);

            assertThatThrownBy(() -> simulation.runFor(SECOND))
                    .isInstanceOf(SimulationFailure.class)
                    .hasMessageContaining("seed 6")
                    .hasMessageContaining("p:stubborn")
                    .hasMessageContaining("blockForReal");
            while (!stubborn.stack().isEmpty()) {
                Thread.onSpinWait(); // it was interrupted, ends, and gives back what nobody waits for
            }
        }
        assertThat(ended).as("one after the other").containsExactly("a", "b", "c");
    }

    @Test
    void throwsWhatAConditionThrowsWithTheStackOfWhoeverDrives() {
        try (var simulation = new Simulation(6)) {
            var oops = new IllegalStateException("oops");

            assertThatThrownBy(() -> simulation.runUntil(
                            () -> {
                                throw oops;
                            },
                            SECOND))
                    .isSameAs(oops)
                    .satisfies(failure -> assertThat(failure.getStackTrace())
                            .extracting(StackTraceElement::getMethodName)
                            .contains("throwsWhatAConditionThrowsWithTheStackOfWhoeverDrives"));
            assertThatThrownBy(() -> simulation.runUntil(
                            () -> {
                                throw new AssertionError("not so");
                            },
                            SECOND))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("not so");
        }
    }

    @Test
    void endsTheRunWhenTheThreadThatDrivesIsInterrupted() {
        try (var simulation = new Simulation(6)) {
            var driver = Thread.currentThread();
            simulation.process("p").env().tasks().spawn("stubborn", () -> {
                driver.interrupt();
                blockForReal();
            });

            assertThatThrownBy(() -> simulation.runFor(SECOND))
                    .isInstanceOf(SimulationFailure.class)
                    .hasMessageContaining("p:stubborn")
                    .hasMessageContaining("interrupted");
            assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
        }
    }

    @Test
    void isDrivenFromAVirtualThreadAsWell() throws InterruptedException {
        var story = new AtomicReference<Story>();

        Thread.ofVirtual().start(() -> story.set(talk(11))).join();

        assertThat(story.get()).isEqualTo(talk(11));
    }

    @Test
    void refusesToWaitOutsideItsTasks() {
        try (var simulation = new Simulation(6)) {
            var signal = simulation.process("p").env().signal();

            assertThatThrownBy(signal::await).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void refusesThreadsThatItDoesNotKnow() {
        try (var simulation = new Simulation(6)) {
            var process = simulation.process("p");
            var signal = process.env().signal();
            var refusal = new AtomicReference<Throwable>(new AssertionError("not refused"));
            simulation.runIn(process, SECOND, () -> Thread.ofPlatform()
                    .uncaughtExceptionHandler((thread, refused) -> refusal.set(refused))
                    .start(signal::raise)
                    .join());

            assertThat(refusal.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("outside");
        }
    }

    @Test
    void endsTheRunWhenAnExceptionEscapesATask() {
        try (var simulation = new Simulation(7)) {
            var task = simulation.process("p").env().tasks().spawn("bad", () -> {
                throw new IllegalArgumentException("oops");
            });

            assertThatThrownBy(() -> simulation.runFor(SECOND))
                    .isInstanceOf(SimulationFailure.class)
                    .hasMessageContaining("seed 7")
                    .hasMessageContaining("p:bad")
                    .hasMessageContaining("oops");
            assertThat(task.failure()).isPresent();
        }
    }

    @Test
    void endsTheThreadsThatAreLeftAndRunsTheirFinallyBlocks() {
        var ended = new ArrayList<String>();
        try (var simulation = new Simulation(8)) {
            var env = simulation.process("p").env();
            env.tasks().spawn("left", () -> {
                try {
                    env.signal().await();
                } finally {
                    ended.add("left");
                    env.signal().await(SECOND);
                }
            });
            simulation.runFor(SECOND);
            assertThat(ended).isEmpty();
        }
        assertThat(ended).containsExactly("left");
    }

    @Test
    void drawsOtherRandomnessForEachProcessAndIncarnation() {
        try (var simulation = new Simulation(9);
                var again = new Simulation(9)) {
            var first = simulation.process("p").env().entropy().uid();

            assertThat(simulation.process("q").env().entropy().uid()).isNotEqualTo(first);
            assertThat(simulation.process("p").env().entropy().uid()).isNotEqualTo(first);
            assertThat(again.process("p").env().entropy().uid()).isEqualTo(first);
        }
    }

    @Test
    void keepsTheClocksApart() {
        try (var simulation = new Simulation(9)) {
            simulation.runFor(SECOND);
            simulation.time().jumpWallClock(Duration.ofHours(-1));

            assertThat(simulation.time().nanos()).isEqualTo(SECOND.toNanos());
            assertThat(simulation.time().now())
                    .isEqualTo(SimulatedTime.START.plusSeconds(1).minusSeconds(3600));
        }
    }

    private record Story(List<String> heard, long hash) {}

    /** Three writers and one reader; who is heard when depends on the seed alone. */
    private static Story talk(long seed) {
        try (var simulation = new Simulation(seed)) {
            var env = simulation.process("p").env();
            var mailbox = env.<String>mailbox(1);
            var heard = new ArrayList<String>();
            for (var name : List.of("a", "b", "c")) {
                env.tasks().spawn(name, () -> {
                    for (int i = 0; i < 3; i++) {
                        mailbox.put(name + i);
                    }
                });
            }
            env.tasks().spawn("reader", () -> {
                while (true) {
                    heard.add(mailbox.take());
                }
            });
            simulation.runFor(SECOND);
            assertThat(heard).hasSize(9);
            return new Story(List.copyOf(heard), simulation.traceHash());
        }
    }

    private interface Wait {
        void begin() throws InterruptedException;
    }

    private static Task waiter(Env env, String name, List<String> interrupted, Wait wait) {
        return env.tasks().spawn(name, () -> {
            try {
                wait.begin();
            } catch (InterruptedException cancelled) {
                interrupted.add(name);
                throw cancelled;
            }
        });
    }

    private static List<Duration> beats(Env env) {
        var beats = new ArrayList<Duration>();
        long start = env.time().nanos();
        env.tasks().spawn("beat", () -> {
            while (true) {
                env.signal().await(SECOND);
                beats.add(env.time().since(start));
            }
        });
        return beats;
    }

    private static void waitAndNote(Env env, String name, List<String> ended) throws InterruptedException {
        try {
            env.signal().await();
        } finally {
            ended.add(name);
        }
    }

    private static void blockForReal() throws InterruptedException {
        new CountDownLatch(1).await();
    }
}
