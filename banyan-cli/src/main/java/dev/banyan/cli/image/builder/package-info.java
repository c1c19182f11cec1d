/**
 * Images built on this machine, by the builder that it has.
 *
 * <p>A {@link dev.banyan.cli.image.builder.Builder} is one of four programs. For a {@link dev.banyan.api.compose.image.Build} it says what it cannot do,
 * or which programs to run, each as a list of words; {@link dev.banyan.cli.image.builder.Building} runs them, passes their lines on, and leaves an {@link
 * dev.banyan.cli.image.builder.ImageFiles}: the image as files in a directory of its own, to be copied into a registry.
 *
 * <p><b>Guarantees.</b> No shell. What a builder cannot do is refused by name before it runs. The directory, with secrets that were written for the
 * builder, is removed by closing. <b>Caveats.</b> What a builder keeps on this machine is its own matter; an image that was built stays there too.
 */
@NullMarked
package dev.banyan.cli.image.builder;

import org.jspecify.annotations.NullMarked;
