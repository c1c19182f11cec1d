package dev.banyan.agent.network.wireguard;

/**
 * A peer as the interface has it.
 *
 * @param endpoint address and port that packets for it are sent to; empty when none is known
 * @param subnets what it may send and be sent, with commas between
 * @param handshakeSeconds of the last one, after 1970; 0 when there was none
 * @param receivedBytes since the peer was made
 * @param sentBytes likewise
 * @param keepaliveSeconds 0 when off
 */
public record PeerSight(
        PublicKey key,
        String endpoint,
        String subnets,
        long handshakeSeconds,
        long receivedBytes,
        long sentBytes,
        int keepaliveSeconds) {}
