package dev.banyan.runtime.simulation.etcd;

import java.time.Duration;

/**
 * How bad the ways to etcd are.
 *
 * @param latencyMax longest time of one direction; the shortest is a hundredth of it
 * @param lostRequests share of calls that never arrive, 0 to 1
 * @param lostReplies share of calls whose answer never arrives, 0 to 1
 * @param brokenStreams share of a watch's responses before which its stream breaks, 0 to 1
 * @param scattered whether watches get their events in the smallest portions that etcd may send, at random
 */
public record EtcdFaults(
        Duration latencyMax, double lostRequests, double lostReplies, double brokenStreams, boolean scattered) {
    /** A quick network that loses nothing. */
    public static final EtcdFaults NONE = new EtcdFaults(Duration.ofMillis(1), 0, 0, 0, false);

    /** Checks the shares. */
    public EtcdFaults {
        for (double share : new double[] {lostRequests, lostReplies, brokenStreams}) {
            if (share < 0 || share > 1) {
                throw new IllegalArgumentException("a share is 0 to 1, not " + share);
            }
        }
        if (latencyMax.isNegative()) {
            throw new IllegalArgumentException("latency is not negative: " + latencyMax);
        }
    }
}
