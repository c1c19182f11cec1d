/**
 * The cluster's own secrets and configs: made, listed and removed, never shown.
 *
 * <p>{@link dev.banyan.cli.values.ValueVerbs} does it for both kinds; {@code banyan-cli secret} is here, {@code banyan-cli config} is the
 * verb that prints projects and has the same sub-verbs. A value is read from a file or standard input and goes to the engine, which seals
 * it.
 *
 * <p><b>Guarantees.</b> No value is ever a word of a command line, and none comes back. <b>Caveats.</b> A listing tells names, sizes and the
 * beginnings of keyed digests: who may list can see that a value has changed, not what it is.
 */
@NullMarked
package dev.banyan.cli.values;

import org.jspecify.annotations.NullMarked;
