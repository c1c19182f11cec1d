package dev.banyan.cli.image;

import java.util.Optional;

/**
 * How the cluster has, or would have, one image.
 *
 * @param image its name as in the manifest
 * @param digest empty when it is only known once it is built
 */
public record Provision(String image, Way way, Optional<String> digest) {
    /** How it comes. */
    public sealed interface Way {
        /** The cluster has it already. */
        record There() implements Way {}

        /** From the registry {@code host}; so many bytes of it are not in the cluster. */
        record Fetched(String host, long bytes) implements Way {}

        /** On this machine, by {@code builder}. */
        record Built(String builder) implements Way {}
    }

    static Provision there(String image, String digest) {
        return new Provision(image, new Way.There(), Optional.of(digest));
    }
}
