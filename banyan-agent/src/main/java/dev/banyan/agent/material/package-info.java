/**
 * What only a container shall see: its environment and the contents that it mounts, for as long as its task is here.
 *
 * <p>{@link dev.banyan.agent.material.Materials} asks an engine for the material of a task before its first start, and keeps it in a
 * directory of its own below one that lies in memory: the environment as the message it came in, each content as a file or a tree with the
 * owner and mode that the task wants. A container that is started again finds it there, also by an agent that was restarted. {@link
 * dev.banyan.agent.material.MemoryDirectory} makes that directory: a file system in memory, mounted once for each boot.
 *
 * <p><b>Guarantees.</b> Nothing of it is written to a disk by the agent. A task's directory is whole or not there. What an engine sent never
 * leads out of it, whatever names it has. <b>Caveats.</b> After a reboot it is gone, and a task that has material waits for an engine. A
 * server that swaps may write memory to its disk: see docs/secrets.md. What containers write into files of the project counts as memory.
 */
@NullMarked
package dev.banyan.agent.material;

import org.jspecify.annotations.NullMarked;
