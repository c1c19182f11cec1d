/**
 * The verb {@code logs}: what the containers of an app write, merged as it comes.
 *
 * <p>The cluster gives a stream of the lines that were asked for; this room prints them, each with its replica. A server that is lost is a
 * line that says so, beside the output, never a failure.
 */
@NullMarked
package dev.banyan.cli.logs;

import org.jspecify.annotations.NullMarked;
