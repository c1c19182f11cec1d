/**
 * Agents' sessions, and what travels over them.
 *
 * <p>An agent registers; that rewrites its session object, whose revision is its epoch, and gives it a subnet the first time, all in one
 * commit. Sessions begin at engines that are members and nowhere else. Heartbeats of that epoch are taken by the engine that the session
 * names, while it is a member, and told to whoever judges silence. The newest registration wins: when {@link
 * dev.banyan.engine.server.session.Sessions} sees a newer epoch, from here or from another engine, it ends the streams of the older one
 * as fenced. Over a relay, a stream that the agent opened and the engine asks on, {@link dev.banyan.engine.server.session.LogService}
 * reads containers' logs: each request grants the agent credit for so many answers, so that a slow reader holds back only himself. {@link
 * dev.banyan.engine.server.session.ReachService} lets people into containers over the same relay, where credit goes both ways.
 *
 * <p>What this room remembers is soft: an engine that restarts learns it again. It does not judge silence.
 */
@NullMarked
package dev.banyan.engine.server.session;

import org.jspecify.annotations.NullMarked;
