/**
 * The keys of the Compose Specification: which there are, what their values look like, and what a value means.
 *
 * <p>{@link dev.banyan.api.compose.schema.ComposeKeys} is the one table: a tree of {@link dev.banyan.api.compose.schema.Shape}s, whose
 * every key can be listed by its path. {@link dev.banyan.api.compose.schema.Shaper} lays a file's tree against it: unknown keys and
 * values that do not fit are refused, short forms are written out, and scalars become what they mean, once and for all: {@code 1g} is
 * {@code 1073741824}, {@code yes} is {@code true} where a boolean is asked for and text everywhere else, {@code "8080-8081:80-81"} are
 * two mappings. Each file is shaped by itself, before it is joined with others, so that all errors of all files come in one pass.
 *
 * <p><b>Guarantees.</b> What was shaped without a complaint has only known keys and values of their types, and shaping it again
 * changes nothing. <b>Caveats.</b> A file need not be complete, since another may complete it: what must be there in the end is
 * checked by the room {@code project}. Nothing here says what Banyan honours.
 */
@NullMarked
package dev.banyan.api.compose.schema;

import org.jspecify.annotations.NullMarked;
