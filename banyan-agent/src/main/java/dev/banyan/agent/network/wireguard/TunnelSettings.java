package dev.banyan.agent.network.wireguard;

import java.time.Duration;

/**
 * What this server's end is like.
 *
 * @param port UDP that it listens on, 1 to 65535
 * @param keepalive how often something is sent to each peer so that a NAT in between remembers; zero for never, at most 65,535 s
 * @param mtu largest packet inside, 576 to 65535 bytes
 */
public record TunnelSettings(int port, Duration keepalive, int mtu) {
    /** Beside the other ports of Banyan. */
    public static final int DEFAULT_PORT = 7_446;

    /** Of an outer IPv6 header, a UDP header, and WireGuard's own: what a packet grows by at most. */
    public static final int OVERHEAD = 80;

    public TunnelSettings {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
        if (keepalive.isNegative() || keepalive.toSeconds() > 65_535) {
            throw new IllegalArgumentException("keepalive is from 0 to 65,535 s: " + keepalive);
        }
        if (mtu < 576 || mtu > 65_535) {
            throw new IllegalArgumentException("mtu is from 576 to 65535: " + mtu);
        }
    }
}
