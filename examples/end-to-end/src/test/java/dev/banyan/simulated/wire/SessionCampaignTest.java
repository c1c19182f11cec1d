package dev.banyan.simulated.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.simulation.campaign.Campaign;
import dev.banyan.runtime.simulation.campaign.CampaignOptions;
import dev.banyan.runtime.simulation.campaign.Trial;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Engines and agents sleep, die and lose each other at any moment: nothing lands under an old epoch, view or token, watches neither lose nor
 * repeat, nobody is judged by who slept himself, and when all is well again all agents come back.
 */
class SessionCampaignTest {
    private static final long SEEDS = 100;

    /** The first seeds are played twice: nothing may depend on more than the seed. */
    private static final int TWICE = 3;

    private static final Path KEPT = Path.of("src", "test", "resources", "regressions", "fencing");
    private static final Path REPORTS = Path.of("target", "simulation");
    private static final Duration TURN_MAX = Duration.ofSeconds(2);
    private static final Duration BACK_MAX = Duration.ofMinutes(2);

    @TempDir(factory = MemoryDisk.class)
    private Path disk;

    @Test
    void nothingLandsUnderAnOldEpochViewOrToken() throws Exception {
        var campaign = Campaign.of("fencing", this::play)
                .faults(Fate.ALL)
                .kept(KEPT)
                .repeats(TWICE)
                .with(CampaignOptions.ofSystem().usually(SEEDS));
        var report = campaign.mustReach(
                        "a pause",
                        "a pause inside a call",
                        "an engine killed",
                        "one way cut",
                        "two sessions of one identity",
                        "a report that landed",
                        "a report under an old epoch, refused",
                        "a report of unknown outcome",
                        "a write under a view",
                        "a write under a leader",
                        "a share that was handed over",
                        "a certificate that was renewed",
                        "a member of etcd died",
                        "a member of etcd was behind",
                        "etcd had no leader",
                        "history was compacted",
                        "a watch whose history was forgotten")
                .run();
        Files.writeString(Files.createDirectories(REPORTS).resolve("fencing.txt"), report.text());
    }

    private void play(Trial trial) throws Exception {
        var own = Files.createTempDirectory(disk, "run");
        var world = new SessionWorld(trial, own);
        var fate = new Fate(world);
        var random = trial.random("fate");
        int turns = trial.size("turns", 5, 40);
        for (int turn = 0; turn < turns; turn++) {
            trial.simulation().runFor(Duration.ofNanos(random.nextLong(TURN_MAX.toNanos())));
            fate.turn();
        }
        world.heal();
        boolean well = trial.simulation().runUntil(world::allWell, BACK_MAX);
        assertThat(well).as("all is well again: %s", world.wellness()).isTrue();
    }
}
