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
 */
public record SessionSettings(
        String engine,
        String address,
        String registry,
        Duration heartbeat,
        SubnetRange subnets,
        Supplier<List<String>> servers) {
    /** Four chances before an agent of the default thresholds is suspect. */
    public static final Duration HEARTBEAT = Duration.ofMillis(500);

    /** Those of an engine that knows no addresses of servers. */
    public SessionSettings(String engine, String address, String registry, Duration heartbeat, SubnetRange subnets) {
        this(engine, address, registry, heartbeat, subnets, List::of);
    }

    /** The same with what {@code addresses} answers. */
    public SessionSettings telling(Supplier<List<String>> addresses) {
        return new SessionSettings(engine, address, registry, heartbeat, subnets, addresses);
    }
}
