package dev.banyan.agent.network;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the kernel carry traffic between the containers of all agents. What it set up works on without this process.
 *
 * <p>Expected flow: {@link #resume()} once at start, {@link #apply} for every new plan, and {@link #verify()} now and then, followed by
 * {@link #apply} of the same plan when it answers {@link OverlayCheck.Different}. For one caller at a time, always in the agent's network
 * namespace.
 */
public interface OverlayDriver {
    /** Makes the kernel follow {@code plan}, writing only what differs, and keeps the plan on disk. */
    OverlayOutcome apply(OverlayPlan plan) throws InterruptedException;

    /** Applies the plan that was applied last, from disk; empty when there is none. */
    Optional<OverlayOutcome> resume() throws InterruptedException;

    /** Compares the kernel with the plan applied last; changes nothing. */
    OverlayCheck verify() throws InterruptedException;

    /** What the last {@link #verify()} saw of each peer; empty for an overlay without sessions. */
    List<PeerLink> links();

    /**
     * From now on packets to a peer may have so many bytes, by its name; of others what their route says already.
     *
     * @return whether that is anything new, which the next {@link #apply} makes so
     */
    default boolean sized(Map<String, Integer> sizes) {
        return false;
    }

    /** Takes everything back that this driver set up, in this process or an earlier one. Calling again does what is left. */
    void remove() throws InterruptedException;
}
