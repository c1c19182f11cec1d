/**
 * The ways between containers of different servers, and from containers to the world.
 *
 * <p>An {@link dev.banyan.agent.network.OverlayPlan} names this agent's subnet and its peers. An {@link
 * dev.banyan.agent.network.OverlayDriver} makes the kernel follow it: it observes, computes the difference as a pure function, and applies
 * only that. It has two homes: {@link dev.banyan.agent.network.WireGuard}, one encrypted interface through which all peers are reached,
 * and {@link dev.banyan.agent.network.PlainRoutes}, one route for each peer's subnet by the peer's own address, without encryption, for
 * servers of one link that is trusted. Who is of one kind is not connected with who is of the other.
 *
 * <p>Guarantees: what is right already is not touched, so a restarted agent disturbs nothing. Routes carry a protocol number of their own
 * and packet rules a table of their own; no route or rule of others is changed, but one accept rule is added to the firewall chain of
 * iptables, whose refusal nothing else could overrule. {@link dev.banyan.agent.network.OverlayDriver#remove()} leaves the server as it
 * was found. With WireGuard nothing for another server's containers leaves this one in the clear, whatever is missing.
 *
 * <p>Containers are attached by CNI's ptp links, whose names are not known here: everything is decided by address range. It does not keep
 * applications apart, and does not allocate subnets.
 */
@NullMarked
package dev.banyan.agent.network;

import org.jspecify.annotations.NullMarked;
