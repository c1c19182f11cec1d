/** Tests of the report: the loop as it is shipped, on simulated time, over a store in memory. */
@NullMarked
package dev.banyan.agent.report;

import org.jspecify.annotations.NullMarked;
