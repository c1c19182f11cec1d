package dev.banyan.runtime.election;

import java.util.Optional;

/** How a candidate stands. */
public sealed interface Leadership {
    /**
     * Does not lead.
     *
     * @param leader the member that leads; empty when none does, or it is not known yet
     */
    record Standby(Optional<String> leader) implements Leadership {}

    /**
     * Leads.
     *
     * @param token the fencing token: higher than that of every leader before. Whoever compares it, in the store or outside, is not fooled by
     *     a former leader
     */
    record Leading(long token) implements Leadership {}

    /**
     * Leads if nobody has taken over, but cannot show that it lives: it starts nothing. If nobody has when it can again, it goes on under
     * the same token.
     */
    record Suspect(long token) implements Leadership {}

    /** True for {@link Leading} only. */
    default boolean leads() {
        return this instanceof Leading;
    }
}
