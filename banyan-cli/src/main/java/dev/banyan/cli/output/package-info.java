/**
 * What people and programs read: tables, JSON, progress, failure screens, exit codes.
 *
 * <p>A command hands over a model made of plain values and gets text back; nothing here asks the cluster, the clock or the terminal.
 * {@link dev.banyan.cli.output.Console} is the one sink: data goes to standard output, words to standard error, and colour only to a
 * terminal that wants it.
 *
 * <p><b>Guarantees.</b> Equal models give equal text. Text that came from elsewhere is made visible, so no name or log line steers the
 * terminal. JSON carries the name and version of its schema. <b>Caveats.</b> Widths are counted in code points.
 */
@NullMarked
package dev.banyan.cli.output;

import org.jspecify.annotations.NullMarked;
