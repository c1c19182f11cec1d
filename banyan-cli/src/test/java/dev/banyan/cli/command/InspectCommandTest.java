package dev.banyan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.ContainerFacts;
import dev.banyan.api.v1.EndFacts;
import dev.banyan.api.v1.EventSpec;
import dev.banyan.api.v1.HealthFacts;
import dev.banyan.api.v1.LimitFacts;
import dev.banyan.api.v1.MountFacts;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachFailure;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.api.v1.ReachRequest;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.cli.TestDeployments;
import dev.banyan.cli.cluster.Passage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
    @TempDir
    private Path directory = Path.of("");

    private CommandBench bench = new CommandBench(directory);
    private final List<ReachRequest> asked = new ArrayList<>();

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
    void showsWhatTheContainerOfATaskIsOnItsServer() {
        var facts = ContainerFacts.newBuilder()
                .setContainerId("c0ffee")
                .setState(ContainerFacts.State.RUNNING)
                .setPid(4711)
                .setRestarts(2)
                .addAddresses("10.192.0.7")
                .addMounts(MountFacts.newBuilder().setTarget("/data"))
                .setLimits(LimitFacts.newBuilder().setMemoryBytes(64 << 20))
                .setHealth(HealthFacts.newBuilder()
                        .setState(HealthFacts.State.UNHEALTHY)
                        .setOutput("no answer"))
                .addEnds(EndFacts.newBuilder().setExitCode(137).setReason("out of memory"))
                .build();
        bench.cluster.letIn(request -> answering(
                request,
                ReachDown.newBuilder().setFacts(facts).build(),
                ended(ReachOutcome.newBuilder().setDone(true))));

        assertThat(bench.run("inspect", "-o", "json", "shop/web.0").out())
                .contains("\"container_id\": \"c0ffee\"", "\"pid\": 4711", "\"memory_bytes\": 67108864");
        assertThat(bench.run("inspect", "-o", "table", "shop.web.1.0.0").out())
                .contains("container.restarts", "container.mounts[0].target", "container.health.output")
                .contains("container.ends[0].exit_code", "137", "unhealthy");
        assertThat(asked).extracting(ReachRequest::getTask).containsOnly("shop.web.1.0.0");
        assertThat(asked).allMatch(ReachRequest::hasFacts);
    }

    @Test
    void anAgentThatIsAwayIsAGapAndIsWaitedForOnce() {
        bench.cluster.task("shop", "web", 1, "a1", TaskStatus.getDefaultInstance());
        bench.cluster.task("shop", "web", 2, "", TaskStatus.getDefaultInstance());
        bench.cluster.letIn(request -> {
            asked.add(request);
            throw new ApiException(Reason.UNAVAILABLE, "agent a1 is not connected");
        });

        var run = bench.run("inspect", "web.0", "web.1", "web.2");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out().split("missing: agent a1 is not connected", -1)).hasSize(3);
        assertThat(asked).hasSize(1);
    }

    @Test
    void saysWhyAContainerIsNotKnown() {
        bench.cluster.letIn(request -> answering(
                request,
                ended(ReachOutcome.newBuilder()
                        .setFailure(ReachFailure.newBuilder().setMessage("no container on its server")))));
        assertThat(bench.run("inspect", "web.0").out()).contains("missing: no container on its server");

        bench.cluster.letIn(this::answering);
        var silent = bench.run("inspect", "web.0");
        assertThat(silent.out()).contains("missing: the agent did not answer within 5 s");
        assertThat(silent.exit()).isZero();
    }

    private static ReachDown ended(ReachOutcome.Builder outcome) {
        return ReachDown.newBuilder().setOutcome(outcome).build();
    }

    private Passage answering(ReachRequest request, ReachDown... parts) {
        asked.add(request);
        var left = new ArrayDeque<>(List.of(parts));
        return new Passage() {
            @Override
            public boolean send(ReachUp part) {
                return true;
            }

            @Override
            public Optional<ReachDown> receive(Duration atMost) {
                return Optional.ofNullable(left.poll());
            }

            @Override
            public void close() {}
        };
    }

    @Test
    void saysWhatThereIsNot() {
        var run = bench.run("inspect", "shop", "nosuch");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("there is no app, task, agent or service \"nosuch\"");
        assertThat(run.out()).isEmpty();
    }
}
