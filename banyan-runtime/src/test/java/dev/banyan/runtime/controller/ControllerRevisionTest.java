package dev.banyan.runtime.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ObjectWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How far a controller is of which not all caches are equally far. */
class ControllerRevisionTest {
    private static final Kind<String, String> THINGS = Texts.kind("things");
    private static final Kind<String, String> OTHERS = Texts.kind("others");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Simulation simulation = new Simulation(17);
    private final MemoryStore truth =
            new MemoryStore(simulation.process("store").env());
    private final SimulatedProcess process = simulation.process("engine");
    private final FaultyStore slowWay = new FaultyStore(truth, process, Faults.NONE);
    private final ObjectWriter objects = new ObjectWriter(truth);

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void isAsFarAsItsSlowestCache() {
        var fast = Informer.of(THINGS, truth, process.env()).build();
        var slow = Informer.of(OTHERS, slowWay, process.env()).build();
        var controller = Controller.named("both", process.env())
                .watches(fast)
                .watches(slow, event -> List.of())
                .reconciler(request -> Result.done())
                .build();
        objects.put("a", "1");
        fast.start();
        slow.start();
        controller.start();
        simulation.runFor(SECOND);
        long before = objects.revision();
        assertThat(controller.appliedRevision()).isEqualTo(before);

        slowWay.cut();
        objects.put("a", "2");
        simulation.runFor(SECOND);

        assertThat(fast.appliedRevision()).isGreaterThan(before);
        assertThat(controller.appliedRevision()).isEqualTo(before);

        slowWay.heal();
        simulation.runFor(SECOND.multipliedBy(30));

        assertThat(controller.appliedRevision()).isEqualTo(objects.revision());
    }
}
