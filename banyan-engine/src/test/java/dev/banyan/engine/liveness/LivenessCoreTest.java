package dev.banyan.engine.liveness;

import static dev.banyan.api.v1.AgentStatus.State.LOST;
import static dev.banyan.api.v1.AgentStatus.State.READY;
import static dev.banyan.api.v1.AgentStatus.State.SUSPECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LivenessCoreTest {
    private final LivenessCore core = new LivenessCore(Thresholds.DEFAULT);

    @Test
    void anAgentThatIsHeardIsReady() {
        core.heard("a1", at(0));

        runTo(0, 1_900);

        assertThat(core.judge(at(1_900))).containsEntry("a1", READY);
    }

    @Test
    void silenceMakesSuspectAndThenLost() {
        core.heard("a1", at(0));

        runTo(0, 2_000);
        assertThat(core.judge(at(2_000))).containsEntry("a1", SUSPECT);

        runTo(2_000, 7_000);
        assertThat(core.judge(at(7_000))).containsEntry("a1", LOST);
    }

    @Test
    void aLostAgentIsReadyAsSoonAsItIsHeard() {
        core.heard("a1", at(0));
        runTo(0, 10_000);

        core.heard("a1", at(10_000));

        assertThat(core.judge(at(10_001))).containsEntry("a1", READY);
    }

    @Test
    void anAgentNeverHeardGetsTimeToArrive() {
        core.expect("a1", at(0));
        runTo(0, 11_900);

        assertThat(core.judge(at(6_900))).containsEntry("a1", READY);
        assertThat(core.judge(at(7_100))).containsEntry("a1", SUSPECT);
        assertThat(core.judge(at(12_000))).containsEntry("a1", LOST);
    }

    @Test
    void expectingAgainDoesNotProlongTheWait() {
        core.expect("a1", at(0));
        core.expect("a1", at(11_000));

        assertThat(core.judge(at(12_000))).containsEntry("a1", LOST);
    }

    @Test
    void judgesNobodyForWhatItSleptThrough() {
        core.heard("a1", at(0));
        runTo(0, 500);

        core.tick(at(60_000));

        assertThat(core.judge(at(60_000))).containsEntry("a1", READY);
        assertThat(core.judge(at(62_000))).containsEntry("a1", SUSPECT);
    }

    @Test
    void forgetsAgentsOfOthers() {
        core.heard("a1", at(0));

        core.keepOnly(Set.of());

        assertThat(core.judge(at(60_000))).isEmpty();
        assertThat(core.wasHeard("a1")).isFalse();
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

    private static long at(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }
}
