package dev.banyan.simulated.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.RegisterRequest;
import dev.banyan.api.wire.ApiException;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import dev.banyan.runtime.simulation.grpc.SimulatedWire;
import dev.banyan.runtime.simulation.network.SimulatedNetwork;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An engine that takes calls and does not answer them, since it waits for its store or has lost touch with the others, is left. */
class SilentEngineTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration FOR_EVER = Duration.ofDays(1);
    private static final ObjectKey AGENT = Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, "a1");
    private static final RegisterRequest REQUEST =
            RegisterRequest.newBuilder().setBootId("boot").build();

    private final Simulation simulation = new Simulation(12);
    private final SimulatedNetwork network = new SimulatedNetwork(simulation, FaultPlan.none(12));
    private final SimulatedWire wire = new SimulatedWire(simulation, network, FaultPlan.none(12));
    private final MemoryStore truth =
            new MemoryStore(simulation.process("store").env());
    private final SimulatedProcess agent = simulation.process("a1");
    private final AtomicBoolean acts = new AtomicBoolean(true);
    private final List<String> hearing = new ArrayList<>();
    private final BanyanClient client = FrontDoor.client(wire, agent, FrontDoor.credentials("agent", "a1"), "e1", "e2");

    @BeforeEach
    void enrol() {
        var spec = Kinds.AGENTS.spec().encode(AgentSpec.getDefaultInstance());
        var ignored = truth.commit(Commit.of(new Write.Create(Draft.of(AGENT, spec))));
    }

    @AfterEach
    void close() {
        simulation.close();
    }

    @Test
    void anAgentRegistersWithTheNextEngine() {
        open("e1", new Hanging(truth, simulation.process("e1")), () -> true);
        open("e2", truth, () -> true);

        simulation.runIn(
                agent, PATIENCE, () -> assertThat(client.register(REQUEST).getEpoch())
                        .isPositive());

        assertThat(hearing).containsExactly("e2 a1");
        assertThat(client.endpoint()).hasToString("e2:7443");
    }

    @Test
    void aCallThatMustNotBeRepeatedIsNotAndTheNextOneGoesToTheNextEngine() {
        open("e1", new Hanging(truth, simulation.process("e1")), () -> true);
        open("e2", truth, () -> true);
        var status = new Write.UpdateStatus(AGENT, uid(), Kinds.AGENTS.status().encode(status("once")));

        var member = FrontDoor.client(wire, agent, FrontDoor.credentials("engine", "client"), "e1", "e2");
        simulation.runIn(agent, PATIENCE, () -> {
            var outcome = member.store().commit(Commit.of(status));
            assertThat(outcome).isInstanceOf(WriteOutcome.Unknown.class);
            assertThat(member.endpoint()).hasToString("e2:7443");
        });

        assertThat(truth.get(AGENT, ReadAt.LATEST).orElseThrow().status().isEmpty())
                .isTrue();
    }

    @Test
    void anEngineThatIsNoMemberBeginsNoSession() {
        open("e1", truth, acts::get);
        open("e2", truth, () -> true);
        acts.set(false);

        simulation.runIn(
                agent, PATIENCE, () -> assertThat(client.register(REQUEST).getEpoch())
                        .isPositive());

        assertThat(hearing).containsExactly("e2 a1");
    }

    @Test
    void anEngineThatIsAMemberAgainBeginsSessions() {
        open("e1", truth, acts::get);
        open("e2", truth, acts::get);
        acts.set(false);
        var registered = new ArrayList<Long>();
        agent.env().tasks().spawn("register", () -> {
            while (registered.isEmpty()) {
                try {
                    registered.add(client.register(REQUEST).getEpoch());
                } catch (ApiException refused) {
                    agent.env().signal().await(Duration.ofSeconds(1));
                }
            }
        });
        simulation.runFor(Duration.ofSeconds(20));
        assertThat(registered).isEmpty();
        assertThat(truth.list(Selection.of(Kinds.SESSIONS.name()), ReadAt.LATEST)
                        .objects())
                .isEmpty();

        acts.set(true);

        assertThat(simulation.runUntil(() -> !registered.isEmpty(), PATIENCE)).isTrue();
    }

    private static AgentStatus status(String message) {
        return AgentStatus.newBuilder().setMessage(message).build();
    }

    private String uid() {
        return truth.get(AGENT, ReadAt.LATEST).orElseThrow().meta().uid();
    }

    private void open(String engine, Store store, BooleanSupplier acting) {
        var process = simulation.process(engine);
        FrontDoor.open(wire, process, store, new FrontDoor.Ears(heard -> hearing.add(engine + " " + heard), acting));
    }

    /** Commits never end, as on a way that is cut and does not say so. */
    private record Hanging(Store store, SimulatedProcess process) implements Store {
        @Override
        public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
            return store.get(key, at);
        }

        @Override
        public Listing list(Selection selection, ReadAt at) {
            return store.list(selection, at);
        }

        @Override
        public Watch watch(Selection selection, long afterRevision) {
            return store.watch(selection, afterRevision);
        }

        @Override
        public WriteOutcome commit(Commit commit) {
            process.away(FOR_EVER);
            return new WriteOutcome.Unavailable("never comes");
        }
    }
}
