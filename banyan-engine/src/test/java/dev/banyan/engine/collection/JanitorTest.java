package dev.banyan.engine.collection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.EventSpec;
import dev.banyan.api.v1.EventStatus;
import dev.banyan.engine.World;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.simulation.SimulatedTime;
import dev.banyan.runtime.simulation.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JanitorTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Instant START = SimulatedTime.START;

    private final World world = new World();
    private final Simulation simulation = new Simulation(17);
    private final History history = new History();

    @AfterEach
    void close() {
        simulation.close();
    }

    @Test
    void deletesEventsThatAreOlderThanAnHour() {
        event("old", "shop", START.minus(Duration.ofMinutes(56)));
        event("young", "shop", START.minus(Duration.ofMinutes(54)));
        start();

        simulation.runFor(MINUTE.multipliedBy(4));
        assertThat(world.names(Kinds.EVENTS)).hasSize(2);
        simulation.runFor(MINUTE.multipliedBy(2));

        assertThat(world.names(Kinds.EVENTS)).containsExactly("young");
    }

    @Test
    void deletesMoreThanOneCommitHolds() {
        for (int i = 0; i < 150; i++) {
            event("e" + i, "shop", START.minus(Duration.ofHours(2)));
        }
        start();

        simulation.runFor(MINUTE.multipliedBy(6));

        assertThat(world.names(Kinds.EVENTS)).isEmpty();
        assertThat(world.store.commits()).hasSize(3);
    }

    @Test
    void compactsToWhereTheStoreWasOnePeriodAgo() {
        start();

        history.revision = 100;
        simulation.runFor(MINUTE.multipliedBy(6));
        assertThat(history.compacted).isEmpty();
        history.revision = 250;
        simulation.runFor(MINUTE.multipliedBy(5));
        history.revision = 300;
        simulation.runFor(MINUTE.multipliedBy(5));

        assertThat(history.compacted).containsExactly(100L, 250L);
    }

    @Test
    void goesOnAfterARoundThatFailed() {
        start();
        history.revision = 100;
        simulation.runFor(MINUTE.multipliedBy(6));
        history.broken = true;
        simulation.runFor(MINUTE.multipliedBy(5));
        history.broken = false;
        simulation.runFor(MINUTE.multipliedBy(5));

        assertThat(history.compacted).containsExactly(100L);
    }

    @Test
    void keepsTheNewestThousandOfEachApp() {
        var events = new ArrayList<Resource<EventSpec, EventStatus>>();
        for (int i = 0; i < EventRetention.PER_DEPLOYMENT_MAX + 3; i++) {
            events.add(event("shop" + i, "shop", START.plusSeconds(i)));
        }
        events.add(event("blog", "blog", START));
        events.add(event("agent", "", START));

        var expired = EventRetention.expired(events, START.plus(MINUTE));

        assertThat(expired).extracting(Resource::name).containsExactlyInAnyOrder("shop0", "shop1", "shop2");
    }

    private void start() {
        var process = simulation.process("engine");
        new Janitor(process.env(), world.store, world.lister(Kinds.EVENTS), history).start();
    }

    private Resource<EventSpec, EventStatus> event(String name, String app, Instant last) {
        var spec = EventSpec.newBuilder()
                .setDeployment(app)
                .setLastMs(last.toEpochMilli())
                .build();
        return world.create(Kinds.EVENTS, Kinds.EVENTS.key("default", name), spec);
    }

    private static final class History implements Janitor.History {
        private final List<Long> compacted = new ArrayList<>();
        private long revision;
        private boolean broken;

        @Override
        public long revision() {
            return revision;
        }

        @Override
        public void compact(long to) {
            if (broken) {
                throw new IllegalStateException("etcd is away");
            }
            compacted.add(to);
        }
    }
}
