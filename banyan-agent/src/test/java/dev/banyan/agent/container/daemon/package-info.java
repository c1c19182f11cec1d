@NullMarked
package dev.banyan.agent.container.daemon;

import org.jspecify.annotations.NullMarked;
