package dev.banyan.agent.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.PullProgress;
import dev.banyan.api.v1.PullStatus;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PullMeterTest {
    private static final long SECOND = PullMeter.PACE.toNanos();

    private final PullMeter meter = new PullMeter(OneServer.IMAGE);

    @Test
    void tellsTheFirstThatIsKnown() {
        assertThat(step(0, 0))
                .contains(PullStatus.newBuilder()
                        .setImage("registry.banyan/web")
                        .setBytesTotal(1_000)
                        .setLayersDone(1)
                        .setLayers(3)
                        .build());
    }

    @Test
    void tellsEachPercentOnce() {
        assertThat(step(0, 0)).isPresent();
        assertThat(step(9, SECOND)).isEmpty();
        assertThat(step(10, 2 * SECOND)).map(PullStatus::getBytesDone).contains(10L);
        assertThat(step(19, 9 * SECOND)).isEmpty();
        assertThat(step(1_000, 10 * SECOND)).isPresent();
    }

    @Test
    void tellsNothingTwiceWithinASecond() {
        assertThat(step(0, 0)).isPresent();
        assertThat(step(500, SECOND - 1)).isEmpty();
        assertThat(step(500, SECOND)).isPresent();
        assertThat(step(900, 2 * SECOND - 1)).isEmpty();
    }

    @Test
    void whatFallsIsNotTold() {
        assertThat(step(500, 0)).isPresent();
        assertThat(step(100, SECOND)).isEmpty();
        assertThat(step(501, 2 * SECOND)).isEmpty();
    }

    private Optional<PullStatus> step(long done, long nanos) {
        return meter.step(new PullProgress(done, 1_000, 1, 3), nanos);
    }
}
