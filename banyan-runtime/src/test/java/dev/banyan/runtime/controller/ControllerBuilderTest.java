package dev.banyan.runtime.controller;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.manager.ControllerManager;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.MemoryStore;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bad use is told at once: what, where, and what to do. */
class ControllerBuilderTest {
    private static final Kind<String, String> PARENTS = Texts.kind("parents");

    private final Simulation simulation = new Simulation(1);
    private final Env env = simulation.process("engine").env();
    private final Informer<String, String> parents =
            Informer.of(PARENTS, new MemoryStore(env), env).build();

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void saysWhatIsMissingWhereAndWhatToDo() {
        assertThatThrownBy(() ->
                        Controller.named("zones", env).reconciler(this::none).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("'zones'", "watches nothing", "call watches(...)");
        assertThatThrownBy(() -> Controller.named("zones", env)
                        .watches(parents, EventMapper.self())
                        .build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("'zones'", "no reconciler", "call reconciler(...)");
        assertThatThrownBy(() -> Controller.named("zones", env)
                        .watches(parents, EventMapper.self())
                        .owns(parents, PARENTS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("'zones'", "informer/parents", "twice", "one mapper");
        assertThatThrownBy(() -> builder().reconciler(this::none))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("'test'", "a reconciler already");
        assertThatThrownBy(() -> builder().ignoreOwnWrites().build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("'test'", "own writes", "reconciler(store");
        assertThatThrownBy(() -> Controller.named(" ", env)).hasMessageContaining("not blank");
        assertThatThrownBy(() -> Controller.named("x", env).concurrency(0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Controller.named("x", env).deadline(Duration.ZERO))
                .hasMessageContaining("deadline");
        assertThatThrownBy(() -> Controller.named("x", env).resync(Duration.ZERO))
                .hasMessageContaining("resync");
    }

    @Test
    void refusesToRunTwiceOrUnderTheNameOfAnother() {
        var controller = builder().build();
        controller.start();
        assertThatThrownBy(controller::start).hasMessageContainingAll("controller/test", "started already");

        var other = Controller.named("test", env)
                .watches(parents, EventMapper.self())
                .reconciler(this::none)
                .build();
        assertThatThrownBy(() -> ControllerManager.of(controller, other))
                .hasMessageContainingAll("controller/test", "another name");
    }

    private ControllerBuilder builder() {
        return Controller.named("test", env)
                .watches(parents, EventMapper.self())
                .reconciler(this::none);
    }

    private Result none(Request request) {
        return Result.done();
    }
}
