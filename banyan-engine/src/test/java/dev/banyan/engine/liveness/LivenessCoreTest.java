package dev.banyan.engine.liveness;

import static dev.banyan.api.v1.AgentStatus.State.LOST;
import static dev.banyan.api.v1.AgentStatus.State.READY;
import static dev.banyan.api.v1.AgentStatus.State.STATE_UNSPECIFIED;
import static dev.banyan.api.v1.AgentStatus.State.SUSPECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.v1.AgentStatus.State;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LivenessCoreTest {
    private final LivenessCore core = new LivenessCore(Thresholds.DEFAULT);

    @Test
    void anAgentThatIsHeardIsReady() {
        core.heard("a1", at(0));

        runTo(0, 1_900);

        assertThat(judge(at(1_900))).contains(READY);
    }

    @Test
    void silenceMakesSuspectAndThenLost() {
        core.heard("a1", at(0));

        runTo(0, 2_000);
        assertThat(judge(at(2_000))).contains(SUSPECT);

        runTo(2_000, 7_000);
        assertThat(judge(at(7_000))).contains(LOST);
    }

    @Test
    void aLostAgentIsReadyAsSoonAsItIsHeard() {
        core.heard("a1", at(0));
        runTo(0, 10_000);

        core.heard("a1", at(10_000));

        assertThat(judge(at(10_001))).contains(READY);
    }

    @Test
    void anAgentNeverHeardGetsTimeToArrive() {
        core.expect("a1", at(0));
        runTo(0, 11_900);

        assertThat(judge(at(6_900))).isEmpty();
        assertThat(judge(at(7_100))).contains(SUSPECT);
        assertThat(judge(at(12_000))).contains(LOST);
    }

    @Test
    void expectingAgainDoesNotProlongTheWait() {
        core.expect("a1", at(0));
        core.expect("a1", at(11_000));

        assertThat(judge(at(12_000))).contains(LOST);
    }

    @Test
    void judgesNobodyForWhatItSleptThrough() {
        core.heard("a1", at(0));
        runTo(0, 500);

        core.tick(at(60_000));

        assertThat(judge(at(60_000))).isEmpty();
        assertThat(judge(at(61_900))).isEmpty();
        assertThat(judge(at(62_000))).contains(SUSPECT);
    }

    @Test
    void forgetsAgentsOfOthers() {
        core.heard("a1", at(0));

        core.keepOnly(Set.of());

        assertThat(judge(at(60_000))).isEmpty();
        core.expect("a1", at(60_000));
        assertThat(judge(at(60_000))).isEmpty();
    }

    @Test
    void whoIsHeardRightAfterAnOwnPauseIsReady() {
        core.heard("a1", at(0));
        runTo(0, 500);

        core.heard("a1", at(59_999));
        core.tick(at(60_000));

        assertThat(judge(at(60_000))).contains(READY);
    }

    @Test
    void whoWasHeardInAnOwnPauseAndNotSinceIsNotReadyAfterIt() {
        runTo(0, 500);

        core.heard("a1", at(10_000));
        core.tick(at(60_000));

        assertThat(core.judge("a1", LOST, at(60_000))).isEmpty();
    }

    @Test
    void aHeartbeatFromBeforeAnOwnPauseThatIsToldAfterItTakesNoForgivenessBack() {
        core.heard("a1", at(0));
        runTo(0, 500);
        core.tick(at(60_000));

        core.heard("a1", at(700));

        assertThat(core.judge("a1", READY, at(60_000))).isEmpty();
        assertThat(core.judge("a1", LOST, at(60_000))).isEmpty();
        assertThat(core.judge("a1", READY, at(62_000))).contains(SUSPECT);
    }

    @Test
    void whoWasSilentBeforeAnOwnPauseIsNotReadyAfterIt() {
        core.heard("a1", at(0));
        runTo(0, 10_000);
        assertThat(judge(at(10_000))).contains(LOST);

        core.tick(at(20_000));

        for (long now = 20_000; now < 40_000; now += 250) {
            core.tick(at(now));
            assertThat(core.judge("a1", LOST, at(now))).isEmpty();
        }
        core.heard("a1", at(40_000));
        assertThat(core.judge("a1", LOST, at(40_000))).contains(READY);
    }

    @Test
    void whoIsNotHeardIsJudgedNoBetter() {
        core.expect("a1", at(0));
        runTo(0, 6_000);

        assertThat(core.judge("a1", SUSPECT, at(6_000))).isEmpty();
        assertThat(core.judge("a1", LOST, at(8_000))).isEmpty();
        assertThat(core.judge("a1", SUSPECT, at(8_000))).isEmpty();
        assertThat(core.judge("a1", SUSPECT, at(12_000))).contains(LOST);
    }

    @Test
    void whatIsJudgedAlreadyIsNotJudgedAgain() {
        core.heard("a1", at(0));

        assertThat(core.judge("a1", READY, at(100))).isEmpty();
        assertThat(core.judge("a1", SUSPECT, at(100))).contains(READY);
    }

    @Test
    void whatLandedHoldsUntilACacheShowsIt() {
        core.landed("a1", SUSPECT, 7);

        assertThat(core.judged("a1", READY, 6)).isEqualTo(SUSPECT);
        assertThat(core.judged("a1", SUSPECT, 7)).isEqualTo(SUSPECT);
        assertThat(core.judged("a1", LOST, 8)).as("somebody else judged since").isEqualTo(LOST);
        assertThat(core.judged("a2", READY, 6)).isEqualTo(READY);
    }

    @Test
    void whatLandedCountsNoMoreOnceAnotherEngineIsResponsible() {
        core.landed("a1", SUSPECT, 7);

        core.keepOnly(Set.of());

        assertThat(core.judged("a1", READY, 6)).isEqualTo(READY);
    }

    @Test
    void refusesToLoseAgentsBeforeItSuspectsThem() {
        var second = Duration.ofSeconds(1);

        assertThatThrownBy(() -> new Thresholds(second, second, second, second)).hasMessageContaining("must be longer");
    }

    private void runTo(long fromMillis, long toMillis) {
        for (long millis = fromMillis; millis <= toMillis; millis += 250) {
            core.tick(at(millis));
        }
    }

    private Optional<State> judge(long nowNanos) {
        return core.judge("a1", STATE_UNSPECIFIED, nowNanos);
    }

    private static long at(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }
}
