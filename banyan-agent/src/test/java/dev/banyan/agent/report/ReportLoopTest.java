package dev.banyan.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.PortTaken;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The report in the store follows what the agent's parts say, without a write for every change of a revision. */
class ReportLoopTest {
    private static final ObjectKey KEY = Kinds.AGENT_REPORTS.key(ObjectKey.CLUSTER_SCOPE, "a1");

    private final Simulation simulation = new Simulation(1);
    private final MemoryStore truth =
            new MemoryStore(simulation.process("store").env());
    private SimulatedProcess process = simulation.process("agent");
    private FaultyStore store = new FaultyStore(truth, process, FaultyStore.Faults.NONE);
    private ReportLoop report = new ReportLoop(process.env(), store, "a1");

    @BeforeEach
    void begin() {
        report.start();
    }

    @AfterEach
    void end() {
        simulation.close();
    }

    @Test
    void writesWhatItIsTold() {
        report.change(status ->
                status.toBuilder().setKernel("6.1").setVersion("0.1.0").build());
        simulation.runFor(Duration.ofSeconds(1));

        assertThat(reported().getKernel()).isEqualTo("6.1");
        assertThat(reported().getVersion()).isEqualTo("0.1.0");
        assertThat(report.health().ready()).isTrue();
    }

    @Test
    void keepsWhatOtherPartsSaid() {
        report.change(status -> status.toBuilder().setKernel("6.1").build());
        simulation.runFor(Duration.ofSeconds(5));
        report.change(status -> status.toBuilder().setDataPlaneError("no nft").build());
        simulation.runFor(Duration.ofSeconds(1));

        assertThat(reported().getKernel()).isEqualTo("6.1");
        assertThat(reported().getDataPlaneError()).isEqualTo("no nft");
    }

    @Test
    void reportsNothingBeforeItIsToldAnything() {
        simulation.runFor(Duration.ofMinutes(5));

        assertThat(truth.get(KEY, ReadAt.LATEST)).isEmpty();
        assertThat(report.health().ready()).isFalse();
    }

    @Test
    void writesNothingWhenNothingChanged() {
        report.change(status -> status.toBuilder().setKernel("6.1").build());
        simulation.runFor(Duration.ofSeconds(1));
        long settled = revision();

        report.change(status -> status.toBuilder().setKernel("6.1").build());
        simulation.runFor(Duration.ofMinutes(5));

        assertThat(revision()).isEqualTo(settled);
    }

    @Test
    void newerRevisionsAloneAreWrittenTenTimesASecondAtMost() {
        report.change(status -> status.toBuilder().setKernel("6.1").build());
        simulation.runFor(Duration.ofSeconds(1));
        long settled = revision();

        for (int applied = 1; applied <= 300; applied++) {
            long now = applied;
            report.change(status -> status.toBuilder().setAppliedRevision(now).build());
            simulation.runFor(Duration.ofMillis(10));
        }

        assertThat(revision() - settled)
                .as("thirty in three seconds, and five at once")
                .isBetween(29L, 35L);
        simulation.runFor(Duration.ofMillis(120));
        assertThat(reported().getAppliedRevision()).isEqualTo(300);
    }

    /** A replica that comes or goes is a few changes. */
    @Test
    void someNewerRevisionsAfterAPauseAreWrittenAtOnce() {
        for (long applied = 1; applied <= 5; applied++) {
            advance(applied);
            assertThat(reported().getAppliedRevision()).isEqualTo(applied);
        }

        advance(6);
        assertThat(reported().getAppliedRevision()).as("not at once any more").isEqualTo(5);
        simulation.runFor(Duration.ofMillis(100));
        assertThat(reported().getAppliedRevision()).isEqualTo(6);

        simulation.runFor(Duration.ofSeconds(1));
        for (long applied = 7; applied <= 11; applied++) {
            advance(applied);
            assertThat(reported().getAppliedRevision()).isEqualTo(applied);
        }
    }

    private void advance(long revision) {
        report.change(status -> status.toBuilder().setAppliedRevision(revision).build());
        simulation.runFor(Duration.ofMillis(10));
    }

    /** The write of that alone would be under way when the change is whole, and the revision would wait for its end. */
    @Test
    void thatADigestIsGoneIsToldWithTheRevisionThatFollows() {
        report.change(status ->
                status.toBuilder().setAppliedRevision(3).setRulesDigest("d3").build());
        simulation.runFor(Duration.ofSeconds(10));
        long settled = revision();

        report.change(status -> status.toBuilder().clearRulesDigest().build());
        simulation.runFor(Duration.ofMillis(50));
        assertThat(revision()).isEqualTo(settled);
        advance(4);

        assertThat(reported().getAppliedRevision()).isEqualTo(4);
        assertThat(reported().getRulesDigest()).isEmpty();
        assertThat(revision()).isEqualTo(settled + 1);
    }

    @Test
    void thatADigestIsGoneIsToldASecondLaterWhenNoRevisionFollows() {
        report.change(status ->
                status.toBuilder().setAppliedRevision(3).setRulesDigest("d3").build());
        simulation.runFor(Duration.ofSeconds(10));

        report.change(status -> status.toBuilder().clearRulesDigest().build());
        simulation.runFor(Duration.ofMillis(1_100));

        assertThat(reported().getRulesDigest()).isEmpty();
    }

    /** Somebody may wait for the next revision, and nobody for a digest. */
    @Test
    void aDigestIsWrittenASecondLaterAndHoldsNoRevisionUp() {
        report.change(status -> status.toBuilder().setAppliedRevision(3).build());
        simulation.runFor(Duration.ofMillis(900));
        report.change(status -> status.toBuilder().setRulesDigest("d3").build());
        simulation.runFor(Duration.ofMillis(950));
        assertThat(reported().getRulesDigest()).isEmpty();
        simulation.runFor(Duration.ofMillis(100));
        assertThat(reported().getRulesDigest()).isEqualTo("d3");

        report.change(status -> status.toBuilder().setAppliedRevision(4).build());
        simulation.runFor(Duration.ofMillis(20));

        assertThat(reported().getAppliedRevision()).isEqualTo(4);
    }

    @Test
    void aRevisionThatSomebodyWaitsForIsWrittenWhenItIsApplied() {
        report.change(status -> status.toBuilder().setKernel("6.1").build());
        simulation.runFor(Duration.ofSeconds(1));
        for (long applied = 1; applied <= 5; applied++) {
            advance(applied); // all that may be written at once
        }
        report.waited(7);
        report.waited(11);

        advance(6);
        assertThat(reported().getAppliedRevision()).as("written a moment ago").isEqualTo(5);
        advance(8);
        assertThat(reported().getAppliedRevision()).as("for who waits for 7").isEqualTo(8);
        advance(10);
        assertThat(reported().getAppliedRevision()).isEqualTo(8);
        advance(11);
        assertThat(reported().getAppliedRevision()).isEqualTo(11);
    }

    @Test
    void anythingElseIsWrittenAtOnceAndTakesTheRevisionAlong() {
        report.change(status -> status.toBuilder().setKernel("6.1").build());
        simulation.runFor(Duration.ofSeconds(1));

        report.change(status -> status.toBuilder()
                .setAppliedRevision(77)
                .addPortsTaken(PortTaken.newBuilder().setPort(8080).setHolder("nginx"))
                .build());
        simulation.runFor(Duration.ofMillis(100));

        assertThat(reported().getPortsTakenList())
                .extracting(PortTaken::getPort)
                .containsExactly(8080);
        assertThat(reported().getAppliedRevision()).isEqualTo(77);
    }

    @Test
    void triesAgainUntilTheStoreAnswers() {
        store.cut();
        report.change(status -> status.toBuilder().setKernel("6.1").build());
        simulation.runFor(Duration.ofSeconds(30));
        assertThat(report.health().ready()).isFalse();
        assertThat(report.health().detail()).contains("lost");

        store.heal();
        simulation.runFor(Duration.ofSeconds(2));

        assertThat(reported().getKernel()).isEqualTo("6.1");
        assertThat(report.health().ready()).isTrue();
    }

    @Test
    void writesAgainWhenNobodyKnowsWhetherItLanded() {
        var lossy = new FaultyStore.Faults(Duration.ofMillis(1), 0.5, 0.3);
        process.kill();
        process = simulation.process("agent");
        report = new ReportLoop(process.env(), new FaultyStore(truth, process, lossy), "a1");
        report.start();

        report.change(status -> status.toBuilder().setKernel("6.2").build());
        simulation.runFor(Duration.ofMinutes(1));

        assertThat(reported().getKernel()).isEqualTo("6.2");
        assertThat(report.health().ready()).isTrue();
    }

    @Test
    void writesAReportAnewThatSomebodyRemoved() {
        report.change(status -> status.toBuilder().setKernel("6.1").build());
        simulation.runFor(Duration.ofSeconds(1));
        var removed = truth.get(KEY, ReadAt.LATEST).orElseThrow();
        var deleted =
                truth.commit(Commit.of(new Write.Delete(KEY, removed.meta().uid())));
        assertThat(deleted.written()).isTrue();

        report.change(status -> status.toBuilder().setKernel("6.2").build());
        simulation.runFor(Duration.ofSeconds(1));

        assertThat(reported().getKernel()).isEqualTo("6.2");
    }

    @Test
    void anAgentThatReturnsSaysTheSameWithoutAWrite() {
        report.change(status -> status.toBuilder().setKernel("6.1").build());
        simulation.runFor(Duration.ofSeconds(1));
        long settled = revision();

        process.kill();
        process = simulation.process("agent");
        report = new ReportLoop(process.env(), new FaultyStore(truth, process, FaultyStore.Faults.NONE), "a1");
        report.start();
        report.change(status -> status.toBuilder().setKernel("6.1").build());
        simulation.runFor(Duration.ofMinutes(1));

        assertThat(revision()).isEqualTo(settled);
    }

    @Test
    void saysNothingMoreOnceItIsStopped() {
        report.change(status -> status.toBuilder().setKernel("6.1").build());
        simulation.runFor(Duration.ofSeconds(1));

        var ignored = process.env().tasks().spawn("stop", report::stop);
        simulation.runFor(Duration.ofSeconds(1));
        report.change(status -> status.toBuilder().setKernel("6.2").build());
        simulation.runFor(Duration.ofMinutes(1));

        assertThat(reported().getKernel()).isEqualTo("6.1");
    }

    private AgentReportStatus reported() {
        return Kinds.AGENT_REPORTS
                .decode(truth.get(KEY, ReadAt.LATEST).orElseThrow())
                .status();
    }

    private long revision() {
        return truth.list(Selection.of("none"), ReadAt.LATEST).revision();
    }
}
