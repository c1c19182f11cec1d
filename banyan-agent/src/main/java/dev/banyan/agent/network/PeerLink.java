package dev.banyan.agent.network;

/**
 * How a peer was connected at the last look.
 *
 * @param agent its name
 * @param endpoint address and port that packets for it are sent to; empty when none is known
 * @param handshakeSeconds of the last handshake, after 1970; 0 when there was none
 * @param receivedBytes since the peer was made on this server
 * @param sentBytes likewise
 * @param packetBytes the largest packet that passes; 0 when that is what links take, or not known
 */
public record PeerLink(
        String agent, String endpoint, long handshakeSeconds, long receivedBytes, long sentBytes, int packetBytes) {}
