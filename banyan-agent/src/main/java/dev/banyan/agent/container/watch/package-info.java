/**
 * Tells other rooms of sandboxes as the container runtime makes, lists and removes them.
 *
 * <p>{@link dev.banyan.agent.container.watch.WatchedSandboxes} stands before a runtime, and tells a {@link
 * dev.banyan.agent.container.watch.SandboxWatcher} of each sandbox that passes: of a new one before anything can run in it.
 */
@NullMarked
package dev.banyan.agent.container.watch;

import org.jspecify.annotations.NullMarked;
