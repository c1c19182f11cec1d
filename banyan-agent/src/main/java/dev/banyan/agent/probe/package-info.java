/**
 * Tries whether this server's containers would reach what the cluster says is there.
 *
 * <p>A person asks an engine, and the engine this agent over the relay. {@link dev.banyan.agent.probe.Probing} refuses what is none of the
 * cluster's addresses ({@link dev.banyan.agent.probe.ProbeRules}, pure) and tries the rest, some at a time, by {@link
 * dev.banyan.agent.probe.KernelWays}: connections and datagrams from the gateway's address, which is this server's own end of its containers'
 * range. They meet the same routes, tunnel and balancing as a container's, but neither the link between container and server nor what keeps
 * apps apart. Each result is told as soon as it is there.
 *
 * <p>Nothing is sent over a connection that was made, and a datagram is one zero. What is tried is only what was asked for: who knows services
 * and replicas is the one who asks.
 */
@NullMarked
package dev.banyan.agent.probe;

import org.jspecify.annotations.NullMarked;
