@NullMarked
package dev.banyan.agent.container;

import org.jspecify.annotations.NullMarked;
