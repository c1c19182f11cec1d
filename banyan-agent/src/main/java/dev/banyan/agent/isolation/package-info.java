/**
 * Keeps apps apart: who may send to the containers of this server, and what these may reach of servers and of the world.
 *
 * <p>A {@link dev.banyan.agent.isolation.ClusterView} is what the cluster says: services with their networks, peers and rules, the addresses
 * of their containers, and those of servers. {@link dev.banyan.agent.isolation.Attached} is what this server has: each container's link and
 * whose it is, known before anything runs in it. {@link dev.banyan.agent.isolation.IsolationTable} turns both, and nothing else, into one
 * table of packet rules, by the answers of the room {@code policy}, and keeps what did not change: of most changes each service, the ports of
 * all servers and nearly all addresses are as they were; {@link dev.banyan.agent.isolation.IsolationRules} has the kernel hold
 * it, by difference and in one transaction, and ends flows that are no longer allowed ({@link
 * dev.banyan.agent.isolation.FlowJudge}). {@link dev.banyan.agent.isolation.IsolationLoop} keeps that up, looks after it every second, and
 * keeps the view on disk, so that a restarted agent goes on before any engine is reached.
 *
 * <p>Guarantees: what is not known is closed. A container's packets are dropped until its link and address are in the table, whatever
 * sender they name; who is not known to the cluster reaches no container. The server that receives decides, since what a container sends
 * is told from forgeries where it begins. The cost of a packet is some lookups in sets, however many services there are, and one for those
 * of flows that were answered. The agent of a server, other programs of it, engines and other servers are reached by published ports alone.
 *
 * <p>Where the server carries IPv6 there is a second table, of the same rules about the twins of all addresses; {@link
 * dev.banyan.agent.isolation.TwinLinks} gives containers theirs. Of a link whose container has none, IPv6 is switched off at the server's end.
 * Programs of the server itself, and what comes from outside to published ports, it lets pass.
 */
@NullMarked
package dev.banyan.agent.isolation;

import org.jspecify.annotations.NullMarked;
