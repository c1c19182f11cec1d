package dev.banyan.engine.server.session;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * What an engine tells its agents.
 *
 * @param engine id of this engine
 * @param address where it is reached, as host and port
 * @param registry host and port
 * @param heartbeat how often an agent says that it lives; well below the threshold of suspicion
 * @param subnets where agents' subnets come from
 * @param servers addresses of all servers that engines run on, at this moment
 * @param agentBack as long as an agent takes to start again, which an upgrade does, before anybody misses it
 */
public record SessionSettings(
        String engine,
        String address,
        String registry,
        Duration heartbeat,
        SubnetRange subnets,
        Supplier<List<String>> servers,
        Duration agentBack) {
    /** Four chances before an agent of the default thresholds is suspect. */
    public static final Duration HEARTBEAT = Duration.ofMillis(500);

    /** How long who reaches into a container waits for an agent that starts again. */
    public static final Duration AGENT_BACK = Duration.ofSeconds(10);

    /** Those of an engine that knows no addresses of servers. */
    public SessionSettings(String engine, String address, String registry, Duration heartbeat, SubnetRange subnets) {
        this(engine, address, registry, heartbeat, subnets, List::of, AGENT_BACK);
    }

    /** The same with what {@code addresses} answers. */
    public SessionSettings telling(Supplier<List<String>> addresses) {
        return new SessionSettings(engine, address, registry, heartbeat, subnets, addresses, agentBack);
    }

    /** The same for agents that take so long to start again. */
    public SessionSettings awaitingAgents(Duration back) {
        return new SessionSettings(engine, address, registry, heartbeat, subnets, servers, back);
    }
}
