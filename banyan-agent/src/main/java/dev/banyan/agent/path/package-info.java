/**
 * Finds how large packets pass to each peer, where the way between two servers takes less than their links and does not say so.
 *
 * <p>{@link dev.banyan.agent.path.PathLoop} sends questions of a certain size through the tunnel to the name servers of other agents, which
 * nobody on the way may cut up; an answer, which is short, says that such a packet passes in this direction. Which size is tried when, and
 * what follows from it, is decided by {@link dev.banyan.agent.path.PathSize} for one peer and {@link dev.banyan.agent.path.Paths} for all,
 * which are pure. What was found becomes the size of the peer's route, by {@link dev.banyan.agent.network}; the kernel then tells senders.
 *
 * <p>Only where a session with the peer is alive, a few ways at a time, and at a slow pace where nothing changes.
 */
@NullMarked
package dev.banyan.agent.path;

import org.jspecify.annotations.NullMarked;
