/**
 * Starts the command line: reads where the engine is, hands the words to one command, and turns its outcome into an exit code.
 *
 * <p>A command asks the engine through the client of {@code banyan-api} and gives what it learned to the output room. Nothing here
 * outlives one call of the program.
 *
 * <p>It never speaks to the store or to an agent, and keeps no copy of the cluster's state.
 */
@NullMarked
package dev.banyan.cli;

import org.jspecify.annotations.NullMarked;
