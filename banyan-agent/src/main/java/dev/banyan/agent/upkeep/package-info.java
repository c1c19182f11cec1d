/**
 * What grows on a server is taken back: images nobody uses when the disk fills, and the output of tasks that ended.
 *
 * <p>Once a minute {@link dev.banyan.agent.upkeep.Upkeep} asks what must stay ({@link dev.banyan.agent.upkeep.Needs}) and looks at the rest.
 * {@link dev.banyan.agent.upkeep.ImageUse} remembers since when each image is unused, over restarts; when the {@link
 * dev.banyan.agent.upkeep.Disk} is 80 % full, {@link dev.banyan.agent.upkeep.ImageSweep} removes those unused the longest, one at a time,
 * until it is at 70 %. {@link dev.banyan.agent.upkeep.LogSweep} removes the output of a task a day after its end, and of a task that goes on
 * all but its newest attempts'.
 *
 * <p><b>Guarantees.</b> Nothing is removed before an engine has said which tasks are this agent's. An image of such a task, or of a
 * container in any state, stays; so does every image that is not from the cluster's registry, and every file that is not named like output.
 * <b>Caveats.</b> Records of tasks that are gone are the workload's, which removes them with the last container.
 */
@NullMarked
package dev.banyan.agent.upkeep;

import org.jspecify.annotations.NullMarked;
