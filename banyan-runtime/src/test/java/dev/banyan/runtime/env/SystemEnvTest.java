package dev.banyan.runtime.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The production environment on real threads. What must happen is waited for; how long it takes is nobody's business. */
class SystemEnvTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    private final Env env = new SystemEnv();

    @Test
    void passesValuesThroughABoundedMailboxInOrder() throws InterruptedException {
        var mailbox = env.<Integer>mailbox(2);
        var writer = env.tasks().spawn("writer", () -> {
            for (int i = 0; i < 100; i++) {
                mailbox.put(i);
            }
        });

        for (int i = 0; i < 100; i++) {
            assertThat(mailbox.take()).isEqualTo(i);
        }
        assertThat(writer.join(LONG)).isTrue();
        assertThat(mailbox.poll(Duration.ZERO)).isEmpty();
    }

    @Test
    void refusesAValueThatDoesNotFitAndAMailboxWithoutRoom() {
        var mailbox = env.<Integer>mailbox(1);

        assertThat(mailbox.offer(1)).isTrue();
        assertThat(mailbox.offer(2)).isFalse();
        assertThat(mailbox.size()).isEqualTo(1);
        assertThatThrownBy(() -> env.mailbox(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pollsForAValueThatComesLater() throws InterruptedException {
        var mailbox = env.<String>mailbox(1);
        env.tasks().spawn("writer", () -> mailbox.put("late"));

        assertThat(mailbox.poll(LONG)).contains("late");
    }

    @Test
    void doesNotWaitForAMailboxWhenTheTimeoutIsNegative() throws InterruptedException {
        assertThat(env.mailbox(1).poll(Duration.ofSeconds(-1))).isEmpty();
    }

    @Test
    void keepsASignalThatWasRaisedBeforeTheWaitAndMakesManyOne() throws InterruptedException {
        var signal = env.signal();
        signal.raise();
        signal.raise();
        signal.await();

        assertThat(signal.await(Duration.ZERO)).isFalse();
    }

    @Test
    void losesNoSignalBetweenTwoTasks() throws InterruptedException {
        var there = env.signal();
        var back = env.signal();
        var partner = env.tasks().spawn("partner", () -> {
            for (int i = 0; i < 2_000; i++) {
                there.await();
                back.raise();
            }
        });
        for (int i = 0; i < 2_000; i++) {
            there.raise();
            assertThat(back.await(LONG)).isTrue();
        }

        assertThat(partner.join(LONG)).isTrue();
    }

    @Test
    void endsATaskThatIsCancelledWhileItWaits() throws InterruptedException {
        var waiting = env.signal();
        var task = env.tasks().spawn("waits", () -> {
            waiting.raise();
            env.signal().await();
        });
        waiting.await();
        assertThat(task.done()).isFalse();
        assertThat(task.join(Duration.ZERO)).isFalse();

        task.cancel();
        task.cancel();

        task.join();
        assertThat(task.done()).isTrue();
        assertThat(task.failure()).isEmpty();
        assertThat(task.name()).isEqualTo("waits");
    }

    @Test
    void keepsWhatEscapedATask() throws InterruptedException {
        var oops = new IllegalStateException("oops");
        var task = env.tasks().spawn("fails", () -> {
            throw oops;
        });
        task.join();

        assertThat(task.failure()).contains(oops);
    }

    @Test
    void runsManyTasksThatWaitForEachOther() throws InterruptedException {
        var count = new AtomicInteger();
        var last = env.tasks().spawn("0", count::incrementAndGet);
        for (int i = 1; i < 200; i++) {
            var before = last;
            last = env.tasks().spawn("" + i, () -> {
                before.join();
                count.incrementAndGet();
            });
        }
        last.join();

        assertThat(count).hasValue(200);
    }

    @Test
    void drawsOtherBytesEachTime() {
        var uids = new HashSet<String>();
        for (int i = 0; i < 100; i++) {
            var uid = env.entropy().uid();
            assertThat(uid).matches("[0-9a-f]{32}");
            uids.add(uid);
        }

        assertThat(uids).hasSize(100);
        assertThat(env.entropy().bytes(7)).hasSize(7);
        assertThat(new SystemEnv().random().nextLong())
                .isNotEqualTo(new SystemEnv().random().nextLong());
    }

    @Test
    void measuresTimeForward() {
        long before = env.time().nanos();

        assertThat(env.time().since(before)).isGreaterThanOrEqualTo(Duration.ZERO);
        assertThat(env.time().now()).isAfter(Instant.parse("2020-01-01T00:00:00Z"));
    }

    @Test
    void showsWhatATaskIsDoing() throws InterruptedException {
        var entered = env.signal();
        var task = env.tasks().spawn("stuck", () -> holdOn(entered));
        assertThat(entered.await(LONG)).isTrue();

        assertThat(task.stack()).anyMatch(frame -> frame.getMethodName().equals("holdOn"));
        task.cancel();
        task.join();
        assertThat(task.stack()).isEmpty();
    }

    private void holdOn(Signal entered) throws InterruptedException {
        entered.raise();
        env.signal().await();
    }

    @Test
    void letsAProgramThatIsToldToEndCloseWhatItOpened() throws Exception {
        var program = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        UntilToldToEnd.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var said = program.inputReader()) {
            assertThat(said.readLine()).isEqualTo("waits");

            program.toHandle().destroy(); // that of the process would close the pipe

            assertThat(said.readLine()).isEqualTo("closed");
            assertThat(program.waitFor()).isEqualTo(128 + 15);
        } finally {
            program.destroyForcibly();
        }
    }
}
