/**
 * The clocks of one simulated host: what a machine believes the time to be, while the simulation knows it.
 *
 * <p>A {@link dev.banyan.runtime.simulation.clock.HostClock} follows the simulation's time at a rate of its own. Three readings come of it: the
 * monotonic clock, which stands still while the host does; the boot clock, which does not; and the wall clock, which also jumps. A reboot
 * starts the first two anew. Asked the other way round, it says when in truth a deadline on the monotonic clock is reached.
 *
 * <p><b>Guarantees.</b> Without faults every reading is the simulation's own. The monotonic clock goes back at a reboot only. The room is pure:
 * it waits for nothing and draws nothing.
 */
@NullMarked
package dev.banyan.runtime.simulation.clock;

import org.jspecify.annotations.NullMarked;
