package dev.banyan.runtime.election;

import dev.banyan.runtime.store.Precondition;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What this process may act on, and the fence that proves it.
 *
 * @param fence what every commit compares; empty when nothing is held
 * @param shards which shards are held
 * @param active false while the process cannot show that it lives: what it holds it still has, as far as it knows, but starts nothing
 */
record Holding(Optional<Precondition.Fence> fence, Predicate<String> shards, boolean active) {
    /** Nothing. */
    static final Holding NONE = new Holding(Optional.empty(), shard -> false, false);

    static Holding of(Precondition.Fence fence, Predicate<String> shards) {
        return new Holding(Optional.of(fence), shards, true);
    }

    boolean holds(String shard) {
        return shards.test(shard);
    }

    /** The same, in doubt. */
    Holding suspended() {
        return active ? new Holding(fence, shards, false) : this;
    }

    /** True when nothing has to be done to get from one to the other. */
    boolean same(Holding other) {
        return active == other.active && fence.equals(other.fence);
    }
}
