package dev.banyan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.ServiceProgress;
import dev.banyan.api.v1.TaskStatus;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every verb that changes something tells a program how it ended, in one document on standard output. */
class ChangesAsJsonTest {
    @TempDir
    private Path directory = Path.of("");

    private CommandBench bench = new CommandBench(directory);

    @BeforeEach
    void open() {
        bench = new CommandBench(directory);
        bench.file("compose.yaml", "name: shop\nservices:\n  web:\n    image: nginx\n    ports: [\"8080:80\"]\n");
        bench.cluster.agent("a1", AgentStatus.State.READY, "10.0.0.1");
    }

    @Test
    void upTellsReleaseServicesAddressesAndPhases() {
        bench.cluster.afterWrite(() -> report(TaskStatus.State.RUNNING, 1));

        var outcome = outcome(0, "up", "-o", "json");

        assertThat(outcome.get("verb").getAsString()).isEqualTo("up");
        assertThat(outcome.get("app").getAsString()).isEqualTo("shop");
        assertThat(outcome.get("state").getAsString()).isEqualTo("ready");
        assertThat(outcome.get("release").getAsInt()).isEqualTo(1);
        assertThat(outcome.get("changed").getAsBoolean()).isTrue();
        assertThat(outcome.get("services").toString())
                .isEqualTo("[{\"service\":\"web\",\"wanted\":1,\"running\":1,\"ready\":1,\"waiting_for\":\"\"}]");
        assertThat(outcome.getAsJsonArray("addresses").toString()).contains("\"http://10.0.0.1:8080\"");
        assertThat(outcome.getAsJsonObject("phases_ms").keySet()).contains("accepted", "ready");
    }

    @Test
    void upThatNobodyWaitsForIsAccepted() {
        assertThat(outcome(0, "up", "--detach", "-o", "json").get("state").getAsString())
                .isEqualTo("accepted");
    }

    @Test
    void upTellsEveryProblemOfAFile() {
        bench.file("wrong.yaml", "services:\n  web:\n    imge: x\n    restart: allways\n");

        var outcome = outcome(3, "up", "-f", "wrong.yaml", "-o", "json");

        assertThat(outcome.get("state").getAsString()).isEqualTo("refused");
        var first = outcome.getAsJsonArray("problems").get(0).getAsJsonObject();
        assertThat(first.get("place").getAsString()).isEqualTo("wrong.yaml:3:5");
        assertThat(first.get("field").getAsString()).isEqualTo("services.web.imge");
        assertThat(first.get("suggestion").getAsString()).isEqualTo("did you mean \"image\"?");
        assertThat(outcome.getAsJsonArray("problems")).hasSize(2);
    }

    @Test
    void upTellsTheReplicaThatFailedWithItsLastOutput() {
        bench.cluster.afterWrite(() -> {
            var failed = TaskStatus.newBuilder()
                    .setState(TaskStatus.State.FAILED)
                    .setMessage("exited with 3")
                    .addLastOutput("no database");
            bench.cluster.task("shop", "web", 0, "a1", failed.build());
        });

        var outcome = outcome(1, "up", "-o", "json");

        assertThat(outcome.get("state").getAsString()).isEqualTo("failed");
        assertThat(outcome.get("reason").getAsString()).isEqualTo("exited with 3");
        assertThat(outcome.getAsJsonObject("replica").get("agent").getAsString())
                .isEqualTo("a1");
        assertThat(outcome.get("last_output").toString()).isEqualTo("[\"no database\"]");
        assertThat(outcome.getAsJsonArray("addresses")).isEmpty();
    }

    @Test
    void upTellsWhyNothingFits() {
        bench.cluster.afterWrite(() -> {
            bench.cluster.task("shop", "web", 0, "", TaskStatus.getDefaultInstance());
            bench.cluster.report("shop", status(0, "no agent fits: a1 is full"));
        });

        var outcome = outcome(4, "up", "-o", "json");

        assertThat(outcome.get("state").getAsString()).isEqualTo("unplaceable");
        assertThat(outcome.get("reason").getAsString()).contains("a1 is full");
    }

    @Test
    void upTellsThatTimeIsOver() {
        assertThat(outcome(7, "up", "--timeout", "50ms", "-o", "json")
                        .get("state")
                        .getAsString())
                .isEqualTo("timed-out");
    }

    @Test
    void scaleTellsHowFarEachServiceIs() {
        bench.cluster.afterWrite(() -> report(TaskStatus.State.RUNNING, 1));
        outcome(0, "up", "-o", "json");
        bench.cluster.afterWrite(() -> bench.cluster.report("shop", status(1, "")));

        var outcome = outcome(0, "scale", "shop", "web=1", "-o", "json");

        assertThat(outcome.get("verb").getAsString()).isEqualTo("scale");
        assertThat(outcome.get("state").getAsString()).isEqualTo("ready");
        assertThat(outcome.getAsJsonArray("services")).hasSize(1);
    }

    @Test
    void downTellsThatTheAppIsGone() {
        outcome(0, "up", "--detach", "-o", "json");
        assertThat(outcome(0, "down", "shop", "--detach", "-o", "json")
                        .get("state")
                        .getAsString())
                .isEqualTo("accepted");
        bench.cluster.afterWrite(() -> bench.cluster.finishRemoval("shop"));

        var outcome = outcome(0, "down", "shop", "-o", "json");

        assertThat(outcome.get("verb").getAsString()).isEqualTo("down");
        assertThat(outcome.get("state").getAsString()).isEqualTo("gone");
    }

    private JsonObject outcome(int exit, String... words) {
        var run = bench.run(words);
        assertThat(run.exit()).as(run.err()).isEqualTo(exit);
        var document = JsonParser.parseString(run.out()).getAsJsonObject();
        assertThat(document.get("schema").getAsString()).isEqualTo("banyan.outcome/1");
        return document.getAsJsonObject("outcome");
    }

    private void report(TaskStatus.State state, int ready) {
        var status = TaskStatus.newBuilder().setState(state).setReady(ready > 0);
        bench.cluster.task("shop", "web", 0, "a1", status.build());
        bench.cluster.report("shop", status(ready, ""));
    }

    private static DeploymentStatus.Builder status(int ready, String waitingFor) {
        return DeploymentStatus.newBuilder()
                .addServices(ServiceProgress.newBuilder()
                        .setService("web")
                        .setWanted(1)
                        .setRunning(ready)
                        .setReady(ready)
                        .setWaitingFor(waitingFor));
    }
}
