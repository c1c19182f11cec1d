package dev.banyan.agent.container.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.PullOutcome;
import dev.banyan.agent.container.PullProgress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** How far a pull is, as a real containerd shows it that fetches over a slow line. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PullServersTest {
    private static final int LARGE = 6_000_000;

    /** The large layer alone takes 6 s. */
    private static final int SLOW = 8_000_000;

    private Rig rig;

    @BeforeAll
    void startContainerd() throws Exception {
        rig = new Rig();
    }

    @AfterAll
    void removeEverything() throws Exception {
        rig.close();
    }

    @Test
    void tellsWhatHasComeOfAnImageAndOfWhichLayers() throws Exception {
        var image = rig.imageOf(LARGE);
        rig.throttle(SLOW);
        List<PullProgress> told = new CopyOnWriteArrayList<>();
        var runtime = rig.runtime(rig.freshName("cluster"));

        assertThat(runtime.pull(image, told::add)).isInstanceOfSatisfying(PullOutcome.Pulled.class, pulled -> {
            assertThat(told).isNotEmpty();
            // CRI counts manifest and configuration as well.
            assertThat(told).allSatisfy(progress -> {
                assertThat(progress.bytesTotal()).isBetween((long) LARGE, pulled.sizeBytes());
                assertThat(progress.layers()).isEqualTo(2);
            });
        });
        assertThat(told.stream().map(PullProgress::bytesDone)).isSorted();
        assertThat(told).as("some of it, not yet all").anySatisfy(progress -> assertThat(progress.percent())
                .isBetween(1, 99));
        told.clear();
        assertThat(runtime.pull(image, told::add)).isEqualTo(new PullOutcome.Present());
        assertThat(told).isEmpty();
    }
}
