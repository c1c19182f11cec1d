package dev.banyan.agent.isolation;

import dev.banyan.agent.host.ClusterRanges;
import java.util.List;
import java.util.Optional;

/**
 * The shields of one server, one for each family of addresses. They are the same until something changes that they are made of: on many
 * servers there are ten thousands of published ports, and of most changes they know nothing. For one caller at a time.
 */
final class Shields {
    private final ClusterRanges ranges;
    private Optional<Shield.Basis> basis = Optional.empty();
    private List<Shield> made = List.of();

    Shields(ClusterRanges ranges) {
        this.ranges = ranges;
    }

    /** In the order of the families. */
    List<Shield> of(ClusterView view) {
        var now = Shield.Basis.of(view);
        if (!basis.equals(Optional.of(now))) {
            made = ranges.families().stream()
                    .map(family -> Shield.of(ranges, family, now))
                    .toList();
            basis = Optional.of(now);
        }
        return made;
    }
}
