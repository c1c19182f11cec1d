/**
 * The data plane of several servers without servers: kernels that outlive every agent, and the wire between them.
 *
 * <p>A {@link dev.banyan.agent.plane.Wire} has a {@link dev.banyan.agent.plane.ServerKernel} for each server: packet tables, routes,
 * settings, held ports and tracked flows, changed by the very commands that the agent runs. An agent process has a {@link
 * dev.banyan.agent.plane.KernelWay} to it, on which commands fail, are done without an answer, take long, or are the last that the process
 * did. Asked where a packet ends, the wire leads it through the tables of every kernel on its way, and the answer back.
 *
 * <p>It knows the words of nft, ip, conntrack and ss that this agent uses and refuses all others. It does not know fragments, windows,
 * retransmissions or timeouts of flows. What it answers is compared with real kernels by {@code WireServersTest}.
 */
@NullMarked
package dev.banyan.agent.plane;

import org.jspecify.annotations.NullMarked;
