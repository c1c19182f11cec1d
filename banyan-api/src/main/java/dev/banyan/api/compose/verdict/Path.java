package dev.banyan.api.compose.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The names on the way to a key. An item of a list is named by its number. */
record Path(List<String> steps) {
    static final String ANY = "*";
    static final Path EMPTY = new Path(List.of());

    Path {
        steps = List.copyOf(steps);
    }

    /** As messages show it: {@code services.web.ports[0].mode}. */
    static Path of(String text) {
        return new Path(List.of(text.replace("]", "").replace('[', '.').split("\\.", -1)));
    }

    /** The service in which it is, if it is in one. */
    Optional<String> service() {
        return steps.size() > 1 && steps.getFirst().equals("services") ? Optional.of(steps.get(1)) : Optional.empty();
    }

    Path with(Path below) {
        var all = new ArrayList<>(steps);
        all.addAll(below.steps);
        return new Path(all);
    }

    /** Without the first steps, which are those of {@code above}. */
    Path without(Path above) {
        return new Path(steps.subList(above.steps.size(), steps.size()));
    }

    /** Whether it is the other, with any name where this one has a {@code *}. */
    boolean covers(Path other) {
        return steps.size() == other.steps.size() && begins(other);
    }

    /** Whether the first steps are the same. */
    private boolean alike(Path other, int count) {
        for (int i = 0; i < count; i++) {
            var one = steps.get(i);
            var two = other.steps.get(i);
            if (!one.equals(two) && !one.equals(ANY) && !two.equals(ANY)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the other is as long or shorter, and the same as far as it goes. */
    boolean begins(Path other) {
        return other.steps.size() <= steps.size() && alike(other, other.steps.size());
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        for (var step : steps) {
            if (!step.isEmpty() && step.chars().allMatch(Character::isDigit)) {
                text.append('[').append(step).append(']');
            } else {
                text.append(text.isEmpty() ? "" : ".").append(step);
            }
        }
        return text.toString();
    }
}
