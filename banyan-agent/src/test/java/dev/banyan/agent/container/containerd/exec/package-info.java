/** What containerd is told of a command. */
@NullMarked
package dev.banyan.agent.container.containerd.exec;

import org.jspecify.annotations.NullMarked;
