package dev.banyan.api.kinds;

import java.util.Optional;

/**
 * The name of a task: {@code <deployment>.<service>.<release>.<slot>.<ordinal>}. It follows from what the task is for, so two
 * controllers that decide to create the same task meet at the same key.
 *
 * @param deployment may itself contain dots, for tags
 * @param ordinal counts replacements of the same slot, from 0
 */
public record TaskName(String deployment, String service, long release, int slot, int ordinal) {
    /**
     * Parses a name.
     *
     * @throws IllegalArgumentException when it has another form
     */
    public static TaskName parse(String name) {
        var parts = name.split("\\.", -1);
        if (parts.length < 5) {
            throw new IllegalArgumentException("'" + name + "' is no task name: it has " + parts.length + " parts");
        }
        int last = parts.length - 1;
        try {
            return new TaskName(
                    String.join(".", java.util.Arrays.asList(parts).subList(0, last - 3)),
                    parts[last - 3],
                    Long.parseLong(parts[last - 2]),
                    Integer.parseInt(parts[last - 1]),
                    Integer.parseInt(parts[last]));
        } catch (NumberFormatException malformed) {
            throw new IllegalArgumentException("'" + name + "' is no task name: its numbers are malformed", malformed);
        }
    }

    /** The parts of {@code name}; empty when it is no task's name. */
    public static Optional<TaskName> parsed(String name) {
        try {
            return Optional.of(parse(name));
        } catch (IllegalArgumentException other) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return deployment + "." + service + "." + release + "." + slot + "." + ordinal;
    }
}
