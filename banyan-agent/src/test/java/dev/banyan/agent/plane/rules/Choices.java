package dev.banyan.agent.plane.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What chance picks on a packet's way: a given beginning, and the first possibility afterwards. */
public final class Choices {
    private final List<Integer> given;
    private final List<Integer> taken = new ArrayList<>();
    private final List<Integer> possible = new ArrayList<>();

    /** Picks {@code given} first, each whatever its size. */
    public Choices(List<Integer> given) {
        this.given = List.copyOf(given);
    }

    /** One of {@code count} possibilities. */
    public int next(int count) {
        int at = taken.size();
        int chosen = at < given.size() ? Math.floorMod(given.get(at), count) : 0;
        taken.add(chosen);
        possible.add(count);
        return chosen;
    }

    /** The choices that come after these, until all were made. */
    public Optional<Choices> after() {
        for (int at = taken.size() - 1; at >= 0; at--) {
            if (taken.get(at) + 1 < possible.get(at)) {
                var next = new ArrayList<>(taken.subList(0, at));
                next.add(taken.get(at) + 1);
                return Optional.of(new Choices(next));
            }
        }
        return Optional.empty();
    }
}
