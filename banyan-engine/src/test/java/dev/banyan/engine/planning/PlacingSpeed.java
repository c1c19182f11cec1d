package dev.banyan.engine.planning;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.TaskName;
import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.ResourceAmounts;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.Resource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** How long it takes to place 10,000 tasks of 100 apps on 1,000 agents, one after the other. Run by hand; a figure of it is no test. */
public final class PlacingSpeed {
    private static final int AGENTS = 1_000;
    private static final int APPS = 100;
    private static final int REPLICAS = 100;
    private static final int ROUNDS = 5;

    private PlacingSpeed() {}

    public static void main(String[] words) {
        for (int round = 1; round <= ROUNDS; round++) {
            long begun = System.nanoTime();
            place();
            System.out.printf("round %d: %d ms%n", round, (System.nanoTime() - begun) / 1_000_000);
        }
    }

    private static void place() {
        var placing = new Placing(
                IntStream.range(0, AGENTS).mapToObj(PlacingSpeed::agent).toList());
        for (int app = 0; app < APPS; app++) {
            for (int slot = 0; slot < REPLICAS; slot++) {
                var name = new TaskName("app" + app, "web", 1, slot, 0).toString();
                var task = TaskSpec.newBuilder()
                        .setDeployment("app" + app)
                        .setService("web")
                        .setSlot(slot)
                        .setReservations(
                                ResourceAmounts.newBuilder().setCpuMilli(100).setMemoryBytes(64L << 20))
                        .build();
                if (!(placing.place("uid-" + name, name, task) instanceof Placing.Choice.Chosen)) {
                    throw new AssertionError("there is room for all");
                }
            }
        }
    }

    private static Candidate agent(int number) {
        var key = Kinds.AGENTS.key("", "agent-" + number);
        var meta = new ObjectMeta(
                "uid-" + number,
                Map.of(),
                Map.of(),
                List.of(),
                List.of(),
                1,
                1,
                1,
                Instant.EPOCH,
                Optional.empty(),
                "");
        var status = AgentStatus.newBuilder().setState(AgentStatus.State.READY).build();
        var report = AgentReportStatus.newBuilder()
                .setPlatform("linux/amd64")
                .setCapacity(ResourceAmounts.newBuilder().setCpuMilli(4_000).setMemoryBytes(8L << 30))
                .build();
        return Candidate.of(
                new Resource<>(key, meta, AgentSpec.getDefaultInstance(), status),
                Optional.of(new Resource<>(
                        Kinds.AGENT_REPORTS.key("", "agent-" + number),
                        meta,
                        AgentReportSpec.getDefaultInstance(),
                        report)),
                Map.of());
    }
}
