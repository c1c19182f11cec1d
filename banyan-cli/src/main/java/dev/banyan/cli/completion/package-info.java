/**
 * Words that a shell proposes while a person types.
 *
 * <p>{@code completion bash} and {@code completion zsh} print a script that the shell reads once; it is made from the verbs and options as
 * they are, so it cannot say anything else than the program does. <b>Caveats.</b> Names of apps and services are not proposed: they would
 * have to be asked of a cluster at each key.
 */
@NullMarked
package dev.banyan.cli.completion;

import org.jspecify.annotations.NullMarked;
