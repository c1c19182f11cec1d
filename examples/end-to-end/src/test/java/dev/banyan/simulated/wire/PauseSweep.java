package dev.banyan.simulated.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.campaign.Mode;
import dev.banyan.runtime.simulation.campaign.Schedule;
import dev.banyan.runtime.simulation.campaign.Trial;
import dev.banyan.runtime.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Tells one story again and again, and each time one process stands still from one step on. A step is the least that a process does between
 * two points at which it can be stopped, so that a sweep over all of them has stopped each process at each point.
 *
 * <p>The story: an agent joins and reports; its engine dies and another takes over; the agent is cut off and judged lost; it comes back, and
 * so does the engine.
 */
final class PauseSweep {
    /** Who may stand still. */
    enum Who {
        FIRST_ENGINE,
        SECOND_ENGINE,
        AGENT;

        SimulatedProcess of(SessionWorld world) {
            return switch (this) {
                case FIRST_ENGINE -> world.engines().getFirst().process();
                case SECOND_ENGINE -> world.engines().getLast().process();
                case AGENT -> world.agents().getFirst().process();
            };
        }
    }

    /** One telling. */
    record Point(long step, Who who, Sleep sleep) {}

    private static final Duration DEATH = Duration.ofSeconds(2);
    private static final Duration RETURN = Duration.ofSeconds(9);
    private static final Duration CUT = Duration.ofSeconds(10);
    private static final Duration HEALED = Duration.ofSeconds(20);
    private static final Duration END = Duration.ofSeconds(22);
    private static final Duration BACK_MAX = Duration.ofMinutes(2);
    private static final int VARIANTS = Who.values().length * Sleep.values().length;

    private final Path disk;
    private final long seed;
    private final UnaryOperator<Store> engines;
    private final long first;
    private final long steps;

    /** Tells the story once without any standstill, to know its steps. */
    PauseSweep(Path disk, long seed, UnaryOperator<Store> engines) {
        this.disk = disk;
        this.seed = seed;
        this.engines = engines;
        try (var trial = trial()) {
            var world = begin(trial);
            this.first = trial.simulation().steps();
            trial.simulation().runFor(END);
            this.steps = trial.simulation().steps() - first;
            requireWell(world, Optional.empty());
        }
    }

    /** All tellings there are. */
    long points() {
        return steps * VARIANTS;
    }

    Point point(long number) {
        int variant = (int) (number % VARIANTS);
        int sleeps = Sleep.values().length;
        return new Point(first + number / VARIANTS, Who.values()[variant / sleeps], Sleep.values()[variant % sleeps]);
    }

    /**
     * Tells it with one standstill.
     *
     * @throws AssertionError naming the point, when something landed that must not or not all is well in the end
     */
    void tell(Point point) {
        try (var trial = trial()) {
            var world = begin(trial);
            var simulation = trial.simulation();
            var began = simulation.time().nanos();
            simulation.runUntil(() -> simulation.steps() >= point.step(), END);
            point.sleep().befall(world, point.who().of(world));
            var left = END.minus(simulation.time().since(began));
            simulation.runFor(
                    left.compareTo(point.sleep().duration()) > 0
                            ? left
                            : point.sleep().duration());
            requireWell(world, Optional.of(point));
        } catch (AssertionError wrong) {
            throw new AssertionError("seed " + seed + ", " + point + ": " + wrong.getMessage(), wrong);
        }
    }

    private Trial trial() {
        var sizes = Map.of("agents", 1, "etcd", 0);
        return new Trial(new Schedule(seed, Mode.CALM, Optional.empty(), sizes, false), List.of());
    }

    private SessionWorld begin(Trial trial) {
        var world = new SessionWorld(trial, directory(), engines);
        var simulation = trial.simulation();
        var engine = world.engines().getFirst();
        simulation.after(DEATH, () -> engine.process().kill());
        simulation.after(RETURN, engine::restart);
        simulation.after(CUT, () -> world.network().isolate("a1"));
        simulation.after(HEALED, world.network()::heal);
        return world;
    }

    private static void requireWell(SessionWorld world, Optional<Point> point) {
        boolean well = world.simulation().runUntil(world::allWell, BACK_MAX);
        assertThat(well)
                .as("all is well again after %s: %s", point, world.wellness())
                .isTrue();
    }

    private Path directory() {
        try {
            return Files.createTempDirectory(disk, "run");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
