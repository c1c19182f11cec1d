package dev.banyan.runtime.simulation.campaign;

import dev.banyan.runtime.env.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Looks for a smaller schedule that fails in the same way: fewer strikes by delta debugging, smaller worlds, steady latencies. Stops when
 * its time is up, with the smallest found.
 */
final class Shrinker {
    private final Campaign campaign;
    private final TimeSource time;
    private final long began;
    private final Duration atMost;
    private int runs;

    /** {@code time} is real. */
    Shrinker(Campaign campaign, TimeSource time, Duration atMost) {
        this.campaign = campaign;
        this.time = time;
        this.began = time.nanos();
        this.atMost = atMost;
    }

    /**
     * What was found.
     *
     * @param outcome the smallest run that fails so; the original one if it could not be made explicit
     * @param runs how many were tried
     */
    record Smallest(TrialOutcome outcome, int runs) {}

    Smallest smallest(TrialOutcome failed) {
        var best = tried(failed.explicit(), failed);
        if (best.isEmpty()) {
            return new Smallest(failed, runs);
        }
        var small = fewerStrikes(best.get());
        small = smallerWorld(small);
        small = tried(small.explicit().steadied(), small).orElse(small);
        return new Smallest(fewerStrikes(small), runs);
    }

    /** Delta debugging: leaves out ever smaller parts, and keeps what is left whenever that still fails. */
    private TrialOutcome fewerStrikes(TrialOutcome failed) {
        var best = tried(failed.explicit().withStrikes(new LinkedHashSet<>()), failed)
                .orElse(failed);
        int parts = 2;
        while (parts <= best.struck().size() && !over()) {
            var smaller = withoutAPart(best, parts);
            if (smaller.isPresent()) {
                best = smaller.get();
                parts = Math.max(2, parts - 1);
            } else if (parts == best.struck().size()) {
                return best;
            } else {
                parts = Math.min(best.struck().size(), parts * 2);
            }
        }
        return best;
    }

    private Optional<TrialOutcome> withoutAPart(TrialOutcome best, int parts) {
        var strikes = best.struck();
        for (int part = 0; part < parts && !over(); part++) {
            int from = (int) ((long) strikes.size() * part / parts);
            int to = (int) ((long) strikes.size() * (part + 1) / parts);
            var rest = new ArrayList<>(strikes.subList(0, from));
            rest.addAll(strikes.subList(to, strikes.size()));
            var smaller = tried(best.explicit().withStrikes(new LinkedHashSet<>(rest)), best);
            if (smaller.isPresent()) {
                return smaller;
            }
        }
        return Optional.empty();
    }

    private TrialOutcome smallerWorld(TrialOutcome failed) {
        var best = failed;
        for (var name : List.copyOf(new TreeSet<>(failed.sizes().keySet()))) {
            int least = failed.least().getOrDefault(name, 0);
            for (int size = least; size < best.sizes().getOrDefault(name, least) && !over(); size++) {
                var smaller = tried(best.explicit().withSize(name, size), best);
                if (smaller.isPresent()) {
                    best = smaller.get();
                    break;
                }
            }
        }
        return best;
    }

    /** The run of {@code schedule} if it fails as {@code before} did. */
    private Optional<TrialOutcome> tried(Schedule schedule, TrialOutcome before) {
        if (over()) {
            return Optional.empty();
        }
        runs++;
        var outcome = campaign.played(schedule);
        return outcome.about().equals(before.about()) ? Optional.of(outcome) : Optional.empty();
    }

    private boolean over() {
        return time.since(began).compareTo(atMost) >= 0;
    }
}
