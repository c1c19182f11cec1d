package dev.banyan.runtime.simulation.etcd;

import dev.banyan.runtime.simulation.fault.FaultKind;
import java.time.Duration;
import java.util.List;

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
    /** A call that never arrives, at {@code client>etcd-0}. */
    public static final FaultKind LOST_REQUEST = new FaultKind("etcd-lost-request", 0.1);

    /** A call that is answered and whose answer never arrives. */
    public static final FaultKind LOST_REPLY = new FaultKind("etcd-lost-reply", 0.1);

    /** A watch whose stream breaks before a response. */
    public static final FaultKind BROKEN_STREAM = new FaultKind("etcd-broken-stream", 0.1);

    /** What a plan may strike at each message: see {@link SimulatedEtcd#faults(dev.banyan.runtime.simulation.fault.FaultPlan)}. */
    public static final List<FaultKind> OF_MESSAGES = List.of(LOST_REQUEST, LOST_REPLY, BROKEN_STREAM);

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
