package dev.banyan.runtime.simulation.campaign;

import dev.banyan.runtime.simulation.fault.Strike;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
     * @throws IllegalArgumentException naming the line that is wrong, or what is missing
     */
    public static Schedule parse(String text) {
        var lines = new Lines();
        text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .forEach(lines::read);
        return lines.schedule();
    }

    /** What was read so far. */
    private static final class Lines {
        private final Map<String, String> values = new LinkedHashMap<>();
        private final Map<String, Integer> sizes = new LinkedHashMap<>();
        private final Set<Strike> strikes = new LinkedHashSet<>();

        void read(String line) {
            int equals = line.indexOf(" = ");
            try {
                if (equals < 1 || !understood(line.substring(0, equals), line.substring(equals + 3))) {
                    throw new IllegalArgumentException("seed, mode, steady and strikes come once, size.NAME and strike"
                            + " as often as needed, each as 'name = value'");
                }
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException(
                        "a schedule has no line '" + line + "': " + wrong.getMessage(), wrong);
            }
        }

        private boolean understood(String name, String value) {
            return switch (name) {
                case "strike" -> strikes.add(Strike.parse(value));
                case "seed" -> Long.valueOf(value).toString().equals(value) && once(name, value);
                case "mode" -> Mode.valueOf(value).name().equals(value) && once(name, value);
                case "steady" -> Set.of("true", "false").contains(value) && once(name, value);
                case "strikes" -> Set.of("drawn", "listed").contains(value) && once(name, value);
                default ->
                    name.startsWith(SIZE)
                            && sizes.putIfAbsent(name.substring(SIZE.length()), Integer.valueOf(value)) == null;
            };
        }

        private boolean once(String name, String value) {
            return values.putIfAbsent(name, value) == null;
        }

        Schedule schedule() {
            boolean drawn = values.getOrDefault("strikes", "listed").equals("drawn");
            if (!values.containsKey("seed") || (drawn && !strikes.isEmpty())) {
                throw new IllegalArgumentException("a schedule has a seed, and lists no strikes when they are drawn");
            }
            return new Schedule(
                    Long.parseLong(values.get("seed")),
                    Mode.valueOf(values.getOrDefault("mode", Mode.SAFETY.name())),
                    drawn ? Optional.empty() : Optional.of(strikes),
                    sizes,
                    values.getOrDefault("steady", "false").equals("true"));
        }
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
