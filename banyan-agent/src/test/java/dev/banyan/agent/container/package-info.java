/**
 * A server without containers, for tests and simulations: what containerd does, as far as this agent can tell, on simulated or real time.
 *
 * <p>A {@link dev.banyan.agent.container.FakeServer} holds the truth: images and their layers on a disk that fills, sandboxes, containers,
 * and processes that outlive every agent and the daemon. Each agent sees it through {@link
 * dev.banyan.agent.container.FakeServer#runtime}; a {@link dev.banyan.agent.container.SimulatedRuntime} is that view over a bad way and
 * with a process that can die at any call. What goes wrong of itself are the {@link dev.banyan.agent.container.ContainerFaults}, decided
 * by the run's plan of faults.
 *
 * <p>{@link dev.banyan.agent.container.ContainerRuntimeContract} says what this model and a real containerd have in common, case by case.
 */
@NullMarked
package dev.banyan.agent.container;

import org.jspecify.annotations.NullMarked;
