package dev.banyan.agent.isolation;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.ClusterRanges;
import java.util.Optional;

/**
 * The shield of one server. It is the same one until something changes that it is made of: on many servers there are ten thousands of
 * published ports, and of most changes they know nothing. For one caller at a time.
 */
final class Shields {
    private final ClusterRanges ranges;
    private final AddressFamily family;
    private Optional<Shield.Basis> basis = Optional.empty();
    private Optional<Shield> made = Optional.empty();

    Shields(ClusterRanges ranges, AddressFamily family) {
        this.ranges = ranges;
        this.family = family;
    }

    Shield of(ClusterView view) {
        var now = Shield.Basis.of(view);
        if (made.isEmpty() || !basis.equals(Optional.of(now))) {
            made = Optional.of(Shield.of(ranges, family, now));
            basis = Optional.of(now);
        }
        return made.get();
    }
}
