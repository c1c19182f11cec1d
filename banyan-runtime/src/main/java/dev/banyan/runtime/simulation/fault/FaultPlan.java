package dev.banyan.runtime.simulation.fault;

import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.SeededRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides what goes wrong in one run. Each seed first draws which kinds of fault it has at all and how often, as in swarm testing: a run
 * with everything on meets deep situations less often than one with a few kinds. Whether an occasion is struck follows from the seed, the
 * kind, the place and the occasion's number alone: leaving one strike out leaves all others where they are.
 *
 * <p>Not thread-safe: used by the driver of a simulation and its tasks.
 */
public final class FaultPlan {
    /** Strikes that are kept for a schedule; a run with more is not made smaller one by one. */
    static final int STRIKES_MAX = 20_000;

    /** A kind is on in one seed out of so many. */
    private static final int ON_ONE_IN = 3;

    /** The smallest share of occasions, as a part of the largest: shares are drawn evenly over the orders of magnitude between. */
    private static final double RATE_LEAST = 0.01;

    private final SeededRandom random;
    private final Map<FaultKind, Double> rates;
    private final Map<String, Double> shares = new LinkedHashMap<>();
    private final Optional<Set<Strike>> only;
    private final boolean steady;
    private final Map<String, Long> asked = new LinkedHashMap<>();
    private final Map<String, Long> counts = new LinkedHashMap<>();
    private final List<Strike> struck = new ArrayList<>();
    private boolean calm;

    private FaultPlan(long seed, Map<FaultKind, Double> rates, Optional<Set<Strike>> only, boolean steady) {
        this.random = new SeededRandom(seed);
        this.rates = rates;
        rates.forEach((kind, rate) -> shares.put(kind.name(), rate));
        this.only = only;
        this.steady = steady;
    }

    /** Nothing goes wrong. */
    public static FaultPlan none(long seed) {
        return new FaultPlan(seed, Map.of(), Optional.of(Set.of()), false);
    }

    /** What the seed draws of {@code possible}. */
    public static FaultPlan drawn(long seed, Collection<FaultKind> possible) {
        var swarm = new SeededRandom(seed).fork("swarm");
        var rates = new LinkedHashMap<FaultKind, Double>();
        for (var kind : possible) {
            var own = swarm.fork(kind.name());
            if (own.nextInt(ON_ONE_IN) == 0) {
                rates.put(kind, kind.rateMax() * Math.pow(RATE_LEAST, own.nextDouble()));
            }
        }
        return new FaultPlan(seed, rates, Optional.empty(), false);
    }

    /** Every kind of {@code possible} at its largest share. */
    public static FaultPlan all(long seed, Collection<FaultKind> possible) {
        var rates = new LinkedHashMap<FaultKind, Double>();
        possible.forEach(kind -> rates.put(kind, kind.rateMax()));
        return new FaultPlan(seed, rates, Optional.empty(), false);
    }

    /**
     * Exactly these strikes, with the details that the seed gives them.
     *
     * @param steady whether all latencies are the same, which makes a schedule easier to read
     */
    public static FaultPlan only(long seed, Set<Strike> strikes, boolean steady) {
        return new FaultPlan(seed, Map.of(), Optional.of(Set.copyOf(strikes)), steady);
    }

    /** Exactly these strikes, and besides each of {@code always} at its largest share. */
    public static FaultPlan onlyBesides(long seed, Set<Strike> strikes, Collection<FaultKind> always) {
        var rates = new LinkedHashMap<FaultKind, Double>();
        always.forEach(kind -> rates.put(kind, kind.rateMax()));
        return new FaultPlan(seed, rates, Optional.of(Set.copyOf(strikes)), false);
    }

    /** Asks whether {@code kind} happens at {@code place} this time; if so, answers randomness for its details. */
    public Optional<RandomSource> strike(FaultKind kind, String place) {
        if (calm) {
            return Optional.empty();
        }
        long number = asked.merge(kind.name() + "@" + place, 1L, Long::sum);
        var strike = new Strike(kind.name(), place, number);
        var own = random.fork(strike.toString());
        boolean happens = only.map(strikes -> strikes.contains(strike)).orElse(false)
                || own.nextDouble() < shares.getOrDefault(kind.name(), 0.0);
        if (!happens) {
            return Optional.empty();
        }
        counts.merge(kind.name(), 1L, Long::sum);
        if (struck.size() < STRIKES_MAX) {
            struck.add(strike);
        }
        return Optional.of(own.fork("details"));
    }

    /** Whether {@code kind} happens at {@code place} this time. */
    public boolean strikes(FaultKind kind, String place) {
        return strike(kind, place).isPresent();
    }

    /** Time of one direction of a message: drawn, from a hundredth of {@code most} up to it. */
    public Duration latency(RandomSource drawn, Duration most) {
        long max = most.toNanos();
        if (max == 0) {
            return Duration.ZERO;
        }
        return Duration.ofNanos(steady ? max / 2 : max / 100 + drawn.nextLong(max));
    }

    /** Nothing goes wrong from now on. */
    public void calm() {
        calm = true;
    }

    /** What can go wrong in this run, and how often. */
    public Map<FaultKind, Double> rates() {
        return Map.copyOf(rates);
    }

    /** How often it was asked so far whether {@code kind} happens at {@code place}: the number of its last occasion. */
    public long occasions(FaultKind kind, String place) {
        return asked.getOrDefault(kind.name() + "@" + place, 0L);
    }

    /** What went wrong so far, in order; the first 20,000. */
    public List<Strike> struck() {
        return List.copyOf(struck);
    }

    /** How often each kind happened so far. */
    public Map<String, Long> counts() {
        return Map.copyOf(counts);
    }
}
