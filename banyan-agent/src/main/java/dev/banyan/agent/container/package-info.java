/**
 * The contract of a container runtime: what the agent may ask of the software that runs containers on its server.
 *
 * <p>A container lives in a sandbox, which holds its network address and its log directory. The caller pulls an image by digest, runs a
 * sandbox, creates a container in it and starts it; a restart inside the sandbox is a further container under the next attempt. The
 * caller learns how things stand from {@link dev.banyan.agent.container.ContainerRuntime#list()}, and that something changed from {@link
 * dev.banyan.agent.container.ContainerRuntime#watch}.
 *
 * <p>Guarantees: a runtime is made for one cluster and neither shows nor touches what does not carry that cluster's label. Expected
 * failures are values ({@link dev.banyan.agent.container.PullOutcome}, {@link dev.banyan.agent.container.ExecOutcome}, {@link
 * dev.banyan.agent.container.StopOutcome}); surprises are a {@link dev.banyan.agent.container.ContainerException} whose kind says whether
 * trying again can help. Every call has a deadline and ends when its task is cancelled.
 *
 * <p>This room decides nothing: when to restart, how long to wait between attempts and what to report is the workload's business.
 */
@NullMarked
package dev.banyan.agent.container;

import org.jspecify.annotations.NullMarked;
