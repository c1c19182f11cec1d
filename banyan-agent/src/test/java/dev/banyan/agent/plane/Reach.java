package dev.banyan.agent.plane;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.plane.rules.End;

/** How a request ends. */
public sealed interface Reach {
    /** Where its packet was led to last. */
    End towards();

    /**
     * It is answered, and the answer finds its way back.
     *
     * @param server on which it ends
     * @param from the address that it seems to come from there
     */
    record Reached(String server, End towards, Ipv4Address from) implements Reach {}

    /** The client is told at once that nobody serves there. */
    record Refused(End towards) implements Reach {}

    /** The client is told at once that there is no such host. */
    record Unreachable(End towards) implements Reach {}

    /** Nobody tells the client anything. */
    record Lost(End towards, String why) implements Reach {}
}
