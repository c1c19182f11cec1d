package dev.banyan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.EventSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.cli.TestDeployments;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
    @TempDir
    private Path directory = Path.of("");

    private CommandBench bench = new CommandBench(directory);

    @BeforeEach
    void runSomething() {
        bench = new CommandBench(directory);
        bench.cluster.apply(TestDeployments.apply("shop"));
        bench.cluster.task(
                "shop",
                "web",
                0,
                "a1",
                TaskStatus.newBuilder()
                        .setState(TaskStatus.State.RUNNING)
                        .setAddress("10.192.0.7")
                        .build());
        bench.cluster.agent("a1", AgentStatus.State.READY, "192.0.2.1", "ssd");
        bench.cluster.event("e1", "tasks/default/shop.web.1.0.0", EventSpec.Severity.WARNING, "Slow", 1_000);
    }

    @Test
    void showsATaskWithItsStatusAndEvents() {
        var run = bench.run("inspect", "shop.web.1.0.0");

        assertThat(run.exit()).isZero();
        assertThat(run.out())
                .contains("schema: banyan.inspect/1", "kind: tasks", "address: '10.192.0.7'", "state: running")
                .contains("agent: a1", "reason: Slow", "1970-01-01T00:00:01Z");
    }

    @Test
    void showsAnAppAndAnAgentInJsonAndAsATable() {
        assertThat(bench.run("inspect", "-o", "json", "shop").out()).contains("\"kind\": \"deployments\"");

        var table = bench.run("inspect", "-o", "table", "a1");

        assertThat(table.out()).startsWith("FIELD").contains("spec.tags[0]").contains("report.host_address");
    }

    @Test
    void saysWhatThereIsNot() {
        var run = bench.run("inspect", "shop", "nosuch");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("there is no app, task, agent or service \"nosuch\"");
        assertThat(run.out()).isEmpty();
    }
}
