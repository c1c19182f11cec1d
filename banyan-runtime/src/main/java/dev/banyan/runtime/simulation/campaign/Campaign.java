package dev.banyan.runtime.simulation.campaign;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.simulation.SimulationFailure;
import dev.banyan.runtime.simulation.fault.FaultKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Plays a test under many seeds. The first failure ends it: its schedule is made small and written to a file, and the {@link
 * SimulationFailure} says how to replay it.
 *
 * <pre>{@code
 * Campaign.of("zones", trial -> { ... })
 *         .faults(StoreFaults.ALL)
 *         .mustReach("a write whose answer was lost")
 *         .run();
 * }</pre>
 *
 * <p>How many seeds, which ones and for how long is said by {@link CampaignOptions}, so that one test serves a build and a long search.
 */
public final class Campaign {
    /** What is played: builds a world from what the trial gives, lets it run, and looks. */
    @FunctionalInterface
    public interface Play {
        /**
         * Plays one run. It keeps nothing from one run to the next, for several are played at once.
         *
         * @throws Exception or an {@link AssertionError} when the run is not as it should be
         */
        void play(Trial trial) throws Exception;
    }

    private final String name;
    private final Play play;
    private final List<FaultKind> possible = new ArrayList<>();
    private final List<String> mustReach = new ArrayList<>();
    private List<Mode> modes = List.of(Mode.values());
    private CampaignOptions options = CampaignOptions.ofSystem();
    private Optional<Path> kept = Optional.empty();
    private String replayedBy = "";
    private int repeats = 1;

    private Campaign(String name, Play play) {
        this.name = name;
        this.play = play;
    }

    /** A campaign of {@code play}; {@code name} is for reports and files: letters, digits and dashes. */
    public static Campaign of(String name, Play play) {
        return new Campaign(name, play);
    }

    /** What may go wrong. */
    public Campaign faults(Collection<FaultKind> kinds) {
        possible.addAll(kinds);
        return this;
    }

    /**
     * Which modes the seeds draw from; all three unless told.
     *
     * @throws IllegalArgumentException when there is none
     */
    public Campaign modes(Mode... from) {
        if (from.length == 0) {
            throw new IllegalArgumentException("campaign '" + name + "' plays in one mode at least");
        }
        modes = List.of(from);
        return this;
    }

    /** Situations that must have come up in some run, or the campaign fails: it would prove less than it says. */
    public Campaign mustReach(String... situations) {
        mustReach.addAll(List.of(situations));
        return this;
    }

    /** How many of the first seeds are played twice to see that they leave the same trace; 1 unless told. */
    public Campaign repeats(int seeds) {
        repeats = seeds;
        return this;
    }

    /** Schedules that failed once, as files {@code *.schedule} of a directory: they are played before all seeds. */
    public Campaign kept(Path directory) {
        kept = Optional.of(directory);
        return this;
    }

    /** What a build is told to run this campaign alone, such as {@code -Dtest=ZonesTest#settles}; failures repeat it. */
    public Campaign replayedBy(String arguments) {
        replayedBy = arguments;
        return this;
    }

    /** Settings other than those of the system's properties. */
    public Campaign with(CampaignOptions given) {
        options = given;
        return this;
    }

    /**
     * Plays all that is to be played: the kept schedules, then seeds; or the one seed or schedule that the options name.
     *
     * @throws SimulationFailure at the first failure, when a situation was not reached, or when a seed did not repeat itself
     */
    public CampaignReport run() throws InterruptedException {
        var schedule = options.schedule();
        if (schedule.isPresent()) {
            return replay(schedule.get());
        }
        var run = new Run(new SystemEnv());
        if (options.seed().isEmpty() && kept.isPresent()) {
            playKept(kept.get(), run.report);
        }
        run.all();
        run.failure.ifPresent(failed -> {
            throw explained(failed);
        });
        if (options.seed().isEmpty()) {
            run.report.requireReached(mustReach);
        }
        return run.report;
    }

    /**
     * Plays one schedule.
     *
     * @throws SimulationFailure when it fails
     */
    public CampaignReport replay(Schedule schedule) {
        var report = new CampaignReport(name);
        replay(schedule, "one schedule", report);
        return report;
    }

    private void playKept(Path directory, CampaignReport report) {
        for (var file : files(directory)) {
            replay(CampaignOptions.read(file), file.toString(), report);
        }
    }

    private void replay(Schedule schedule, String source, CampaignReport report) {
        var outcome = played(schedule);
        report.add(outcome);
        if (outcome.failure().isPresent()) {
            throw explanation().ofGiven(outcome, source);
        }
    }

    private static List<Path> files(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var all = Files.list(directory)) {
            return all.filter(file -> file.toString().endsWith(".schedule"))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the schedules in " + directory + " cannot be read", unreadable);
        }
    }

    /** One run; its failure is part of the answer. */
    TrialOutcome played(Schedule schedule) {
        try (var trial = new Trial(schedule, possible)) {
            Optional<Throwable> failure = Optional.empty();
            try {
                play.play(trial);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                failure = Optional.of(stopped);
            } catch (Exception | AssertionError | StackOverflowError wrong) {
                failure = Optional.of(wrong);
            }
            return TrialOutcome.of(trial, failure);
        }
    }

    /** One run in ten is calm; the others prove safety and liveness in turn. */
    Schedule scheduleOf(long seed) {
        boolean calm = modes.contains(Mode.CALM) && (modes.size() == 1 || seed % 10 == 0);
        var others = modes.stream().filter(mode -> mode != Mode.CALM).toList();
        return Schedule.drawn(seed, calm ? Mode.CALM : others.get((int) Math.floorMod(seed, (long) others.size())));
    }

    private SimulationFailure explained(TrialOutcome failed) {
        var small = new Shrinker(this, new SystemEnv().time(), options.shrinking()).smallest(failed);
        return explanation().of(failed, small);
    }

    private Explanation explanation() {
        return new Explanation(name, options, replayedBy);
    }

    /** The state of one campaign while several threads play it. */
    private final class Run {
        private final Env env;
        private final long began;
        private final AtomicLong next = new AtomicLong();
        private final ReentrantLock lock = new ReentrantLock();
        private final CampaignReport report = new CampaignReport(name); // guarded by lock
        private final List<Task> workers = new ArrayList<>();
        private volatile Optional<TrialOutcome> failure = Optional.empty(); // written under lock
        private volatile boolean stopped;

        Run(Env env) {
            this.env = env;
            this.began = env.time().nanos();
        }

        void all() throws InterruptedException {
            for (int worker = 0; worker < options.threads(); worker++) {
                workers.add(env.tasks().spawn("campaign-" + worker, this::work));
            }
            try {
                for (var worker : workers) {
                    worker.join();
                }
            } finally {
                stopped = true;
                workers.forEach(Task::cancel); // when the caller does not wait any more, nobody goes on
            }
            workers.forEach(worker -> worker.failure().ifPresent(Run::rethrow));
            report.took(env.time().since(began));
        }

        private void work() {
            try {
                playSeeds();
            } finally {
                stopped = true; // all seeds are given out, or one of them is wrong
            }
        }

        private void playSeeds() {
            while (!stopped && failure.isEmpty() && !over()) {
                long index = next.getAndIncrement();
                if (index >= options.count()) {
                    return;
                }
                note(index, played(scheduleOf(options.seed().orElse(options.first() + index))));
            }
        }

        /** Without a limit of time all seeds are played. */
        private boolean over() {
            return options.atMost().isPresent()
                    && env.time().since(began).compareTo(options.atMost().get()) >= 0;
        }

        private void note(long index, TrialOutcome outcome) {
            var again = index < repeats ? Optional.of(played(outcome.schedule())) : Optional.<TrialOutcome>empty();
            lock.lock();
            try {
                report.add(outcome);
                boolean first = failure.isEmpty()
                        || failure.get().schedule().seed() > outcome.schedule().seed();
                if (outcome.failure().isPresent() && first) {
                    failure = Optional.of(outcome); // of several the one with the lowest seed, whoever comes first
                }
                again.ifPresent(second -> requireSame(outcome, second));
            } finally {
                lock.unlock();
            }
        }

        private void requireSame(TrialOutcome first, TrialOutcome second) {
            if (first.traceHash() != second.traceHash()) {
                throw new SimulationFailure(
                        "campaign '" + name + "', seed " + first.schedule().seed()
                                + ": played twice, it leaves two traces: something depends on more than its environment\n"
                                + Explanation.firstDifference(first, second));
            }
        }

        private static void rethrow(Throwable escaped) {
            if (escaped instanceof SimulationFailure failed) {
                throw failed;
            }
            throw new IllegalStateException("a campaign's worker failed", escaped);
        }
    }
}
