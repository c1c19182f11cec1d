package dev.banyan.runtime.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which keys a controller takes, and how all of them are made due from outside. */
class ControllerKeysTest {
    private static final Kind<String, String> THINGS = Texts.kind("things");
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final ObjectKey ONE = THINGS.key("default", "one");
    private static final ObjectKey TWO = THINGS.key("default", "two");

    private final Simulation simulation = new Simulation(5);
    private final MemoryStore store =
            new MemoryStore(simulation.process("store").env());
    private final List<ObjectKey> ran = new ArrayList<>();
    private final Set<ObjectKey> wanted = new HashSet<>();
    private final Informer<String, String> things =
            Informer.of(THINGS, store, simulation.process("worker").env()).build();

    @AfterEach
    void close() {
        simulation.close();
    }

    @Test
    void queuesOnlyTheKeysThatItShall() {
        wanted.add(ONE);
        var controller = start(Duration.ofDays(1));
        create(ONE);
        create(TWO);
        simulation.runFor(SOON);
        assertThat(ran).containsExactly(ONE);

        controller.enqueue(List.of(TWO));
        simulation.runFor(SOON);

        assertThat(ran).containsExactly(ONE);
        assertThat(controller.describe(TWO).toString()).startsWith("IDLE");
    }

    @Test
    void asksAgainAtEachResync() {
        start(Duration.ofSeconds(10));
        create(ONE);
        simulation.runFor(Duration.ofSeconds(25));
        assertThat(ran).isEmpty();

        wanted.add(ONE);
        simulation.runFor(Duration.ofSeconds(12));

        assertThat(ran).containsExactly(ONE);
    }

    @Test
    void makesAllKeysDueThatArePicked() {
        wanted.addAll(List.of(ONE, TWO));
        var controller = start(Duration.ofDays(1));
        create(ONE);
        create(TWO);
        simulation.runFor(SOON);
        ran.clear();

        controller.enqueueAll(TWO::equals);
        simulation.runFor(SOON);
        assertThat(ran).containsExactly(TWO);

        wanted.remove(TWO);
        controller.enqueueAll(key -> true);
        simulation.runFor(SOON);
        assertThat(ran).as("and that it shall look at").containsExactly(TWO, ONE);
    }

    @Test
    void tellsHowFarItsInformersAre() {
        var controller = start(Duration.ofDays(1));
        assertThat(controller.appliedRevision()).isZero();

        create(ONE);
        simulation.runFor(SOON);

        assertThat(controller.appliedRevision())
                .isEqualTo(things.appliedRevision())
                .isGreaterThan(1);
    }

    private Controller start(Duration resync) {
        var controller = Controller.named("things", simulation.process("worker").env())
                .watches(things, EventMapper.self())
                .only(wanted::contains)
                .resync(resync)
                .reconciler(request -> {
                    ran.add(request.key());
                    return Result.done();
                })
                .build();
        things.start();
        controller.start();
        return controller;
    }

    private void create(ObjectKey key) {
        store.commit(Commit.of(new Write.Create(Draft.of(key, Bytes.utf8("x")))));
    }
}
