package dev.banyan.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.simulation.campaign.Campaign;
import dev.banyan.runtime.simulation.campaign.CampaignOptions;
import dev.banyan.runtime.simulation.campaign.Schedule;
import dev.banyan.simulated.world.Fate;
import dev.banyan.simulated.world.Sabotage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole clusters under many seeds: no law is ever broken, and what is wanted is what runs in the end. */
class ClusterCampaignTest {
    private static final long SEEDS = 500;

    /** The first seeds are played twice: nothing may depend on more than the seed. */
    private static final int TWICE = 5;

    private static final Path KEPT = Path.of("src", "test", "resources", "regressions");

    /** Where a campaign must have been, or it proves less than it says. */
    private static final String[] SITUATIONS = {
        "a container exited",
        "a host rebooted",
        "a lost agent came back",
        "a member of etcd died",
        "a port was refused",
        "a process died at a deed",
        "a task had a volume",
        "a task was on its server's network",
        "a user saw what was wanted",
        "all was mended",
        "an agent came back to containers that run",
        "an agent stood still",
        "an agent was cut off",
        "an agent was judged lost",
        "an agent's write was fenced",
        "an app was changed",
        "an app was deployed again by the same name",
        "an app was removed",
        "an app was scaled",
        "an engine died",
        "an engine stood still",
        "etcd had no leader",
        "history was compacted",
        "something was left broken",
        "the store was away",
        "two engines"
    };

    @Test
    void whateverHappensNoLawIsBrokenAndWhatIsWantedRunsInTheEnd() throws InterruptedException {
        var options = CampaignOptions.ofSystem().usually(SEEDS);
        var play = new Counted(new ClusterPlay(Sabotage.NONE));
        var campaign =
                Campaign.of("cluster", play).faults(Fate.ALL).repeats(TWICE).with(options);

        // A few seeds that somebody asks for need not go everywhere.
        var report = (options.count() < SEEDS ? campaign : campaign.mustReach(SITUATIONS)).run();

        assertThat(report.runs()).as("%s", report.text()).isBetween(play.played() - TWICE, play.played());
        play.tell(report.text());
    }

    @ParameterizedTest
    @MethodSource("kept")
    void whatWentWrongOnceGoesRightNow(Path schedule) throws IOException {
        var campaign = Campaign.of("cluster", new ClusterPlay(Sabotage.NONE)).faults(Fate.ALL);

        var report = campaign.replay(Schedule.parse(Files.readString(schedule)));

        assertThat(report.runs()).isEqualTo(1);
    }

    private static Stream<Path> kept() throws IOException {
        return Files.list(KEPT)
                .filter(file -> file.toString().endsWith(".schedule"))
                .sorted();
    }
}
