/** Tests of what is taken away at the end. */
@NullMarked
package dev.banyan.agent.leave;

import org.jspecify.annotations.NullMarked;
