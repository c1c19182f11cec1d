package dev.banyan.agent.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Services and endpoints, each with a connection of its own to the store. */
class ChangesTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final Simulation simulation = new Simulation(7);
    private final MemoryStore truth =
            new MemoryStore(simulation.process("store").env());
    private final SimulatedProcess process = simulation.process("agent");
    private final FaultyStore ofServices = new FaultyStore(truth, process, FaultyStore.Faults.NONE);
    private final FaultyStore ofEndpoints = new FaultyStore(truth, process, FaultyStore.Faults.NONE);
    private final Signal changed = process.env().signal();
    private final Changes changes = new Changes(changed);
    private final AtomicInteger woken = new AtomicInteger();

    @BeforeEach
    void count() {
        process.env().tasks().spawn("counter", () -> {
            while (true) {
                changed.await();
                woken.incrementAndGet();
            }
        });
    }

    @AfterEach
    void end() {
        simulation.close();
    }

    private void follow() {
        var services = Informer.of(Kinds.SERVICES, ofServices, process.env()).build();
        var endpoints = Informer.of(Kinds.ENDPOINTS, ofEndpoints, process.env()).build();
        changes.follow(services);
        changes.follow(endpoints);
        services.start();
        endpoints.start();
    }

    @Test
    void beginsWhenAllKindsAreListed() {
        ofEndpoints.cut();
        follow();
        simulation.runFor(SOON);
        assertThat(changes.begun()).isFalse();

        ofEndpoints.heal();
        simulation.runFor(SOON);
        assertThat(changes.begun()).isTrue();
    }

    @Test
    void confirmsAChangeWhenEveryKindIsKnownUpToThere() {
        follow();
        simulation.runFor(SOON);
        long before = changes.confirmable();
        ofEndpoints.cut();

        long revision = create(Kinds.SERVICES.key("default", "shop.web"));
        simulation.runFor(SOON);
        assertThat(changes.confirmable()).isEqualTo(before);

        ofEndpoints.heal();
        simulation.runFor(SOON);
        assertThat(changes.confirmable()).isEqualTo(revision);
    }

    /** Without that, the confirmation would wait for the next look. */
    @Test
    void wakesWhenTheOtherKindHasComeThatFar() {
        follow();
        simulation.runFor(SOON);
        assertThat(changes.confirmable())
                .isEqualTo(truth.list(Selection.of(Kinds.SERVICES.name()), ReadAt.LATEST)
                        .revision());
        create(Kinds.ENDPOINTS.key("default", "shop.web"));
        woken.set(0);

        simulation.runFor(SOON);

        assertThat(woken).as("by the change, and by the other kind").hasValueGreaterThanOrEqualTo(2);
    }

    @Test
    void revisionsOfOtherKindsAreNoChanges() {
        follow();
        long revision = create(Kinds.SERVICES.key("default", "shop.web"));
        simulation.runFor(SOON);
        assertThat(changes.confirmable()).isEqualTo(revision);
        woken.set(0);

        create(ObjectKey.cluster("others", "one"));
        create(ObjectKey.cluster("others", "two"));
        simulation.runFor(SOON);

        assertThat(changes.confirmable()).isEqualTo(revision);
        assertThat(woken).hasValue(0);
    }

    private long create(ObjectKey key) {
        var made = truth.commit(Commit.of(new Write.Create(Draft.of(key, Bytes.EMPTY))));
        assertThat(made.written()).isTrue();
        return truth.get(key, ReadAt.LATEST).orElseThrow().meta().revision();
    }
}
