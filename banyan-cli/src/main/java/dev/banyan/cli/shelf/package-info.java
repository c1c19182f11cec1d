/**
 * The images that the cluster's registry has: listed, and removed when nothing needs them.
 *
 * <p>{@link dev.banyan.cli.shelf.ImagesCommand} asks the engine in use, whose registry it is. How images get there is the room {@code image}'s.
 *
 * <p><b>Caveats.</b> Sizes count shared parts with each image that has them; the sum below the table counts each once.
 */
@NullMarked
package dev.banyan.cli.shelf;

import org.jspecify.annotations.NullMarked;
