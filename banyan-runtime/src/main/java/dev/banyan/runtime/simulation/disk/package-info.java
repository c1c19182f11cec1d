/**
 * A model of a host's disk that code runs on unmodified: a file system of {@code java.nio.file} that forgets what was not forced.
 *
 * <p>A {@link dev.banyan.runtime.simulation.disk.SimulatedDisk} gives a {@link java.nio.file.Path}, and {@link java.nio.file.Files} and {@link
 * java.nio.channels.FileChannel} do the rest. A write changes what everybody reads at once and waits in the file's list of unforced changes; a
 * name that is made, moved or removed waits in the journal until its directory is forced. When the host loses power, the {@link
 * dev.banyan.runtime.simulation.fault.FaultPlan} says for each file and each directory which first part of what waits is kept, down to the
 * sector within a write; the death of a process alone loses nothing.
 *
 * <p>Operations take drawn time in a task, fail when the plan says so or the disk is full, and have numbers, so that power can fail before
 * and after each: {@link dev.banyan.runtime.simulation.disk.PowerSweep} does that.
 *
 * <p><b>Guarantees.</b> What was forced stays. A failed force keeps nothing of what it was for, though it is still read: so do real kernels.
 * <b>Caveats.</b> Links, watches, locks, mapped memory and the like are refused by name. Rights are kept and not enforced, for root. Since an
 * operation passes the baton on, it must not be made while holding a lock that another task may want; {@link
 * dev.banyan.runtime.simulation.disk.SimulatedDisk#latency} of zero avoids that. The names {@code Files.createTempFile} makes differ from run to run.
 */
@NullMarked
package dev.banyan.runtime.simulation.disk;

import org.jspecify.annotations.NullMarked;
