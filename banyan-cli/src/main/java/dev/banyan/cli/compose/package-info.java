/**
 * The verbs that look into Compose files and run nothing.
 *
 * <p>They load a project as {@code up} does, with the same options, warnings and errors. {@code config} prints what it found, {@code build} makes the
 * images and leaves them in the cluster's registry.
 *
 * <p><b>Guarantees.</b> No app and no file is changed, and {@code config} asks nothing of a cluster. <b>Caveats.</b> What only a cluster knows, such as whether
 * an image exists or a port is free, is checked by {@code up} alone.
 */
@NullMarked
package dev.banyan.cli.compose;

import org.jspecify.annotations.NullMarked;
