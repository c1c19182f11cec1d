/**
 * What a task's containers find at their mounts, on this server's disk.
 *
 * <p>Before a container is made, {@link dev.banyan.agent.volume.disk.TaskMounts} turns the mounts that its task asks for into paths: named
 * volumes are directories that stay, anonymous ones go with the task, paths of the server must be allowed by the agent's settings and are
 * looked at again here, wherever their links lead. {@link dev.banyan.agent.volume.disk.VolumeDirectories} keeps the directories: {@code
 * named/<directory>/data}, {@code tasks/<task uid>/<number>/data}, and {@code gone/} for what is being deleted.
 *
 * <p><b>Guarantees.</b> An empty volume is filled from the image in a draft beside it, which takes its place whole: whenever the agent dies,
 * the volume is empty or complete. What is to be deleted is first moved away, and deleted to its end by the next agent. Nothing else is ever
 * deleted here. <b>Caveats.</b> A program that may write where another one's mount begins can swap a link between the look and the mount.
 */
@NullMarked
package dev.banyan.agent.volume.disk;

import org.jspecify.annotations.NullMarked;
