package dev.banyan.agent.proxy;

import static java.util.Objects.requireNonNull;

import dev.banyan.agent.host.Ipv4Address;
import java.time.Duration;

/**
 * Clients keep their backend, each by its address.
 *
 * @param group the address of the service: one client has one backend by all of its ports
 * @param time for so long after its last new flow, in whole seconds, at least one
 */
public record Affinity(Ipv4Address group, Duration time) {
    public Affinity {
        requireNonNull(group, "group");
        if (time.toSeconds() < 1) {
            throw new IllegalArgumentException("clients are kept for a second at least: " + time);
        }
    }
}
