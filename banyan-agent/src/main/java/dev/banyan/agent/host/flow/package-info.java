/** What the kernel remembers of flows, told sooner than by a program where that can be. */
@NullMarked
package dev.banyan.agent.host.flow;

import org.jspecify.annotations.NullMarked;
