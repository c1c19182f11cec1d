package dev.banyan.runtime.simulation.disk;

import dev.banyan.runtime.env.RandomSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Names that were made, moved and removed, and whose directories are not forced yet. */
final class Journal {
    /** A kernel writes back by itself after a while, oldest first. */
    private static final int UNFORCED_MAX = 10_000;

    /** A change of names. What is done again, or to a name that is not there, does no harm. */
    sealed interface Step {
        List<Node> directories();

        void applyForced();

        record Link(Node directory, String name, Node node) implements Step {
            @Override
            public List<Node> directories() {
                return List.of(directory);
            }

            @Override
            public void applyForced() {
                directory.forcedEntries.put(name, node);
            }
        }

        record Unlink(Node directory, String name) implements Step {
            @Override
            public List<Node> directories() {
                return List.of(directory);
            }

            @Override
            public void applyForced() {
                directory.forcedEntries.remove(name);
            }
        }

        /** One step, as a rename is: a loss of power leaves either both names changed or none. */
        record Move(Node from, String name, Node to, String newName, Node node) implements Step {
            @Override
            public List<Node> directories() {
                return from.equals(to) ? List.of(from) : List.of(from, to);
            }

            @Override
            public void applyForced() {
                from.forcedEntries.remove(name);
                to.forcedEntries.put(newName, node);
            }
        }
    }

    private final List<Step> steps = new ArrayList<>();

    void add(Step step) {
        steps.add(step);
        if (steps.size() > UNFORCED_MAX) {
            steps.removeFirst().applyForced();
        }
    }

    /** All names of {@code directory} are on the disk. */
    void force(Node directory) {
        steps.removeIf(step -> {
            boolean concerns = step.directories().contains(directory);
            if (concerns) {
                step.applyForced();
            }
            return concerns;
        });
    }

    /** Of each directory's steps a first part is kept: all of it, or as much as {@code lost} draws for it. */
    void losePower(Function<Node, Optional<RandomSource>> lost) {
        var left = new LinkedHashMap<Node, Integer>();
        steps.forEach(step -> step.directories().forEach(directory -> left.merge(directory, 1, Integer::sum)));
        left.replaceAll((directory, count) ->
                lost.apply(directory).map(drawn -> drawn.nextInt(count)).orElse(count));
        steps.forEach(step -> keep(step, left));
        steps.clear();
    }

    private static void keep(Step step, Map<Node, Integer> left) {
        boolean kept = step.directories().stream().allMatch(directory -> left.getOrDefault(directory, 0) > 0);
        if (kept) {
            step.applyForced();
        }
        step.directories().forEach(directory -> left.merge(directory, 0, (count, unused) -> kept ? count - 1 : 0));
    }
}
