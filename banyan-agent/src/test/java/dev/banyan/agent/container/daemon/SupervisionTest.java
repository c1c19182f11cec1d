package dev.banyan.agent.container.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SupervisionTest {
    private static final ProcessRecord DAEMON = new ProcessRecord(1, 1);
    private static final Supervision.Step START = new Supervision.Step.Start();

    private final Supervision supervision = new Supervision();
    private long now = -5_000_000_000L; // a monotonic clock may begin anywhere

    @Test
    void watchesADaemonThatLives() {
        assertThat(supervision.next(Optional.of(DAEMON), now)).isEqualTo(new Supervision.Step.Watch(DAEMON));
    }

    @Test
    void startsOneThatIsNotThere() {
        assertThat(dead()).isEqualTo(START);
    }

    @Test
    void startsOneThatDiedAgainAtOnce() {
        dead();

        assertThat(dead()).isEqualTo(START);
    }

    @Test
    void waitsLongerAfterEachStartThatDidNotHold() {
        dead();
        dead();

        assertThat(dead()).isEqualTo(new Supervision.Step.Wait(Duration.ofMillis(200)));
        pass(Duration.ofMillis(150));
        assertThat(dead()).isEqualTo(new Supervision.Step.Wait(Duration.ofMillis(50)));
        pass(Duration.ofMillis(50));
        assertThat(dead()).isEqualTo(START);
        assertThat(dead()).isEqualTo(new Supervision.Step.Wait(Duration.ofMillis(400)));
    }

    @Test
    void waitsNoLongerThanFifteenSeconds() {
        assertThat(Supervision.pause(8)).isEqualTo(Duration.ofMillis(12_800));
        assertThat(Supervision.pause(9)).isEqualTo(Duration.ofSeconds(15));
        assertThat(Supervision.pause(1_000_000)).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void startsAtOnceAfterAHealthyLife() {
        for (int i = 0; i < 6; i++) {
            dead();
            pass(Duration.ofSeconds(20));
        }
        dead();
        pass(Duration.ofSeconds(30));

        assertThat(dead()).isEqualTo(START);
        assertThat(dead()).isEqualTo(START);
    }

    private Supervision.Step dead() {
        return supervision.next(Optional.empty(), now);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
