/**
 * The production session and API over a simulated wire, and what fencing promises under pauses.
 *
 * <p>A {@link dev.banyan.simulated.wire.FrontDoor} serves an engine's {@link dev.banyan.engine.server.ApiServices} to processes that open a
 * {@link dev.banyan.api.client.BanyanClient} there: client, wire, guard, services and {@code RemoteStore} are the shipped ones. A {@link
 * dev.banyan.simulated.wire.SessionWorld} is two engines over a simulated etcd, each with cache, membership, shards, a leader and the judge
 * of silence, and agents with their sessions and certificates. What happens there is held against the {@link
 * dev.banyan.simulated.wire.Laws} at each revision that the {@link dev.banyan.simulated.wire.Ledger} shows. Campaigns draw what goes wrong;
 * a {@link dev.banyan.simulated.wire.PauseSweep} stops each process at each step of one story.
 *
 * <p><b>What exists of the fencing protocol today.</b> Views and epochs as preconditions of every write; leaders' tokens; a newer session
 * ending the older one's streams; judges that do not count their own sleep; the Task's create revision as its token, kept by the agent with
 * each attempt. <b>What comes with stateful services:</b> sessions in state FENCING, proofs of death (STOPPED, OPERATOR, SELF_FENCED), the
 * agent's own end after silence, the bound on the age of the view under which an engine answers an agent, and a helper that outlives a frozen
 * agent. Until then nothing may need at most one copy at all times.
 */
@NullMarked
package dev.banyan.simulated.wire;

import org.jspecify.annotations.NullMarked;
