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
    void aNewerRevisionAloneIsWrittenTenTimesASecondAtMost() {
        report.change(status -> status.toBuilder().setKernel("6.1").build());
        simulation.runFor(Duration.ofSeconds(1));
        long settled = revision();

        for (int applied = 1; applied <= 300; applied++) {
            long now = applied;
            report.change(status -> status.toBuilder().setAppliedRevision(now).build());
            simulation.runFor(Duration.ofMillis(10));
        }

        assertThat(revision() - settled).isBetween(25L, 31L);
        simulation.runFor(Duration.ofMillis(120));
        assertThat(reported().getAppliedRevision()).isEqualTo(300);
    }

    @Test
    void aNewerRevisionAfterAPauseIsWrittenAtOnce() {
        report.change(status -> status.toBuilder().setAppliedRevision(3).build());
        simulation.runFor(Duration.ofMillis(200));

        report.change(status -> status.toBuilder().setAppliedRevision(4).build());
        simulation.runFor(Duration.ofMillis(20));

        assertThat(reported().getAppliedRevision()).isEqualTo(4);
    }

    /** Somebody may wait for the next revision, and nobody for a digest. */
    @Test
    void aDigestIsWrittenASecondLaterAndHoldsNoRevisionUp() {
        report.change(status -> status.toBuilder().setAppliedRevision(3).build());
        simulation.runFor(Duration.ofMillis(900));
        report.change(status -> status.toBuilder().setRulesDigest("d3").build());
        simulation.runFor(Duration.ofMillis(50));
        assertThat(reported().getRulesDigest()).isEmpty();
        simulation.runFor(Duration.ofMillis(150));
        assertThat(reported().getRulesDigest()).isEqualTo("d3");

        report.change(status -> status.toBuilder().setAppliedRevision(4).build());
        simulation.runFor(Duration.ofMillis(20));

        assertThat(reported().getAppliedRevision()).isEqualTo(4);
    }

    @Test
    void aRevisionThatSomebodyWaitsForIsWrittenWhenItIsApplied() {
        report.change(status -> status.toBuilder().setKernel("6.1").build());
        simulation.runFor(Duration.ofSeconds(1));
        report.waited(5);
        report.waited(9);

        report.change(status -> status.toBuilder().setAppliedRevision(3).build());
        simulation.runFor(Duration.ofMillis(20));
        report.change(status -> status.toBuilder().setAppliedRevision(4).build());
        simulation.runFor(Duration.ofMillis(20));
        assertThat(reported().getAppliedRevision()).as("written a moment ago").isEqualTo(3);
        report.change(status -> status.toBuilder().setAppliedRevision(6).build());
        simulation.runFor(Duration.ofMillis(20));
        assertThat(reported().getAppliedRevision()).as("for who waits for 5").isEqualTo(6);
        report.change(status -> status.toBuilder().setAppliedRevision(8).build());
        simulation.runFor(Duration.ofMillis(20));
        assertThat(reported().getAppliedRevision()).isEqualTo(6);
        report.change(status -> status.toBuilder().setAppliedRevision(9).build());
        simulation.runFor(Duration.ofMillis(20));
        assertThat(reported().getAppliedRevision()).isEqualTo(9);
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
