/** Tests of what an agent keeps of the cluster. Files are real, time is simulated. */
@NullMarked
package dev.banyan.agent.kept;

import org.jspecify.annotations.NullMarked;
