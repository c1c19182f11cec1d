/**
 * What an agent leaves behind on its server is taken away: containers ({@link dev.banyan.agent.leave.LastStop}), what the kernel remembers of
 * connections ({@link dev.banyan.agent.leave.Flows}), and mounts, control groups and files ({@link dev.banyan.agent.leave.Remains}). Rules, routes,
 * interfaces and settings are taken back by the rooms that made them.
 *
 * <p>Each part does nothing where there is nothing left to do, so that whoever was cut off in the middle begins again.
 */
@NullMarked
package dev.banyan.agent.leave;

import org.jspecify.annotations.NullMarked;
