/**
 * Assembles the agent: reads its configuration, constructs every room with {@code new}, and starts and stops them in order.
 *
 * <p>An agent is one machine's share of the cluster. It watches the objects bound to it through the engine, makes the machine agree
 * with them, and reports what it sees. The rooms below meet in those objects and never call each other.
 *
 * <p>It holds no truth of its own: what it forgets in a restart it finds again in the engine and in the container runtime. What it keeps on
 * disk is an old copy, by which it goes on while no engine answers: tasks, and the plans of network and load balancer.
 */
@NullMarked
package dev.banyan.agent;

import org.jspecify.annotations.NullMarked;
