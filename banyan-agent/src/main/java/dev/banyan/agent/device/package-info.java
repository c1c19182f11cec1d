/**
 * The devices of this server that tasks may have for themselves, as their vendors describe them in files of the Container Device Interface.
 *
 * <p>{@link dev.banyan.agent.device.Devices} reads the descriptions, JSON or YAML, and keeps what they say: which devices there are, by kind
 * and name, and what a container that has one needs. {@link dev.banyan.agent.device.DeviceLoop} has it read them anew from time to time
 * and tells the cluster, which gives each device to one task at a time. When such a task starts, the names in its assignment become {@link
 * dev.banyan.agent.container.DeviceEdits}, with the numbers that the server's device files have at that moment.
 *
 * <p>A description that cannot be understood whole is not used at all, and the report says why. Names under which a description lists the
 * same device files are one device; a name for several of them is none. What a description has run as hooks is run by the server's root: to
 * write one is the right of who owns the server. Nothing here finds devices by itself.
 */
@NullMarked
package dev.banyan.agent.device;

import org.jspecify.annotations.NullMarked;
