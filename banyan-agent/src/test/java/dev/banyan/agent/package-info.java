/** Tests of what the agent's assembly is made of. */
@NullMarked
package dev.banyan.agent;

import org.jspecify.annotations.NullMarked;
