/**
 * Tests of the workload: the controller as it is shipped, on simulated time, over a store in memory and a server without containers. See
 * {@link dev.banyan.agent.workload.OneServer}.
 */
@NullMarked
package dev.banyan.agent.workload;

import org.jspecify.annotations.NullMarked;
