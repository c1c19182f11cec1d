package dev.banyan.agent.plane;

import dev.banyan.agent.network.OverlayPlan;
import dev.banyan.agent.proxy.Protocol;
import dev.banyan.agent.proxy.ProxySet;
import java.util.Set;

/** Two servers {@code a1} and {@code a2} with containers, a {@code client} beside them, and the programs of an agent on each. */
interface PlaneBench {
    /** Serves a set; answers what came of it, in words. */
    String serve(String server, ProxySet set) throws Exception;

    /** Follows a plan; answers what came of it. */
    String follow(String server, OverlayPlan plan) throws Exception;

    /** The agent is another process, which resumes both. */
    String restart(String server) throws Exception;

    /** Whether both are as applied last. */
    String verify(String server) throws Exception;

    /** Takes both back. */
    String remove(String server) throws Exception;

    /** Somebody removes all rules. */
    void flush(String server) throws Exception;

    /** Somebody removes the routes that the agent made. */
    void dropRoutes(String server) throws Exception;

    /**
     * Where new requests end: {@code refused}, {@code unreachable}, {@code lost}, or the container's name and the address that it sees, for
     * each end that is possible.
     *
     * @param expected the ends that are possible, where that is known: asking may end when all of them were seen
     */
    Set<String> ask(String asker, Protocol protocol, String to, int port, Set<String> expected) throws Exception;
}
