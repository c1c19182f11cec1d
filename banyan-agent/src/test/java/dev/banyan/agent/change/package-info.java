/** Tests of how changes of several kinds are counted. */
@NullMarked
package dev.banyan.agent.change;

import org.jspecify.annotations.NullMarked;
