/**
 * The log files of containers: reading, following and rotating what the runtime writes.
 *
 * <p>The runtime appends each line with its time and stream to the container's file (the form of CRI). {@link
 * dev.banyan.agent.container.logs.LogFollower} gives the last lines, or those behind a {@link
 * dev.banyan.agent.container.logs.LogPlace}, and then those that come, over rotations; {@link
 * dev.banyan.agent.container.logs.LogRotator} moves a file that grew too large aside and has the runtime open a new one.
 *
 * <p>Guarantees: lines come once and in order; a long line that the runtime wrote in parts is one line again, up to a limit. A follower
 * that is slower than all kept files are rotated loses what was deleted.
 *
 * <p>It does not decide when to look at sizes, and deletes no log of a container that is gone.
 */
@NullMarked
package dev.banyan.agent.container.logs;

import org.jspecify.annotations.NullMarked;
