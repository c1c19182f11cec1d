package dev.banyan.simulated.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.CheckedFile;
import dev.banyan.agent.session.LogSource;
import dev.banyan.agent.session.Relay;
import dev.banyan.agent.session.Session;
import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.client.Duplex;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.Assignment;
import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.LogRequest;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import dev.banyan.runtime.simulation.grpc.SimulatedWire;
import dev.banyan.runtime.simulation.network.SimulatedNetwork;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.Write;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers of logs are sent to the engine that an agent's session names: the agent's relay is there, whatever became of other engines. */
class RelayOnWireTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final LogRequest REQUEST =
            LogRequest.newBuilder().setNamespace("default").setDeployment("web").build();

    @TempDir(factory = MemoryDisk.class)
    private Path disk;

    private final Simulation simulation = new Simulation(11);
    private final SimulatedNetwork network = new SimulatedNetwork(simulation, FaultPlan.none(11));
    private final SimulatedWire wire = new SimulatedWire(simulation, network, FaultPlan.none(11));
    private final MemoryStore truth =
            new MemoryStore(simulation.process("store").env());
    private final SimulatedProcess agent = simulation.process("a1");
    private final SimulatedProcess reader = simulation.process("reader");
    private SimulatedProcess first = engine("e1");
    private final SimulatedProcess second = engine("e2");
    private final BanyanClient client = FrontDoor.client(wire, agent, FrontDoor.credentials("agent", "a1"), "e1", "e2");

    @BeforeEach
    void start() {
        var task = TaskSpec.newBuilder()
                .setAssignment(Assignment.newBuilder().setAgent("a1"))
                .build();
        var ignored = truth.commit(Commit.of(
                new Write.Create(Draft.of(
                        Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, "a1"),
                        Kinds.AGENTS.spec().encode(AgentSpec.getDefaultInstance()))),
                new Write.Create(Draft.of(
                                Kinds.TASKS.key("default", "web-1"),
                                Kinds.TASKS.spec().encode(task))
                        .labelled(Map.of(Labels.DEPLOYMENT, "web")))));
        var session =
                new Session(agent.env(), client, new CheckedFile(disk.resolve("membership")), "boot", "simulated");
        session.start();
        LogSource logs = (request, sink) -> {
            var line = LogLine.newBuilder().setText("a line").build();
            var taken = sink.accept(List.of(line));
            assertThat(taken).isTrue();
        };
        var sources = new Relay.Sources(logs, (request, person) -> ReachOutcome.getDefaultInstance());
        new Relay(agent.env(), client, session::tie, sources).start();
    }

    @AfterEach
    void close() {
        simulation.close();
    }

    @Test
    void isReadThroughTheEngineOfTheSession() {
        simulation.runFor(Duration.ofSeconds(5));

        assertThat(read("e1")).containsExactly("LOG a line");
        assertThat(read("e2")).containsExactly("ELSEWHERE e1:7443");
    }

    @Test
    void movesWithTheSessionWhenItsEngineDies() {
        simulation.runFor(Duration.ofSeconds(5));

        first.kill();
        simulation.runFor(Duration.ofSeconds(30));

        assertThat(read("e2")).containsExactly("LOG a line");
    }

    @Test
    void movesWithTheSessionWhenItsEngineStandsStill() {
        simulation.runFor(Duration.ofSeconds(5));

        first.pause();
        simulation.runFor(Duration.ofSeconds(60));

        assertThat(read("e2")).containsExactly("LOG a line");
    }

    @Test
    void comesBackToAnEngineThatWasStartedAgain() {
        simulation.runFor(Duration.ofSeconds(5));
        second.kill();
        first.kill();
        simulation.runFor(Duration.ofSeconds(5));

        first = engine("e1");
        simulation.runFor(Duration.ofSeconds(60));

        assertThat(read("e1")).containsExactly("LOG a line");
    }

    private SimulatedProcess engine(String name) {
        var process = simulation.process(name);
        var door = FrontDoor.open(wire, process, truth, heard -> {});
        var sessions = Informer.of(Kinds.SESSIONS, truth, process.env()).build();
        sessions.addDirectHandler(door.sessions());
        sessions.start();
        return process;
    }

    private List<String> read(String engine) {
        var lines = new ArrayList<String>();
        simulation.runIn(reader, PATIENCE, () -> {
            var asking = FrontDoor.client(wire, reader, FrontDoor.credentials("admin", "alice"), engine);
            try (var logs = asking.logs(REQUEST)) {
                while (logs.receive(PATIENCE).orElseThrow() instanceof Duplex.Item.Message<LogLine>(var line)) {
                    lines.add(said(line));
                }
            }
        });
        return lines;
    }

    private static String said(LogLine line) {
        return switch (line.getStream()) {
            case ELSEWHERE, GAP -> line.getStream() + " " + line.getText();
            default -> "LOG " + line.getText();
        };
    }
}
