/** Tests of the agent's tie to the cluster. */
@NullMarked
package dev.banyan.agent.session;

import org.jspecify.annotations.NullMarked;
