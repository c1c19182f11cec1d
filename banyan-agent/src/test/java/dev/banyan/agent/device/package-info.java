/** Descriptions of devices: what they say, and what a server makes of them. */
@NullMarked
package dev.banyan.agent.device;

import org.jspecify.annotations.NullMarked;
