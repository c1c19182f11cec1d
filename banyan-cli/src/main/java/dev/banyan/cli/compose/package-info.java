/**
 * The verbs that look into Compose files and need no cluster.
 *
 * <p>They load a project as {@code up} does, with the same options, warnings and errors, and print what they found.
 *
 * <p><b>Guarantees.</b> Nothing is asked of a cluster, and no file is changed. <b>Caveats.</b> What only a cluster knows, such as whether
 * an image exists or a port is free, is checked by {@code up} alone.
 */
@NullMarked
package dev.banyan.cli.compose;

import org.jspecify.annotations.NullMarked;
