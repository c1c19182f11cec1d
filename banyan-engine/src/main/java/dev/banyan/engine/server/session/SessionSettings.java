package dev.banyan.engine.server.session;

import java.time.Duration;

/**
 * What an engine tells its agents.
 *
 * @param engine id of this engine
 * @param address where it is reached, as host and port
 * @param registry host and port
 * @param heartbeat how often an agent says that it lives; well below the threshold of suspicion
 * @param subnets where agents' subnets come from
 */
public record SessionSettings(String engine, String address, String registry, Duration heartbeat, SubnetRange subnets) {
    /** Four chances before an agent of the default thresholds is suspect. */
    public static final Duration HEARTBEAT = Duration.ofMillis(500);
}
