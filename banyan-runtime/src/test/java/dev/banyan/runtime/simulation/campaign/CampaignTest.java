package dev.banyan.runtime.simulation.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.banyan.runtime.simulation.SimulationFailure;
import dev.banyan.runtime.simulation.fault.FaultKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CampaignTest {
    private static final FaultKind RAIN = new FaultKind("rain", 0.5);
    private static final FaultKind WIND = new FaultKind("wind", 0.5);

    @TempDir
    private Path directory;

    @Test
    void makesAFailureAsSmallAsItCanBeAndWritesIt() throws Exception {
        var campaign = Campaign.of("weather", CampaignTest::play)
                .faults(List.of(RAIN, WIND))
                .modes(Mode.SAFETY)
                .with(options(Optional.empty()));

        var failure = catchThrowableOfType(SimulationFailure.class, campaign::run);

        assertThat(failure).hasMessageContaining("umbrella turned").hasMessageContaining(": 2 strikes of ");
        var schedule = Schedule.parse(Files.readString(onlyFile()));
        assertThat(schedule.strikes().orElseThrow()).hasSize(2);
        long day = schedule.strikes().orElseThrow().iterator().next().number();
        assertThat(schedule.sizes()).containsEntry("days", (int) day);
        assertThat(catchThrowableOfType(SimulationFailure.class, () -> campaign.replay(schedule)))
                .hasMessageContaining("umbrella turned");
    }

    private Path onlyFile() throws IOException {
        try (var files = Files.list(directory)) {
            return files.findFirst().orElseThrow();
        }
    }

    private CampaignOptions options(Optional<Schedule> schedule) {
        return new CampaignOptions(
                1, 200, Optional.empty(), schedule, Optional.empty(), 2, Duration.ofSeconds(20), directory);
    }

    /** Fails on any day from the third when it rains and is windy. */
    private static void play(Trial trial) {
        int days = trial.size("days", 1, 30);
        for (int day = 1; day <= days; day++) {
            boolean wet = trial.faults().strikes(RAIN, "town");
            boolean windy = trial.faults().strikes(WIND, "town");
            trial.simulation().runFor(Duration.ofHours(24));
            if (wet && windy && day >= 3) {
                throw new AssertionError("umbrella turned on day " + day);
            }
        }
    }
}
