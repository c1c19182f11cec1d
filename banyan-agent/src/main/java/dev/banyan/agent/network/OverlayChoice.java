package dev.banyan.agent.network;

import dev.banyan.agent.network.wireguard.TunnelSettings;

/** How an agent is to be connected with the others; all agents of a cluster need the same. */
public sealed interface OverlayChoice {
    /** Unencrypted, between servers of one link that trust it: {@link PlainRoutes}. */
    record Routes() implements OverlayChoice {}

    /** Encrypted: {@link WireGuard}. */
    record Encrypted(TunnelSettings settings) implements OverlayChoice {}
}
