package dev.banyan.api.wire;

import io.grpc.Metadata;

/**
 * The level of what a program understands: kinds, fields and rpcs. Servers send theirs with each reply; a client one level apart warns,
 * one that is further apart refuses to go on.
 */
public final class Level {
    /** Raised by any change that an older program must not meet unknowingly. */
    public static final int CURRENT = 1;

    /** The header of replies. */
    public static final Metadata.Key<String> HEADER = Metadata.Key.of("banyan-level", Metadata.ASCII_STRING_MARSHALLER);

    private Level() {}
}
