/**
 * The verbs, one class each.
 *
 * <p>{@link dev.banyan.cli.command.CommandLineProgram} hands the words to picocli, which makes the command and calls it. A command reads
 * what it needs through the {@link dev.banyan.cli.command.Program}, asks the cluster, turns the answer into a model of the output room,
 * and returns an exit code. What goes wrong on the way is caught in one place, which prints it and chooses the exit code.
 *
 * <p><b>Guarantees.</b> Data goes to standard output and nothing else does. A command that waits shows a sign of life every second, and
 * being interrupted never undoes anything. <b>Caveats.</b> Only the words of one call are looked at: nothing is asked back.
 */
@NullMarked
package dev.banyan.cli.command;

import org.jspecify.annotations.NullMarked;
