package dev.banyan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.AcceptRestoreRequest;
import dev.banyan.api.v1.StatusResponse;
import dev.banyan.api.v1.StoppedStore;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterCommandTest {
    @TempDir
    private Path directory = Path.of("");

    private CommandBench bench = new CommandBench(directory);

    @BeforeEach
    void stop() {
        bench = new CommandBench(directory);
        stopped(400, 300);
    }

    @Test
    void saysWhatAcceptingMeansAndDoesNothing() {
        var run = bench.run("cluster", "accept-restore");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err())
                .contains("the store went back")
                .contains("Revisions 301 to 400 are gone.")
                .contains("containers of tasks that the store does not know are stopped")
                .contains("what runs goes on")
                .contains("cluster accept-restore --yes");
        assertThat(bench.cluster.accepted()).isEmpty();
    }

    @Test
    void acceptsWhatWasShownAndNothingElse() {
        var run = bench.run("cluster", "accept-restore", "--yes");

        assertThat(run.exit()).isZero();
        assertThat(run.err()).contains("all engines go on from revision 401");
        assertThat(bench.cluster.accepted())
                .containsExactly(AcceptRestoreRequest.newBuilder()
                        .setSeen(400)
                        .setFound(300)
                        .build());
    }

    @Test
    void doesNotNameRevisionsThatNobodyKnows() {
        stopped(400, 900);

        assertThat(bench.run("cluster", "accept-restore").err())
                .contains("Revisions up to 400 are gone in part")
                .doesNotContain("901");
    }

    @Test
    void hasNothingToDoWhileNothingIsStopped() {
        bench.cluster.answerStatus(
                StatusResponse.newBuilder().setEngine("engine-1").build());

        var run = bench.run("cluster", "accept-restore", "--yes");

        assertThat(run.exit()).isZero();
        assertThat(run.err()).contains("Nothing is stopped");
        assertThat(bench.cluster.accepted()).isEmpty();
    }

    @Test
    void passesOnThatTheStoreIsNotAsItWasShown() {
        bench.cluster.failNext(new ApiException(Reason.CONFLICT, "the store is not as it was shown"));

        var run = bench.run("cluster", "accept-restore", "--yes");

        assertThat(run.exit()).isEqualTo(8);
        assertThat(run.err()).contains("not as it was shown");
    }

    @Test
    void refusesAnotherWord() {
        assertThat(bench.run("cluster", "forget").exit()).isEqualTo(2);
        assertThat(bench.run("cluster").exit()).isEqualTo(2);
        assertThat(bench.cluster.accepted()).isEmpty();
    }

    @Test
    void theStatusShowsTheStopAndItsCause() {
        var table = bench.run("status");
        assertThat(table.exit()).isEqualTo(1);
        assertThat(table.out()).contains("STOPPED").contains("the store went back");

        assertThat(bench.run("status", "-o", "json").out())
                .contains("\"seen_revision\": 400")
                .contains("\"found_revision\": 300")
                .contains("\"reason\": \"the store went back");
    }

    private void stopped(long seen, long found) {
        bench.cluster.answerStatus(StatusResponse.newBuilder()
                .setEngine("engine-1")
                .setStopped(StoppedStore.newBuilder()
                        .setReason("the store went back from revision " + seen + " to " + found)
                        .setSeen(seen)
                        .setFound(found))
                .build());
    }
}
