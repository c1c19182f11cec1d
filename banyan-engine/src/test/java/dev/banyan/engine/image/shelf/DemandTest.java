package dev.banyan.engine.image.shelf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.engine.WallClock;
import dev.banyan.runtime.env.SystemEnv;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class DemandTest {
    private final WallClock clock = new WallClock(new SystemEnv());
    private final Demand demand = new Demand(clock.time());

    @Test
    void nothingHappensToWhatWasJustAskedFor() throws InterruptedException {
        var since = clock.time().now();
        demand.ask("mirror/x");
        var ran = new AtomicBoolean();

        assertThat(demand.unlessAsked("mirror/x", since, () -> ran.set(true))).isFalse();
        assertThat(ran).isFalse();
        assertThat(demand.unlessAsked("mirror/y", since, () -> ran.set(true))).isTrue();
        clock.set(Duration.ofHours(2));
        assertThat(demand.unlessAsked("mirror/x", clock.time().now().minus(Duration.ofHours(1)), () -> {}))
                .as("that was long ago")
                .isTrue();
    }

    @Test
    void whoAsksWaitsUntilItIsDone() throws InterruptedException {
        var asking = new CountDownLatch(1);
        var answered = new AtomicBoolean();
        var asker = Thread.ofVirtual().unstarted(() -> {
            asking.countDown();
            demand.ask("mirror/x");
            answered.set(true);
        });

        demand.unlessAsked("mirror/x", clock.time().now(), () -> {
            asker.start();
            asking.await();
            while (asker.getState() == Thread.State.NEW || asker.getState() == Thread.State.RUNNABLE) {
                Thread.onSpinWait();
            }
            assertThat(answered).as("it has not been told yet").isFalse();
        });
        asker.join();

        assertThat(answered).isTrue();
    }

    @Test
    void forgetsOldQuestionsOnceThereAreMany() {
        demand.ask("mirror/old");
        clock.set(Duration.ofDays(2));

        for (int i = 0; i < 1_100; i++) {
            demand.ask("mirror/" + i);
        }

        assertThat(demand.last("mirror/old")).isEmpty();
        assertThat(demand.last("mirror/7")).isPresent();
    }
}
