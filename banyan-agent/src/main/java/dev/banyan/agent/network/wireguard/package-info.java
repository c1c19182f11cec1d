/**
 * One encrypted interface between servers: WireGuard of the kernel, or where it has none, of the program wireguard-go.
 *
 * <p>A {@link dev.banyan.agent.network.wireguard.TunnelPlan} says what the interface shall be. {@link
 * dev.banyan.agent.network.wireguard.Tunnel} looks at what is there, by {@code ip} and {@code wg}, which serve both homes of WireGuard
 * alike; the difference is computed by pure functions, and only that is written.
 *
 * <p>Guarantees: a peer that is right is not touched, since one that is made anew is mute until both sides have shaken hands; an interface
 * of an earlier process is adopted, and so is its program, which goes on without this one. The private key is made here, readable by root
 * alone, and never leaves this server nor stands on a command line.
 *
 * <p>It knows nothing of agents, routes or packet rules.
 */
@NullMarked
package dev.banyan.agent.network.wireguard;

import org.jspecify.annotations.NullMarked;
