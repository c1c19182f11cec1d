@NullMarked
package dev.banyan.agent.container.containerd.pull;

import org.jspecify.annotations.NullMarked;
