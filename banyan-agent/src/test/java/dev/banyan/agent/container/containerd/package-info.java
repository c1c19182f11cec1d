@NullMarked
package dev.banyan.agent.container.containerd;

import org.jspecify.annotations.NullMarked;
