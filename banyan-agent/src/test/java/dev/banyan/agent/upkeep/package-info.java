/** Tests of what is taken back: time, disk and container runtime are simulated, files are real. */
@NullMarked
package dev.banyan.agent.upkeep;

import org.jspecify.annotations.NullMarked;
