package dev.banyan.agent.proxy;

import static java.util.Objects.requireNonNull;

import dev.banyan.agent.host.Ipv4Address;
import org.jspecify.annotations.Nullable;

/**
 * One replica that answers.
 *
 * @param port from 1 to 65535
 * @param weight its share of new connections against the other backends of the frontend, from 1 to 1,000
 */
public record Backend(Ipv4Address address, int port, int weight) {
    /** Enough for shares of a per mille; bounds the size of a rule's random number. */
    private static final int WEIGHT_LIMIT = 1_000;

    public Backend {
        requireNonNull(address, "address");
        requirePort(port);
        if (weight < 1 || weight > WEIGHT_LIMIT) {
            throw new IllegalArgumentException("weight must be from 1 to " + WEIGHT_LIMIT + ": " + weight);
        }
    }

    /** A backend of the usual weight, 1. */
    public static Backend of(String address, int port) {
        return new Backend(Ipv4Address.parse(address), port, 1);
    }

    static void requirePort(int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Backend backend
                && address.equals(backend.address)
                && port == backend.port
                && weight == backend.weight;
    }

    @Override
    public int hashCode() {
        return 31 * address.hashCode() + port;
    }

    @Override
    public String toString() {
        return address + ":" + port;
    }
}
