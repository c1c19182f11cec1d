package dev.banyan.agent.host.nft;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a set, sorted by key: from key, as nft lists it, to verdict or value; to an empty text in a set. Immutable. Those that came
 * of others by few changes share nearly all with them, so that neither to make them nor to compare both takes a look at each of very many.
 */
public final class NftElements {
    public static final NftElements NONE = new NftElements(List.of());

    /** Neighbours in one run after it was cut; twice as many are cut. */
    private static final int RUN = 64;

    /** Each shared or replaced as a whole; none is empty, and they are in order. */
    private final List<Run> runs;

    /** One is not another with the same content: to compare that takes long. */
    private static final class Run {
        private final String[] keys;
        private final String[] values;

        Run(List<Map.Entry<String, String>> elements) {
            keys = elements.stream().map(Map.Entry::getKey).toArray(String[]::new);
            values = elements.stream().map(Map.Entry::getValue).toArray(String[]::new);
        }

        void putAllInto(Map<String, String> elements) {
            for (int i = 0; i < keys.length; i++) {
                elements.put(keys[i], values[i]);
            }
        }
    }

    private NftElements(List<Run> runs) {
        this.runs = Collections.unmodifiableList(runs);
    }

    /** Those of {@code elements}. */
    public static NftElements of(Map<String, String> elements) {
        return elements.isEmpty() ? NONE : new NftElements(cut(new TreeMap<>(elements)));
    }

    private static List<Run> cut(SortedMap<String, String> elements) {
        var all = new ArrayList<>(elements.entrySet());
        var runs = new ArrayList<Run>();
        for (int next = 0; next < all.size(); ) {
            int end = all.size() - next < 2 * RUN ? all.size() : next + RUN;
            runs.add(new Run(all.subList(next, end)));
            next = end;
        }
        return runs;
    }

    /** These after {@code changes}: from a key to what it leads to then, or to nothing where it shall be gone. */
    public NftElements with(SortedMap<String, Optional<String>> changes) {
        if (runs.isEmpty()) {
            var all = new TreeMap<String, String>();
            changes.forEach((key, value) -> value.ifPresent(there -> all.put(key, there)));
            return of(all);
        }
        var made = new ArrayList<Run>(runs.size() + 1);
        var rest = changes;
        int next = 0;
        while (!rest.isEmpty()) {
            int at = runOf(rest.firstKey(), next);
            boolean last = at + 1 == runs.size();
            made.addAll(runs.subList(next, at));
            made.addAll(changed(runs.get(at), last ? rest : rest.headMap(runs.get(at + 1).keys[0])));
            rest = last ? Collections.emptySortedMap() : rest.tailMap(runs.get(at + 1).keys[0]);
            next = at + 1;
        }
        made.addAll(runs.subList(next, runs.size()));
        return made.isEmpty() ? NONE : new NftElements(made);
    }

    private static List<Run> changed(Run run, SortedMap<String, Optional<String>> changes) {
        var all = new TreeMap<String, String>();
        run.putAllInto(all);
        changes.forEach((key, value) -> value.ifPresentOrElse(there -> all.put(key, there), () -> all.remove(key)));
        return cut(all);
    }

    /** The last run, from {@code first} on, that does not begin after {@code key}; {@code first} where each does. */
    private int runOf(String key, int first) {
        int low = first;
        int high = runs.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) / 2;
            if (runs.get(middle).keys[0].compareTo(key) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** What {@code key} leads to. */
    public Optional<String> get(String key) {
        if (runs.isEmpty()) {
            return Optional.empty();
        }
        var run = runs.get(runOf(key, 0));
        int at = Arrays.binarySearch(run.keys, key);
        return at < 0 ? Optional.empty() : Optional.of(run.values[at]);
    }

    public boolean isEmpty() {
        return runs.isEmpty();
    }

    /** A copy. */
    public SortedMap<String, String> asMap() {
        var all = new TreeMap<String, String>();
        runs.forEach(run -> run.putAllInto(all));
        return all;
    }

    /**
     * Tells, in their order, what lies between these and {@code after}; runs that both share are passed over.
     *
     * @param gone is told keys that are no more, or lead elsewhere
     * @param missing is told keys that are new, or lead elsewhere, and where to
     */
    void compare(NftElements after, Consumer<String> gone, BiConsumer<String, String> missing) {
        var one = new Walk(runs);
        var other = new Walk(after.runs);
        while (!one.ended() || !other.ended()) {
            if (one.atSameRun(other)) {
                one.skipRun();
                other.skipRun();
                continue;
            }
            int order = one.compareTo(other);
            boolean same = order == 0 && one.value().equals(other.value());
            if (order <= 0 && !same) {
                gone.accept(one.key());
            }
            if (order >= 0 && !same) {
                missing.accept(other.key(), other.value());
            }
            if (order <= 0) {
                one.step();
            }
            if (order >= 0) {
                other.step();
            }
        }
    }

    /** A place among elements. */
    private static final class Walk {
        private final List<Run> runs;
        private int run;
        private int place;

        Walk(List<Run> runs) {
            this.runs = runs;
        }

        boolean ended() {
            return run == runs.size();
        }

        String key() {
            return runs.get(run).keys[place];
        }

        String value() {
            return runs.get(run).values[place];
        }

        /** By keys; the end comes after all of them. */
        int compareTo(Walk other) {
            return ended() ? 1 : other.ended() ? -1 : key().compareTo(other.key());
        }

        /** At the same place of it too, since both pass the same keys at the same time. */
        boolean atSameRun(Walk other) {
            return !ended() && !other.ended() && runs.get(run) == other.runs.get(other.run);
        }

        void skipRun() {
            run++;
            place = 0;
        }

        void step() {
            place++;
            if (place == runs.get(run).keys.length) {
                skipRun();
            }
        }
    }

    /** Whether both have the same elements, however they came to be. */
    @Override
    public boolean equals(@Nullable Object other) {
        if (this == other) {
            return true;
        }
        return other instanceof NftElements others
                && ElementChanges.between(this, others).isNone();
    }

    @Override
    public int hashCode() {
        return asMap().hashCode();
    }

    /** Says the same of equal ones. */
    @Override
    public String toString() {
        return asMap().toString();
    }
}
