/**
 * What a task's settings mean in the words of the container runtime.
 *
 * <p>Pure translation: {@link dev.banyan.agent.workload.settings.TaskTuning} makes the runtime's parts of a task's {@link
 * dev.banyan.api.v1.ContainerSettings}, {@link dev.banyan.agent.workload.settings.TaskHealth} finds the health check that holds for a
 * container, {@link dev.banyan.agent.workload.settings.TaskLogging} says how its output is kept, and {@link
 * dev.banyan.agent.workload.settings.TaskHosts} writes its hosts file, and {@link dev.banyan.agent.workload.settings.TaskNames} says whom
 * it asks for other names. Whether the agent grants what is asked for is looked at
 * elsewhere, before.
 */
@NullMarked
package dev.banyan.agent.workload.settings;

import org.jspecify.annotations.NullMarked;
