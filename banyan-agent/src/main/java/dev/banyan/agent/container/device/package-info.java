/**
 * Devices in the words of the OCI runtime.
 *
 * <p>CRI has no words for most of what devices need. {@link dev.banyan.agent.container.device.DevicePatch} writes a container's {@link
 * dev.banyan.agent.container.DeviceEdits} into the specification that CRI has made, between creating and starting it. It looks at no server:
 * numbers of devices are known by then.
 */
@NullMarked
package dev.banyan.agent.container.device;

import org.jspecify.annotations.NullMarked;
