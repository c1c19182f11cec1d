/**
 * The tasks bound to this agent run, and what becomes of them is reported.
 *
 * <p>One request is one task. The reconciler reads the Task, what this agent remembers of it (an {@link
 * dev.banyan.agent.workload.AttemptRecord}, on disk before anything is started) and what the container runtime observes, and asks the
 * pure {@link dev.banyan.agent.workload.Workload} for the next step: pull, start an attempt, stop, wait, or end. Restarts by policy are
 * attempts inside the task; the task itself is never moved. Status goes out through the store, fenced by the agent's session.
 *
 * <p>What already runs under the task's token is adopted, never doubled; a container of a task that is gone is stopped and removed; what
 * does not carry this cluster's label is not touched. Before the first engine has answered, a Task may be an old copy: by such a one
 * containers are restarted, and nothing is stopped for good or removed. A task that ended is remembered as ended until it is deleted.
 */
@NullMarked
package dev.banyan.agent.workload;

import org.jspecify.annotations.NullMarked;
