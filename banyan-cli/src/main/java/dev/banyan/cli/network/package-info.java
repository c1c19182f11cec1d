/**
 * The verbs about the network between servers.
 *
 * <p>{@code network peers} shows how each agent reaches each other one, {@code network addresses} who has which address, {@code network
 * endpoints} which agents have confirmed the replicas of each service, {@code network policy} and {@code network networks} who reaches whom,
 * and {@code ports} what is open to whom. All read what agents report
 * and controllers write; nothing is asked of servers.
 *
 * <p><b>Guarantees.</b> A pair of agents that is not connected has a row with the reason. <b>Caveats.</b> Bytes and handshakes are up to a
 * minute old; a pair that has nothing to say to each other makes no handshakes.
 */
@NullMarked
package dev.banyan.cli.network;

import org.jspecify.annotations.NullMarked;
