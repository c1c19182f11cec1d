package dev.banyan.runtime.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControllerManagerTest {
    private final List<String> story = new ArrayList<>();

    @Test
    void startsSourcesFirstWaitsForThemAndStopsInReverse() {
        var manager = ControllerManager.of(worker("c1"), source("i1"), worker("c2"), source("i2"));

        manager.start();
        manager.stop();

        assertThat(story)
                .containsExactly(
                        "start i1",
                        "start i2",
                        "await i1",
                        "await i2",
                        "start c1",
                        "start c2",
                        "stop c2",
                        "stop c1",
                        "stop i2",
                        "stop i1");
    }

    @Test
    void stopsWhatRunsAtTheEndOfATryBlock() {
        try (var manager = ControllerManager.of(source("i1"), worker("c1"))) {
            manager.start();
            story.clear();
        }

        assertThat(story).containsExactly("stop c1", "stop i1");
    }

    @Test
    void closesThoughItWasNeverStarted() {
        ControllerManager.of(worker("c1")).close();

        assertThat(story).isEmpty();
    }

    @Test
    void startsWorkersThoughASourceIsLateAndSaysSo() {
        var late = source("i1");
        late.ready = false;
        var manager = ControllerManager.of(late, worker("c1"));

        manager.start();

        assertThat(story).contains("start c1");
        assertThat(manager.health()).isEqualTo(Health.notReady("i1: detail of i1"));
        late.ready = true;
        assertThat(manager.health()).isEqualTo(Health.ready("2 components"));
        assertThat(manager.healths().keySet()).containsExactly("i1", "c1");
    }

    @Test
    void stopsWhatItStartedWhenOneFailsToStart() {
        var bad = worker("bad");
        bad.failsAt = "start";
        var manager = ControllerManager.of(source("i1"), worker("c1"), bad, worker("c2"));

        assertThatThrownBy(manager::start).hasMessage("start bad");

        assertThat(story)
                .endsWith("start bad", "stop bad", "stop c1", "stop i1")
                .doesNotContain("start c2");
    }

    @Test
    void stopsTheOthersWhenOneFailsToStop() {
        var bad = worker("bad");
        var manager = ControllerManager.of(source("i1"), worker("c1"), bad);
        manager.start();
        bad.failsAt = "stop";

        manager.stop();

        assertThat(story).endsWith("stop bad", "stop c1", "stop i1");
    }

    @Test
    void stopsNothingTwice() {
        var manager = ControllerManager.of(worker("c1"));
        manager.start();
        manager.stop();
        manager.stop();

        assertThat(story).containsExactly("start c1", "stop c1");
    }

    @Test
    void saysWhetherAllAreReady() throws InterruptedException {
        var late = worker("c1");
        var manager = ControllerManager.of(source("i1"), late);

        assertThat(manager.awaitReady(Duration.ofSeconds(1))).isTrue();
        late.ready = false;
        assertThat(manager.awaitReady(Duration.ofSeconds(1))).isFalse();
    }

    @Test
    void stopsAgainWhenItIsInterruptedWhileItStarts() {
        var source = source("i1");
        source.interrupted = true;
        var manager = ControllerManager.of(source, worker("c1"));

        manager.start();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(story).containsExactly("start i1", "await i1", "stop i1");
    }

    @Test
    void tellsTheHealthOfEachInTheOrderOfStart() {
        var manager = ControllerManager.of(worker("c1"), source("i1"), worker("c2"));

        assertThat(manager.healths().keySet()).containsExactly("i1", "c1", "c2");
    }

    @Test
    void refusesTwoComponentsOfOneName() {
        assertThatThrownBy(() -> ControllerManager.of(worker("a"), source("a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a");
    }

    private Recorded worker(String name) {
        return new Recorded(name, Component.Stage.WORKER);
    }

    private Recorded source(String name) {
        return new Recorded(name, Component.Stage.SOURCE);
    }

    /** A component that writes down what happens to it. */
    private final class Recorded implements Component {
        private final String name;
        private final Stage stage;
        private boolean ready = true;
        private boolean interrupted;
        private String failsAt = "never";

        Recorded(String name, Stage stage) {
            this.name = name;
            this.stage = stage;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Stage stage() {
            return stage;
        }

        @Override
        public void start() {
            tell("start");
        }

        @Override
        public void stop() {
            tell("stop");
        }

        @Override
        public Health health() {
            return new Health(ready, "detail of " + name);
        }

        @Override
        public boolean awaitReady(Duration atMost) throws InterruptedException {
            story.add("await " + name);
            if (interrupted) {
                throw new InterruptedException();
            }
            return ready;
        }

        private void tell(String what) {
            story.add(what + " " + name);
            if (failsAt.equals(what)) {
                throw new IllegalStateException(what + " " + name);
            }
        }
    }
}
