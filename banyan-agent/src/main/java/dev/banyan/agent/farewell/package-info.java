/**
 * No container is stopped while somebody may still send it something new.
 *
 * <p>A task that shall stop leaves the endpoints of its service first. {@link dev.banyan.agent.farewell.Removals} remembers at which revision
 * of the store each one did, and {@link dev.banyan.agent.farewell.Farewell} lets its container be stopped once every agent that is ready has
 * reported that its packet rules are of that revision. Reports are written at once where a removal waits for them.
 *
 * <p>An agent that does not follow within {@link dev.banyan.agent.farewell.Farewell#PATIENCE} is waited for no longer: a stop must not hang on
 * a broken server. Agents that are silent are not waited for at all, and go on leading to what they know.
 */
@NullMarked
package dev.banyan.agent.farewell;

import org.jspecify.annotations.NullMarked;
