/**
 * The load balancer of transport connections: published ports and virtual addresses of this server lead to all backends, on any server.
 *
 * <p>A {@link dev.banyan.agent.proxy.ProxySet} says what is wanted. {@link dev.banyan.agent.proxy.ServiceRules} are what one service
 * brings to the table of packet rules, and {@link dev.banyan.agent.proxy.ProxyTable} puts them together: a lookup by (virtual address,
 * protocol, port) and one by (protocol, port) on the server's own addresses lead to a chain, shared by services with as many backends or
 * of one frontend alone, which picks a backend at random or the one that the client had ({@link dev.banyan.agent.proxy.Picking}). {@link dev.banyan.agent.proxy.NftablesProxy} compares
 * that table with what the kernel holds and commits the difference in one transaction, ends the flows of datagrams that conntrack would
 * still lead to removed backends, and keeps the set on disk to serve it again after a restart before any engine is reached.
 *
 * <p>Guarantees: at no moment is a packet without rules; an established connection keeps its backend until it ends; the cost of a packet
 * does not grow with the number of services. The client's address reaches the backend when the backend runs on the server that the
 * client reached, or when the client is a container; otherwise the address of that server takes its place ({@link
 * dev.banyan.agent.proxy.ProxyTable} has the list). A port that another program of the server has is never taken from it: it is reported
 * as {@link dev.banyan.agent.proxy.PortTaken}.
 *
 * <p>A port that is published on one address is open where that address is; one that is open to some clients refuses all others at once,
 * but for programs of the server itself. Connections that are there go on when less is allowed.
 *
 * <p>Where the server carries IPv6, a second table leads the twins of addresses to the backends that have one, and is changed in the same
 * transaction. It does not check the health of backends. Which client has which backend is known to each server by itself, and
 * forgotten when the table is lost.
 */
@NullMarked
package dev.banyan.agent.proxy;

import org.jspecify.annotations.NullMarked;
