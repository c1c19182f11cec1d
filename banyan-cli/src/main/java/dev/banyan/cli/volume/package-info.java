/**
 * The verbs about volumes.
 *
 * <p>{@code volume ls} and {@code volume inspect} read the Volumes and the tasks that have them; {@code volume rm} asks the engine, which
 * refuses what is in use, and the volume's agent deletes the data.
 *
 * <p><b>Guarantees.</b> Data is deleted by {@code volume rm} and {@code down --volumes} alone. <b>Caveats.</b> What is in a volume, and how
 * large it is, only its agent's disk knows.
 */
@NullMarked
package dev.banyan.cli.volume;

import org.jspecify.annotations.NullMarked;
