/**
 * Every task that is wanted has an agent.
 *
 * <p>Tasks of one app are placed together: the reconciler reads the app's unassigned tasks and all agents with what is reserved on
 * them, places by {@link dev.banyan.engine.planning.Placing}, and commits assignments together with the changed allocations. An
 * allocation carries the reservations themselves and is compared and swapped as one value, so that two engines which saw the same free
 * room cannot both take it. A task is assigned once and never again; another try is another task.
 *
 * <p>A reservation is freed by the second reconciler here, and only when the agent reports that the task ended, or the task is gone.
 */
@NullMarked
package dev.banyan.engine.scheduling;

import org.jspecify.annotations.NullMarked;
