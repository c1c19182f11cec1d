package dev.banyan.engine.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentStatus.State;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.Placement;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.PortTaken;
import dev.banyan.api.v1.Protocol;
import dev.banyan.api.v1.Reservation;
import dev.banyan.api.v1.ResourceAmounts;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.engine.planning.Placing.Choice;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.SeededRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What holds for every cluster and every set of tasks, tried on many drawn ones; a failure names its seed. */
class PlacingPropertyTest {
    private static final int SEEDS = 400;
    private static final long MIB = 1L << 20;
    private static final List<String> TAGS = List.of("eu", "us", "ssd");

    private record Drawn(List<Candidate> agents, List<TaskSpec> tasks) {}

    private record Placed(TaskSpec task, Choice choice) {
        String agent() {
            return choice instanceof Choice.Chosen chosen ? chosen.agent() : "";
        }
    }

    @Test
    void neverReservesMoreThanAnAgentHas() {
        forAll((seed, drawn, placed) -> {
            for (var agent : drawn.agents()) {
                var here = placed.stream()
                        .filter(each -> each.agent().equals(agent.name()))
                        .toList();
                long cpu = agent.reservedCpuMilli() + sum(here, ResourceAmounts::getCpuMilli);
                long memory = agent.reservedMemoryBytes() + sum(here, ResourceAmounts::getMemoryBytes);
                var capacity = agent.report().getCapacity();
                assertThat(cpu)
                        .as("CPU of %s, seed %d", agent.name(), seed)
                        .isLessThanOrEqualTo(capacity.getCpuMilli());
                assertThat(memory)
                        .as("memory of %s, seed %d", agent.name(), seed)
                        .isLessThanOrEqualTo(capacity.getMemoryBytes());
            }
        });
    }

    @Test
    void neverBreaksARuleOfTheTask() {
        forAll((seed, drawn, placed) -> {
            var byName = drawn.agents().stream().collect(Collectors.toMap(Candidate::name, agent -> agent));
            var replicas = new HashMap<String, Integer>();
            for (var each : placed) {
                var agent = byName.get(each.agent());
                if (agent == null) {
                    continue;
                }
                var where = "seed " + seed + ", " + each.task() + " on " + agent;
                assertThat(agent.state()).as(where).isEqualTo(State.READY);
                assertThat(agent.cordoned()).as(where).isFalse();
                assertThat(each.task().getTagsList().isEmpty() && agent.tags().isEmpty()
                                || each.task().getTagsList().stream().anyMatch(agent.tags()::contains))
                        .as(where)
                        .isTrue();
                for (var port : each.task().getContainer().getPortsList()) {
                    assertThat(agent.taken(port)).as(where).isEmpty();
                }
                int here = replicas.merge(agent.name() + "/" + each.task().getService(), 1, Integer::sum);
                int most = each.task().getPlacement().getReplicasMaxPerAgent();
                assertThat(most == 0 || here + before(agent, each.task().getService()) <= most)
                        .as(where)
                        .isTrue();
            }
        });
    }

    @Test
    void findsAnAgentWheneverThereIsOneAndExplainsEachWhenThereIsNone() {
        forAll((seed, drawn, placed) -> {
            for (var each : placed) {
                if (each.choice() instanceof Choice.Nowhere nowhere) {
                    assertThat(nowhere.refusals())
                            .as("seed %d", seed)
                            .extracting(Placing.Refusal::agent)
                            .containsExactlyElementsOf(drawn.agents().stream()
                                    .map(Candidate::name)
                                    .sorted()
                                    .toList());
                    assertThat(nowhere.refusals())
                            .allMatch(refusal -> !refusal.reason().isEmpty());
                }
            }
        });
    }

    @Test
    void choosesTheSameWhateverTheOrderOfTheAgents() {
        forAll((seed, drawn, placed) -> {
            var shuffled = new ArrayList<>(drawn.agents());
            Collections.reverse(shuffled);

            var again = place(new Drawn(shuffled, drawn.tasks()));

            assertThat(again).as("seed %d", seed).isEqualTo(placed);
        });
    }

    @Test
    void spreadsEqualReplicasOverEqualAgentsByAtMostOne() {
        for (int seed = 1; seed <= SEEDS; seed++) {
            var random = new SeededRandom(seed);
            var agents = IntStream.range(0, 1 + random.nextInt(9))
                    .mapToObj(i -> agent("a" + i, State.READY, 64_000, 64_000))
                    .toList();
            int replicas = random.nextInt(60);
            var tasks = Collections.nCopies(replicas, task("web").build());

            var counts = place(new Drawn(agents, tasks)).stream()
                    .collect(Collectors.groupingBy(Placed::agent, Collectors.counting()));

            long most =
                    counts.values().stream().mapToLong(Long::longValue).max().orElse(0);
            long least = agents.stream()
                    .mapToLong(agent -> counts.getOrDefault(agent.name(), 0L))
                    .min()
                    .orElse(0);
            assertThat(most - least).as("seed %d", seed).isLessThanOrEqualTo(1);
            assertThat(counts).doesNotContainKey("");
        }
    }

    private interface Property {
        void check(int seed, Drawn drawn, List<Placed> placed);
    }

    private static void forAll(Property property) {
        int somewhere = 0;
        int nowhere = 0;
        for (int seed = 1; seed <= SEEDS; seed++) {
            var drawn = draw(new SeededRandom(seed));
            var placed = place(drawn);
            property.check(seed, drawn, placed);
            somewhere += (int)
                    placed.stream().filter(each -> !each.agent().isEmpty()).count();
            nowhere +=
                    (int) placed.stream().filter(each -> each.agent().isEmpty()).count();
        }
        // A property over clusters where all or none fits would say nothing.
        assertThat(somewhere).isGreaterThan(SEEDS);
        assertThat(nowhere).isGreaterThan(SEEDS);
    }

    private static List<Placed> place(Drawn drawn) {
        var placing = new Placing(drawn.agents());
        var placed = new ArrayList<Placed>();
        for (int i = 0; i < drawn.tasks().size(); i++) {
            placed.add(new Placed(
                    drawn.tasks().get(i),
                    placing.place("uid" + i, "task" + i, drawn.tasks().get(i))));
        }
        return placed;
    }

    private static Drawn draw(RandomSource random) {
        var agents = IntStream.range(0, random.nextInt(6))
                .mapToObj(i -> drawAgent("a" + i, random))
                .toList();
        var tasks = IntStream.range(0, random.nextInt(25))
                .mapToObj(i -> drawTask(random))
                .toList();
        return new Drawn(agents, tasks);
    }

    private static Candidate drawAgent(String name, RandomSource random) {
        var state = random.nextInt(4) == 0 ? State.forNumber(random.nextInt(4)) : State.READY;
        var base = agent(name, state, 500L + random.nextInt(4_000), 256L + random.nextInt(4_000));
        var reserved = new HashMap<String, Reservation>();
        if (random.nextBoolean()) {
            var amounts = ResourceAmounts.newBuilder()
                    .setCpuMilli(random.nextInt(500))
                    .setMemoryBytes(random.nextInt(256) * MIB);
            reserved.put(
                    "before-" + name,
                    Reservation.newBuilder()
                            .setDeployment("shop")
                            .setService("web")
                            .setAmounts(amounts)
                            .build());
        }
        var report = base.report().toBuilder();
        if (random.nextInt(3) == 0) {
            report.addPortsTaken(PortTaken.newBuilder()
                    .setPort(8080)
                    .setProtocol(Protocol.TCP)
                    .setHolder("sshd"));
        }
        var tags = random.nextInt(3) == 0 ? List.of(TAGS.get(random.nextInt(3))) : List.<String>of();
        return new Candidate(
                name, "uid-" + name, tags, Map.of(), random.nextInt(8) == 0, state, report.build(), reserved);
    }

    private static TaskSpec drawTask(RandomSource random) {
        var task = task(random.nextBoolean() ? "web" : "db")
                .setReservations(ResourceAmounts.newBuilder()
                        .setCpuMilli(random.nextInt(3) == 0 ? 0 : random.nextInt(1_500))
                        .setMemoryBytes(random.nextInt(3) == 0 ? 0 : random.nextInt(1_500) * MIB))
                .setPlacement(Placement.newBuilder().setReplicasMaxPerAgent(random.nextInt(4)));
        if (random.nextInt(3) == 0) {
            var port = PortMapping.newBuilder().setPublished(8080).setTarget(80).setProtocol(Protocol.TCP);
            task.setContainer(ContainerSpec.newBuilder().addPorts(port));
        }
        if (random.nextInt(4) == 0) {
            task.addTags(TAGS.get(random.nextInt(3)));
        }
        return task.build();
    }

    private static TaskSpec.Builder task(String service) {
        return TaskSpec.newBuilder().setDeployment("shop").setService(service);
    }

    private static Candidate agent(String name, State state, long cpuMilli, long mebibytes) {
        var capacity = ResourceAmounts.newBuilder().setCpuMilli(cpuMilli).setMemoryBytes(mebibytes * MIB);
        var report = AgentReportStatus.newBuilder().setCapacity(capacity).build();
        return new Candidate(name, "uid-" + name, List.of(), Map.of(), false, state, report, Map.of());
    }

    private static long before(Candidate agent, String service) {
        return agent.reservations().values().stream()
                .filter(reservation -> reservation.getService().equals(service))
                .count();
    }

    private static long sum(List<Placed> placed, java.util.function.ToLongFunction<ResourceAmounts> amount) {
        return placed.stream()
                .mapToLong(each -> amount.applyAsLong(each.task().getReservations()))
                .sum();
    }
}
