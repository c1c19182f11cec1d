package dev.banyan.runtime.simulation.perturbation;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchEvent;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What was created and deleted in a run, and how often: of each object, and of each kind.
 *
 * @param counts by what was done to what
 */
record Deeds(Map<String, Long> counts) {
    /** Of the whole history of {@code truth}. */
    static Deeds of(Store truth, long revision) {
        var counts = new TreeMap<String, Long>();
        try (var watch = truth.watch(Selection.EVERYTHING, 1)) {
            long seen = 1;
            while (seen < revision) {
                seen = count(watch.next(Duration.ZERO), counts);
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("nobody interrupts a look at what is there already", interrupted);
        }
        return new Deeds(counts);
    }

    private static long count(Optional<WatchBatch> batch, Map<String, Long> counts) {
        if (batch.isPresent() && batch.get() instanceof WatchBatch.Changes changes) {
            changes.events().forEach(event -> count(event, counts));
            return changes.revision();
        }
        throw new AssertionError("a scenario is no longer than the history that a store keeps, but there is " + batch);
    }

    private static void count(WatchEvent event, Map<String, Long> counts) {
        switch (event) {
            case WatchEvent.Put(var object) -> {
                if (object.meta().createRevision() == object.meta().revision()) {
                    count("created", object.key(), counts);
                }
            }
            case WatchEvent.Deleted(var key) -> count("deleted", key, counts);
        }
    }

    private static void count(String deed, ObjectKey key, Map<String, Long> counts) {
        counts.merge(deed + " " + key, 1L, Long::sum);
        counts.merge(deed + " any of " + key.kind(), 1L, Long::sum);
    }

    /**
     * How this differs from two undisturbed runs. What they do differently is left out, and so is each object of a kind whose objects have
     * other names in each of them.
     */
    Optional<String> differenceTo(Deeds one, Deeds other) {
        var drawn = new TreeSet<String>();
        var all = new TreeSet<>(one.counts.keySet());
        all.addAll(other.counts.keySet());
        all.stream().filter(deed -> one.times(deed) != other.times(deed)).forEach(deed -> drawn.add(kind(deed)));
        all.addAll(counts.keySet());
        return all.stream()
                .filter(deed -> one.times(deed) == other.times(deed) && times(deed) != one.times(deed))
                .filter(deed -> deed.contains(" any of ") || !drawn.contains(kind(deed)))
                .findFirst()
                .map(deed -> deed + " " + times(deed) + " times instead of " + one.times(deed));
    }

    private long times(String deed) {
        return counts.getOrDefault(deed, 0L);
    }

    /** What a deed is done to, without names. */
    private static String kind(String deed) {
        var what = deed.substring(deed.lastIndexOf(' ') + 1);
        int slash = what.indexOf('/');
        return slash < 0 ? what : what.substring(0, slash);
    }
}
