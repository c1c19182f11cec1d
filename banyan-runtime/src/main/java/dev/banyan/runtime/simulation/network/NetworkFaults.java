package dev.banyan.runtime.simulation.network;

import dev.banyan.runtime.simulation.fault.FaultKind;
import java.util.List;

/** What can go wrong in a network. Places are ways, written {@code from>to}. */
public final class NetworkFaults {
    /** A packet is lost: a datagram for good, a connection's message until it is sent again. */
    public static final FaultKind LOST = new FaultKind("net-lost", 0.1);

    /** A datagram arrives twice. */
    public static final FaultKind DOUBLED = new FaultKind("net-doubled", 0.1);

    /** A datagram is overtaken by later ones. */
    public static final FaultKind OVERTAKEN = new FaultKind("net-overtaken", 0.1);

    /** A message takes many times the longest latency. */
    public static final FaultKind SLOW = new FaultKind("net-slow", 0.05);

    /** Something between the hosts resets a connection at both ends. */
    public static final FaultKind RESET = new FaultKind("net-reset", 0.01);

    /** The receiver's side of a connection is gone, and the sender is not told. */
    public static final FaultKind HALF_OPEN = new FaultKind("net-half-open", 0.01);

    /** Something refuses a connection though its listener is there. */
    public static final FaultKind REFUSED = new FaultKind("net-refused", 0.1);

    /** Nobody answers an attempt to connect. */
    public static final FaultKind UNANSWERED = new FaultKind("net-unanswered", 0.1);

    /** One way is cut for a while, up to 20 s. */
    public static final FaultKind CUT = new FaultKind("net-cut", 0.005);

    /** The receiving host is cut off from all others for a while, up to 20 s. */
    public static final FaultKind ISOLATED = new FaultKind("net-isolated", 0.002);

    /** All of them. */
    public static final List<FaultKind> ALL =
            List.of(LOST, DOUBLED, OVERTAKEN, SLOW, RESET, HALF_OPEN, REFUSED, UNANSWERED, CUT, ISOLATED);

    private NetworkFaults() {}
}
