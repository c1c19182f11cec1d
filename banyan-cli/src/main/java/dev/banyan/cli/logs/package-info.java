/**
 * The verb {@code logs}: what the containers of an app write, merged as it comes.
 *
 * <p>The cluster gives a stream of lines; this room leaves out what nobody asked for and prints the rest, each with its replica. A server
 * that is lost is a line that says so, beside the output, never a failure.
 */
@NullMarked
package dev.banyan.cli.logs;

import org.jspecify.annotations.NullMarked;
