package dev.banyan.simulated;

import dev.banyan.runtime.simulation.campaign.Campaign;
import dev.banyan.runtime.simulation.campaign.Mode;
import dev.banyan.runtime.simulation.campaign.Settling;
import dev.banyan.runtime.simulation.campaign.Trial;
import dev.banyan.simulated.proof.Invariants;
import dev.banyan.simulated.proof.Judgement;
import dev.banyan.simulated.world.AgentProcess;
import dev.banyan.simulated.world.EngineProcess;
import dev.banyan.simulated.world.Sabotage;
import dev.banyan.simulated.world.World;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** One trial of a cluster: users walk, fate strikes, all laws hold; and unless fate goes on to the end, all becomes as wanted. */
final class ClusterPlay implements Campaign.Play {
    /** Kinds of fault that are rare strike at least a few times. */
    private static final Duration AT_LEAST = Duration.ofSeconds(6);

    private static final Duration SAFETY_MAX = Duration.ofSeconds(12);
    private static final Duration WALK_MAX = Duration.ofMinutes(10);

    /** Lost agents, a minute's backoff of what died again and again, and the way from there. */
    private static final Settling SETTLING = new Settling(Duration.ofMinutes(4), Duration.ofSeconds(25));

    private static final int WISHES_MAX = 5;

    private final Sabotage sabotage;

    @FunctionalInterface
    interface Course {
        void take(Walk walk) throws InterruptedException;
    }

    ClusterPlay(Sabotage sabotage) {
        this.sabotage = sabotage;
    }

    @Override
    public void play(Trial trial) {
        int wishes = trial.size("wishes", 1, WISHES_MAX);
        play(trial, walk -> walk.stroll(wishes));
    }

    /** The same with a course that is given. */
    void play(Trial trial, Course course) {
        run(trial, new World(trial, sabotage), course);
    }

    private static void run(Trial trial, World world, Course course) {
        var laws = new Invariants(world);
        var walk = new Walk(world);
        var walking = walk.desk().env().tasks().spawn("walk", () -> course.take(walk));
        boolean calm = trial.mode() == Mode.CALM;
        var simulation = trial.simulation();
        BooleanSupplier over =
                () -> walking.done() && (calm || simulation.time().elapsed().compareTo(AT_LEAST) >= 0);
        simulation.runUntil(lawful(laws, over), calm ? WALK_MAX : SAFETY_MAX);
        if (trial.mode() == Mode.SAFETY) {
            return;
        }
        world.fate().calm(core(world));
        if (!simulation.runUntil(lawful(laws, walking::done), WALK_MAX)) {
            throw new AssertionError("the user got no answer");
        }
        trial.settled(SETTLING.check(
                simulation,
                world.chronicle(),
                () -> {
                    laws.hold();
                    return Judgement.difference(world, walk.wanted());
                },
                World::restless));
        if (broken(world)) {
            world.reached("something was left broken");
        }
        Judgement.leftFiles(world).ifPresent(left -> {
            throw new AssertionError(left);
        });
    }

    private static BooleanSupplier lawful(Invariants laws, BooleanSupplier condition) {
        return () -> {
            laws.hold();
            return condition.getAsBoolean();
        };
    }

    /** What is mended in the end: one engine and one agent at least, and all in every third trial. */
    private static Set<String> core(World world) {
        var random = world.trial().random("core");
        boolean all = random.nextInt(3) == 0;
        var core = new LinkedHashSet<String>();
        int engine = random.nextInt(world.engines().size());
        int agent = random.nextInt(world.agents().size());
        world.engines().stream()
                .map(EngineProcess::name)
                .filter(name -> all || random.nextBoolean())
                .forEach(core::add);
        world.agents().stream()
                .map(AgentProcess::name)
                .filter(name -> all || random.nextBoolean())
                .forEach(core::add);
        core.add(world.engines().get(engine).name());
        core.add(world.agents().get(agent).name());
        if (broken(world) && all) {
            world.reached("all was mended");
        }
        return core;
    }

    private static boolean broken(World world) {
        return !world.engines().stream().allMatch(EngineProcess::runs)
                || !world.agents().stream().allMatch(AgentProcess::works);
    }
}
