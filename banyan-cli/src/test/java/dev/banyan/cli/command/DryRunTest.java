package dev.banyan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.AgentRefusal;
import dev.banyan.api.v1.PlanResponse;
import dev.banyan.api.v1.PlannedService;
import dev.banyan.api.v1.PlannedService.Change;
import dev.banyan.api.v1.PlannedTask;
import dev.banyan.api.v1.PlannedTask.Deed;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.cli.TestDeployments;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DryRunTest {
    private static final PlannedService WEB = PlannedService.newBuilder()
            .setService("web")
            .setChange(Change.REPLACED)
            .setReplicasBefore(2)
            .setReplicasAfter(1)
            .addWaitsFor("db to be healthy")
            .build();
    private static final PlanResponse PLAN = PlanResponse.newBuilder()
            .setDeployment("shop")
            .setRelease(4)
            .setChanged(true)
            .addServices(PlannedService.newBuilder()
                    .setService("db")
                    .setChange(Change.KEPT)
                    .setReplicasBefore(1)
                    .setReplicasAfter(1))
            .addServices(WEB)
            .addTasks(PlannedTask.newBuilder()
                    .setTask("shop.db.1.0.0")
                    .setService("db")
                    .setDeed(Deed.KEEP)
                    .setAgent("a1"))
            .addTasks(PlannedTask.newBuilder()
                    .setTask("shop.web.4.0.0")
                    .setService("web")
                    .setDeed(Deed.CREATE)
                    .setWave(1)
                    .setAgent("a2")
                    .setReason("the only one that fits")
                    .addRefusals(AgentRefusal.newBuilder().setAgent("a1").setReason("is cordoned")))
            .addPortsClaimed("tcp/8080")
            .addPortsReleased("tcp/9090")
            .build();

    @TempDir
    private Path directory = Path.of("");

    private CommandBench bench = new CommandBench(directory);

    @BeforeEach
    void open() {
        bench = new CommandBench(directory);
        bench.file("compose.yaml", "name: shop\nservices:\n  web:\n    image: nginx\n    ports: [\"8080:80\"]\n");
        bench.cluster.planned(PLAN);
    }

    @Test
    void saysWhatWouldHappenAndChangesNothing() {
        var run = bench.run("up", "--dry-run");

        assertThat(run.out())
                .isEqualTo(
                        """
                        SERVICE  CHANGE    REPLICAS  WAITS FOR         NOTE
                        db       kept      1         -                 -
                        web      replaced  2 -> 1    db to be healthy  -

                        WAVE  DO      TASK            AGENT  BECAUSE
                        -     keep    shop.db.1.0.0   a1     -
                        1     create  shop.web.4.0.0  a2     the only one that fits; not a1 is cordoned

                        claims tcp/8080
                        gives back tcp/9090
                        """);
        assertThat(run.err()).isEqualTo("shop release 4 would be accepted; nothing was changed\n");
        assertThat(run.exit()).isZero();
        assertThat(bench.cluster.store().get(TestDeployments.key("shop"), ReadAt.LATEST))
                .isEmpty();
    }

    @Test
    void saysItToPrograms() {
        assertThat(bench.run("up", "--dry-run", "-o", "json").out())
                .contains(
                        "\"schema\": \"banyan.plan/1\"",
                        "\"change\": \"replaced\"",
                        "\"waits_for\": [\n          \"db to be healthy\"\n        ]",
                        "\"do\": \"create\"",
                        "\"reason\": \"is cordoned\"",
                        "\"ports_released\": [\n      \"tcp/9090\"\n    ]");
    }

    @Test
    void endsAsUpWouldWhenSomethingFitsNowhere() {
        var full = WEB.toBuilder().setNeverReady("no agent fits: a1 is cordoned");
        bench.cluster.planned(PLAN.toBuilder().setServices(1, full).build());

        var run = bench.run("up", "--dry-run");

        assertThat(run.exit()).isEqualTo(4);
        assertThat(run.out()).contains("no agent fits: a1 is cordoned");
    }

    @Test
    void saysThatNothingWouldChange() {
        bench.cluster.planned(
                PlanResponse.newBuilder().setDeployment("shop").setRelease(3).build());

        assertThat(bench.run("up", "--dry-run").err())
                .isEqualTo("shop release 3 is wanted already; nothing was changed\n");
    }

    @Test
    void isRefusedAsUpWouldBe() {
        var taken = new Violation("services.web.ports[0]", "tcp port 8080 is published by blog");
        bench.cluster.failNext(new ApiException(Reason.REJECTED, "refused", Map.of(), List.of(taken)));
        var dry = bench.run("up", "--dry-run");
        bench.cluster.failNext(new ApiException(Reason.REJECTED, "refused", Map.of(), List.of(taken)));

        assertThat(dry).isEqualTo(bench.run("up"));
        assertThat(dry.exit()).isEqualTo(3);
        assertThat(dry.err()).contains("compose.yaml:5:", "tcp port 8080 is published by blog");
    }
}
