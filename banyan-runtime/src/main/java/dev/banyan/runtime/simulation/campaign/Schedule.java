package dev.banyan.runtime.simulation.campaign;

import dev.banyan.runtime.simulation.fault.Strike;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * All that tells one run from another: it is what a failure is replayed from, and what is kept in a file once it was made small. Lines of
 * {@code name = value}; those that begin with {@code #} are for people.
 *
 * @param seed what everything not said here follows from
 * @param mode how the run ends
 * @param strikes exactly what goes wrong; empty when the seed draws it
 * @param sizes the numbers of the world that are not drawn, by name
 * @param steady whether all latencies are the same
 */
public record Schedule(
        long seed, Mode mode, Optional<Set<Strike>> strikes, Map<String, Integer> sizes, boolean steady) {
    private static final String SIZE = "size.";

    /** Checks and copies. */
    public Schedule {
        strikes = strikes.map(Set::copyOf);
        sizes = Map.copyOf(sizes);
    }

    /** Everything as the seed draws it. */
    public static Schedule drawn(long seed, Mode mode) {
        return new Schedule(seed, mode, Optional.empty(), Map.of(), false);
    }

    Schedule withStrikes(Set<Strike> newStrikes) {
        return new Schedule(seed, mode, Optional.of(newStrikes), sizes, steady);
    }

    Schedule withSize(String name, int size) {
        var newSizes = new LinkedHashMap<>(sizes);
        newSizes.put(name, size);
        return new Schedule(seed, mode, strikes, newSizes, steady);
    }

    Schedule steadied() {
        return new Schedule(seed, mode, strikes, sizes, true);
    }

    /**
     * Reads what {@link #text} has written.
     *
     * @throws IllegalArgumentException naming the line that is wrong
     */
    public static Schedule parse(String text) {
        var values = new LinkedHashMap<String, String>();
        var sizes = new LinkedHashMap<String, Integer>();
        var strikes = new ArrayList<Strike>();
        for (var line : text.lines().map(String::strip).toList()) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int equals = line.indexOf(" = ");
            if (equals < 1) {
                throw new IllegalArgumentException("not 'name = value': '" + line + "'");
            }
            var name = line.substring(0, equals);
            var value = line.substring(equals + 3);
            if (name.equals("strike")) {
                strikes.add(Strike.parse(value));
            } else if (name.startsWith(SIZE)) {
                sizes.put(name.substring(SIZE.length()), Integer.parseInt(value));
            } else {
                values.put(name, value);
            }
        }
        return of(values, sizes, strikes);
    }

    private static Schedule of(Map<String, String> values, Map<String, Integer> sizes, List<Strike> strikes) {
        var known = Set.of("seed", "mode", "strikes", "steady");
        if (!known.containsAll(values.keySet()) || !values.containsKey("seed")) {
            throw new IllegalArgumentException(
                    "a schedule has seed, mode, strikes, steady, size.* and strike, not " + values.keySet());
        }
        boolean drawn = values.getOrDefault("strikes", "listed").equals("drawn");
        return new Schedule(
                Long.parseLong(values.get("seed")),
                Mode.valueOf(values.getOrDefault("mode", Mode.SAFETY.name())),
                drawn ? Optional.empty() : Optional.of(Set.copyOf(strikes)),
                sizes,
                Boolean.parseBoolean(values.getOrDefault("steady", "false")));
    }

    /** As a file has it. */
    public String text() {
        var text = new StringBuilder("seed = " + seed + "\nmode = " + mode + "\nsteady = " + steady + "\nstrikes = "
                + (strikes.isEmpty() ? "drawn" : "listed") + "\n");
        sizes.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(size -> text.append(SIZE)
                .append(size.getKey())
                .append(" = ")
                .append(size.getValue())
                .append('\n'));
        strikes.map(TreeSet::new)
                .ifPresent(all -> all.forEach(
                        strike -> text.append("strike = ").append(strike).append('\n')));
        return text.toString();
    }
}
