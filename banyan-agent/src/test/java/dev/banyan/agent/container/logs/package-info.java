@NullMarked
package dev.banyan.agent.container.logs;

import org.jspecify.annotations.NullMarked;
