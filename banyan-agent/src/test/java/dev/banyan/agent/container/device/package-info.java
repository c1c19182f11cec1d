/** Devices in the words of the OCI runtime, by themselves. */
@NullMarked
package dev.banyan.agent.container.device;

import org.jspecify.annotations.NullMarked;
