/**
 * Starts and stops the parts of one process in the right order, and asks them how they are.
 *
 * <p>A part is a {@link dev.banyan.runtime.manager.Component}: an informer, a controller, a membership, a server. The assembly hands them
 * to {@link dev.banyan.runtime.manager.ControllerManager} in the order it wants; sources of data start first and are waited for, then the
 * rest; stopping goes the other way round, so nothing loses what it stands on while it still runs. A part that is one background task
 * extends {@link dev.banyan.runtime.manager.TaskComponent}.
 *
 * <p><b>Guarantees.</b> Whatever was started is stopped, also when a later part fails to start. <b>Caveats.</b> Nothing is restarted here:
 * a component heals itself or reports that it is not ready. This room knows no component; others implement its interface.
 */
@NullMarked
package dev.banyan.runtime.manager;

import org.jspecify.annotations.NullMarked;
