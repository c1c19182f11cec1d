package dev.banyan.runtime.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TaskComponentTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Simulation simulation = new Simulation(3);
    private final SimulatedProcess process = simulation.process("p");
    private final List<String> story = new ArrayList<>();

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void doesNothingUntilItIsStarted() {
        var ticker = new Ticker(process.env(), Duration.ZERO);
        simulation.runFor(SECOND);

        assertThat(story).isEmpty();
        assertThat(ticker.name()).isEqualTo("ticker");
        assertThat(ticker.health()).isEqualTo(Health.notReady("not started"));
    }

    @Test
    void worksUntilItIsStopped() {
        var ticker = new Ticker(process.env(), Duration.ZERO);
        ticker.start();
        simulation.runFor(Duration.ofMillis(2_500));
        assertThat(ticker.health()).isEqualTo(Health.ready("2 ticks"));

        simulation.runIn(process, SECOND, ticker::stop);
        simulation.runFor(Duration.ofSeconds(10));

        assertThat(story).containsExactly("tick 1", "tick 2", "end");
        assertThat(ticker.health()).isEqualTo(Health.notReady("stopped"));
    }

    @Test
    void hasEndedWhenStopReturns() {
        var slow = new Ticker(process.env(), Duration.ofSeconds(3));
        slow.start();
        simulation.runFor(Duration.ofMillis(500));

        simulation.runIn(process, Duration.ofSeconds(4), () -> {
            slow.stop();
            story.add("stop returned");
        });

        assertThat(story).containsExactly("end", "stop returned");
    }

    @Test
    void waitsABoundedTimeForABodyThatDoesNotEnd() {
        var stuck = new Ticker(process.env(), Duration.ofHours(1));
        stuck.start();
        simulation.runFor(Duration.ofMillis(500));

        simulation.runIn(process, Duration.ofSeconds(6), () -> {
            stuck.stop();
            story.add("stop returned");
        });

        assertThat(story).containsExactly("stop returned");
    }

    @Test
    void canBeStoppedBeforeItStartsAndTwice() {
        var ticker = new Ticker(process.env(), Duration.ZERO);
        ticker.stop();
        ticker.start();
        simulation.runFor(Duration.ofMillis(1_500));

        simulation.runIn(process, SECOND, () -> {
            ticker.stop();
            ticker.stop();
        });

        assertThat(story).containsExactly("tick 1", "end");
    }

    @Test
    void refusesToBeStartedTwice() {
        var ticker = new Ticker(process.env(), Duration.ZERO);
        ticker.start();

        assertThatThrownBy(ticker::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("ticker is started already");
    }

    @Test
    void isNotReadyAndSaysWhyOnceItsTaskFailed() throws Exception {
        var env = new SystemEnv();
        var broken = component(env, () -> {
            throw new IllegalStateException("the work cannot go on");
        });
        broken.start();
        while (broken.health().ready()) {
            Thread.onSpinWait(); // until its task has failed
        }
        broken.stop();

        assertThat(broken.health())
                .isEqualTo(Health.notReady("failed: java.lang.IllegalStateException: the work cannot go on"));
    }

    private static TaskComponent component(Env env, TaskSpawner.Body body) {
        return new TaskComponent(env, "broken") {
            @Override
            protected void run() throws InterruptedException {
                try {
                    body.run();
                } catch (RuntimeException | InterruptedException passed) {
                    throw passed;
                } catch (Exception other) {
                    throw new AssertionError(other);
                }
            }

            @Override
            protected Health working() {
                return Health.ready("working");
            }
        };
    }

    /** Counts seconds; after its cancellation it takes {@code toEnd} to tidy up. */
    private final class Ticker extends TaskComponent {
        private final Signal pause;
        private final Signal tidying;
        private final Duration toEnd;
        private int ticks;

        Ticker(Env env, Duration toEnd) {
            super(env, "ticker");
            this.pause = env.signal();
            this.tidying = env.signal();
            this.toEnd = toEnd;
        }

        @Override
        protected void run() throws InterruptedException {
            try {
                while (!pause.await(SECOND)) {
                    ticks++;
                    story.add("tick " + ticks);
                }
            } finally {
                tidying.await(toEnd);
                story.add("end");
            }
        }

        @Override
        protected Health working() {
            return Health.ready(ticks + " ticks");
        }
    }
}
