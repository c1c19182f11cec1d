/**
 * Ways into the containers of this agent: commands, files, connections.
 *
 * <p>A session comes over the relay as a request and a person to speak with. {@link dev.banyan.agent.reach.Reaching} finds the running
 * container of the task, bounds how many sessions there are, and hands on: to {@link dev.banyan.agent.reach.CommandSession}, which runs a
 * command with the person's keyboard and screen; to {@link dev.banyan.agent.reach.FileReading} and {@link
 * dev.banyan.agent.reach.FileWriting}, which speak tar; to {@link dev.banyan.agent.reach.PortSession}, which dials inside the container's
 * network. {@link dev.banyan.agent.reach.Inspection} tells what a task's container is, running or not.
 *
 * <p><b>Guarantees.</b> Nothing is needed in the image: no shell, no tar. Files are opened by the kernel below the container's root, so
 * that no link of a container leads to a file of the server. Whoever is slow is waited for, by this session alone. When the person is gone
 * the command and all of its session are ended. <b>Caveats.</b> Files that change while they are read come as long as they were at first.
 */
@NullMarked
package dev.banyan.agent.reach;

import org.jspecify.annotations.NullMarked;
