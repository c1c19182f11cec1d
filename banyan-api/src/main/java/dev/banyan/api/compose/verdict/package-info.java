/**
 * What Banyan does with each key of the Compose Specification.
 *
 * <p>{@link dev.banyan.api.compose.verdict.Verdicts} is the one table: every path of the table of keys has a {@link
 * dev.banyan.api.compose.verdict.Verdict}, by itself or through a key around it that is refused as a whole. {@link
 * dev.banyan.api.compose.verdict.Judge} lays a project's tree against it and refuses by name what is not supported, unless the author
 * accepts that under {@code x-banyan-ignore}; then it is a warning. The page {@code docs/compose.md} and the schema for editors, {@code
 * docs/compose-schema.json}, are written from the same table.
 *
 * <p><b>Guarantees.</b> A key without a verdict, or a verdict without a key, stops the first load, so that no test passes. Nothing is
 * accepted and ignored: what an author accepts must be there and be refused. <b>Caveats.</b> Verdicts are about keys. A value that
 * cannot be honoured, such as a port from a range, is refused by whoever decodes it, and cannot be accepted.
 */
@NullMarked
package dev.banyan.api.compose.verdict;

import org.jspecify.annotations.NullMarked;
