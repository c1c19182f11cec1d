/**
 * The agent's tie to the cluster: it dials an engine, registers, sends signs of life, and answers what the engine asks of it: logs, and ways into containers.
 *
 * <p>A registration gives the session's epoch; every write of the agent carries it as a fence, so that an older session of the same agent
 * can write nothing. What a registration says - uid, subnet - is kept on disk: a restarted agent goes on with its containers, network and
 * load balancer before any engine answers. Heartbeats have a channel of their own, apart from relays, so that a log that someone reads
 * does not make the agent look silent; the relay goes to the engine that answers the heartbeats, and moves with them. The certificate is
 * renewed here at two thirds of its life.
 */
@NullMarked
package dev.banyan.agent.session;

import org.jspecify.annotations.NullMarked;
