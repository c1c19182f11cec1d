package dev.banyan.runtime.simulation;

import dev.banyan.runtime.controller.Reconciler;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.simulation.FaultyStore.CrashPoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Whether a reconciler may be interrupted anywhere and repeated at any time, as every one is. In one line:
 *
 * <pre>{@code
 * IdempotenceCheck.of(KEY, world -> world.given(SETS, KEY, "2"), world -> new SetReconciler(world.lister(SETS), world.store())).run();
 * }</pre>
 *
 * <p>It tells the story once undisturbed, then once for each commit of it with the reconciler dying right before and right after, then some
 * times dying at several drawn commits. What died is made anew and runs until it writes no more.
 *
 * <p><b>Guarantees.</b> It fails, naming the place, when a run fails, when the reconciler does not come to rest, when it writes though its
 * run before ended with nothing left to do, or when the story ends with other objects than the undisturbed one: another key, spec, owner,
 * finalizer or label. <b>Caveats.</b> Statuses are not compared, since they may tell times and counts. Nobody else acts meanwhile. Immutable.
 */
public final class IdempotenceCheck {
    /** Runs of one story. A reconciler that makes one step each time has as many. */
    private static final int RUNS_MAX = 100;

    /** Stories with several deaths at drawn commits. */
    private static final int DRAWN_STORIES = 20;

    private static final int DEATHS_MAX = 4;

    /** Of every story: what is given gets the same uids in each, so that objects may tell of each other's. */
    private static final long SEED = 1;

    /** Longest delay that a reconciler asks for and gets. */
    private static final Duration PASS_MAX = Duration.ofMinutes(10);

    private record Death(int commit, CrashPoint point) {}

    private final ObjectKey key;
    private final Consumer<ControllerHarness> given;
    private final Function<ControllerHarness, Reconciler> made;
    private final boolean inSteps;

    private IdempotenceCheck(
            ObjectKey key,
            Consumer<ControllerHarness> given,
            Function<ControllerHarness, Reconciler> made,
            boolean inSteps) {
        this.key = Objects.requireNonNull(key, "key");
        this.given = Objects.requireNonNull(given, "given");
        this.made = Objects.requireNonNull(made, "made");
        this.inSteps = inSteps;
    }

    /**
     * A check of what reconciles {@code key}.
     *
     * @param given what is in the store before; called once for each story
     * @param made makes the reconciler, anew after each death: with the harness's listers, store and surroundings
     */
    public static IdempotenceCheck of(
            ObjectKey key, Consumer<ControllerHarness> given, Function<ControllerHarness, Reconciler> made) {
        return new IdempotenceCheck(key, given, made, false);
    }

    /** For a reconciler that makes one step, says that it is done, and makes the next when that step comes back as an event. */
    public IdempotenceCheck inSteps() {
        return new IdempotenceCheck(key, given, made, true);
    }

    /**
     * Tells all stories.
     *
     * @return how many intermediate states were gone on from, so that a test can see that there were any
     * @throws AssertionError saying what went wrong, and after which death
     */
    public int run() {
        var wanted = new ArrayList<Object>();
        int commits = story(List.of(), wanted);
        int states = 0;
        for (int commit = 1; commit <= commits; commit++) {
            for (var point : CrashPoint.values()) {
                tell(List.of(new Death(commit, point)), wanted);
                states++;
            }
        }
        for (int seed = 1; commits > 0 && seed <= DRAWN_STORIES; seed++) {
            var deaths = draw(new SeededRandom(seed), commits);
            tell(deaths, wanted);
            states += deaths.size();
        }
        return states;
    }

    private void tell(List<Death> deaths, List<Object> wanted) {
        var end = new ArrayList<Object>();
        var ignored = story(deaths, end);
        if (!end.equals(wanted)) {
            var missing = new ArrayList<>(wanted);
            missing.removeAll(end);
            end.removeAll(wanted);
            throw wrong(
                    deaths, "the story ends otherwise than undisturbed: instead of " + missing + " there is " + end);
        }
    }

    private static List<Death> draw(SeededRandom random, int commits) {
        var deaths = new ArrayList<Death>();
        int count = 2 + random.nextInt(DEATHS_MAX - 1);
        for (int death = 0; death < count; death++) {
            deaths.add(new Death(1 + random.nextInt(commits), CrashPoint.values()[random.nextInt(2)]));
        }
        return deaths;
    }

    /** Answers the commits of the last incarnation; {@code end} gets what is there at the end. */
    private int story(List<Death> deaths, List<Object> end) {
        try (var harness = new ControllerHarness(SEED)) {
            given.accept(harness);
            for (var death : deaths) {
                harness.dieAt(death.commit(), death.point());
                var ignored = rest(harness, deaths);
            }
            harness.dieAt(0, CrashPoint.BEFORE);
            int commits = rest(harness, deaths);
            harness.objects().forEach(object -> end.add(shape(object)));
            return commits;
        }
    }

    /** Runs one incarnation until it writes no more, or dies. */
    private int rest(ControllerHarness harness, List<Death> deaths) {
        var reconciler = made.apply(harness);
        boolean over = false;
        int quiet = 0;
        int commits = 0;
        for (int run = 0; run < RUNS_MAX && quiet < 2; run++) {
            var now = harness.when(reconciler, key);
            commits += now.commits().size();
            if (now.failure().filter(ControllerHarness.Died.class::isInstance).isPresent()) {
                return commits;
            }
            if (now.failure().isPresent()) {
                throw wrong(deaths, "a run fails: " + now.failure().get());
            }
            if (over && !inSteps && !now.commits().isEmpty()) {
                throw wrong(deaths, "it had nothing left to do and writes when it is repeated: " + now.writes());
            }
            over = now.ended() instanceof Result.Done || now.ended() instanceof Result.Stalled;
            quiet = now.commits().isEmpty() ? quiet + 1 : 0;
            pass(harness, now.ended());
        }
        if (quiet < 2) {
            throw wrong(deaths, "it still writes after " + RUNS_MAX + " runs");
        }
        return commits;
    }

    private static void pass(ControllerHarness harness, Result result) {
        var delay =
                switch (result) {
                    case Result.RequeueAfter later -> later.delay();
                    case Result.RequeueAt later ->
                        Duration.between(harness.env().time().now(), later.at());
                    case Result.Done done -> Duration.ZERO;
                    case Result.Stalled stalled -> Duration.ZERO;
                    case Result.Await await -> Duration.ZERO;
                    case Result.AwaitChange await -> Duration.ZERO;
                };
        if (delay.isPositive()) {
            harness.pass(delay.compareTo(PASS_MAX) > 0 ? PASS_MAX : delay);
        }
    }

    private AssertionError wrong(List<Death> deaths, String what) {
        var where = deaths.isEmpty() ? "undisturbed" : "after " + deaths;
        return new AssertionError(key + " is not reconciled idempotently, " + where + ": " + what);
    }

    /** What an object is, without what the store draws or counts. */
    private static Object shape(StoredObject object) {
        var meta = object.meta();
        return List.of(
                object.key(),
                "labels " + meta.labels(),
                "owners " + meta.owners().stream().map(OwnerReference::key).toList(),
                "finalizers " + meta.finalizers(),
                meta.deleting() ? "deleting" : "wanted",
                "spec " + object.spec());
    }
}
