/** Tests of what people have this server try. */
@NullMarked
package dev.banyan.agent.probe;

import org.jspecify.annotations.NullMarked;
