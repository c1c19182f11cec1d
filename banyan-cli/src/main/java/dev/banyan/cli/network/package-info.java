/**
 * The verbs about the network between servers.
 *
 * <p>{@code network peers} shows how each agent reaches each other one, {@code network addresses} who has which address, {@code network
 * endpoints} which agents have confirmed the replicas of each service, {@code network policy} and {@code network networks} who reaches whom,
 * and {@code ports} what is open to whom. These read what agents report
 * and controllers write; nothing is asked of servers.
 *
 * <p>{@code network check} asks: {@link dev.banyan.cli.network.CheckPlan} says, as a pure function of the store, what each agent shall try
 * and what is known without; {@link dev.banyan.cli.network.CheckRun} has them try it, over the engine that each has its session at; {@link
 * dev.banyan.cli.network.CheckWords} says what results mean, and {@link dev.banyan.cli.network.CheckReport} makes lines of them.
 *
 * <p><b>Guarantees.</b> A pair of agents that is not connected has a row with the reason. <b>Caveats.</b> Bytes and handshakes are up to a
 * minute old; a pair that has nothing to say to each other makes no handshakes.
 */
@NullMarked
package dev.banyan.cli.network;

import org.jspecify.annotations.NullMarked;
