package dev.banyan.runtime.simulation.broken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.simulation.SimulationFailure;
import dev.banyan.runtime.simulation.campaign.Campaign;
import dev.banyan.runtime.simulation.campaign.CampaignOptions;
import dev.banyan.runtime.simulation.campaign.ControllerWorld.Start;
import dev.banyan.runtime.simulation.fault.FaultKind;
import dev.banyan.runtime.simulation.fault.ProcessFaults;
import dev.banyan.runtime.simulation.fault.StoreFaults;
import dev.banyan.runtime.simulation.perturbation.CrashSweep;
import dev.banyan.runtime.simulation.perturbation.HiddenEvents;
import dev.banyan.runtime.simulation.perturbation.StaleRestarts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The kit catches a controller of each class of bug, and passes the one that does it right. */
class BrokenSamplesTest {
    private static final long SEEDS = 200;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(Samples.class)
    void catchesWhatIsBroken(Samples sample) {
        assertThatThrownBy(() -> campaign(sample + "-broken", sample.broken).run())
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining(sample.shows)
                .hasMessageContaining("strikes = listed");
    }

    @ParameterizedTest
    @EnumSource(Samples.class)
    void passesWhatIsRepaired(Samples sample) throws InterruptedException {
        var report = campaign(sample + "-repaired", sample.repaired).run();

        assertThat(report.runs()).isEqualTo(SEEDS);
        assertThat(report.settled()).hasSizeGreaterThan(50);
    }

    @ParameterizedTest
    @EnumSource(Samples.class)
    void findsNothingWrongWithWhatIsRepairedWhereverItIsDisturbed(Samples sample) {
        var story = new Story(sample.name(), sample.repaired);

        assertThat(CrashSweep.over(story, 1)).isGreaterThan(6);
        assertThat(HiddenEvents.over(story, 1)).isGreaterThan(2);
        assertThat(StaleRestarts.over(story, 1, 10)).isGreaterThan(6);
    }

    @Test
    void namesTheCallAroundWhichAControllerMayNotDie() {
        assertThatThrownBy(() -> CrashSweep.over(brokenStory(Samples.CRASH_BETWEEN_TWO_WRITES), 1))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("with crash-after-call@subject>store#")
                .hasMessageContaining("team 2 says 2 and has 0 of 1 members");
    }

    @Test
    void namesTheEventThatAControllerMayNotMiss() {
        assertThatThrownBy(() -> HiddenEvents.over(brokenStory(Samples.UNBOUNDED_RETRY), 1))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("with hidden-event@subject>store#");
    }

    @Test
    void namesHowOldAViewAControllerMayNotSeeThoughItEndsAsWanted() {
        assertThatThrownBy(() -> StaleRestarts.over(brokenStory(Samples.ACTS_BEFORE_SYNC), 1, 10))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("revisions behind: created any of members 4 times instead of 3");
    }

    /** What the guide promises: its time is shown, since it depends on the machine. */
    @Test
    void playsAThousandSeedsOfAControllerThatIsNotChangedForIt(TestReporter reporter) throws InterruptedException {
        var report = campaign("thousand", Teams.controller(Teams::level), 1000)
                .mustReach("settled after trouble")
                .run();

        reporter.publishEntry("thousand seeds", report.text());
        assertThat(report.runs()).isEqualTo(1000);
        assertThat(report.faults())
                .containsOnlyKeys(Stream.concat(StoreFaults.ALL.stream(), ProcessFaults.ALL.stream())
                        .map(FaultKind::name)
                        .toList());
    }

    private static Story brokenStory(Samples sample) {
        return new Story(sample.name(), sample.broken);
    }

    private Campaign campaign(String name, Start start) {
        return campaign(name, start, SEEDS);
    }

    private Campaign campaign(String name, Start start, long seeds) {
        return Campaign.of(name, trial -> Teams.play(trial, start))
                .faults(StoreFaults.ALL)
                .faults(ProcessFaults.ALL)
                .with(new CampaignOptions(
                        1,
                        seeds,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        2,
                        Duration.ofSeconds(2),
                        directory));
    }
}
