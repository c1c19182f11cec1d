package dev.banyan.harness;

import java.nio.file.Path;

/**
 * An image built from Debian's packages by {@code bin/images}, once per package version and machine.
 *
 * @param name {@code busybox}, {@code redis} or {@code web}
 * @param version the package's version as a tag
 * @param archive OCI archive in the user's cache
 * @param digest of the manifest, {@code sha256:...}
 * @param reference what a Compose file calls it
 */
public record DemoImage(String name, String version, Path archive, String digest, String reference) {
    private static final int FIELDS = 5;

    /**
     * The image of that name, built if the cache lacks it.
     *
     * @throws AssertionError if it cannot be built
     */
    public static DemoImage of(String name) {
        var line = Command.of(BuildTree.script("images"), name).run().orFail().out();
        var fields = line.strip().split("\t");
        if (fields.length != FIELDS) {
            throw new AssertionError("bin/images " + name + " says: " + line);
        }
        return new DemoImage(fields[0], fields[1], Path.of(fields[2]), fields[3], fields[4]);
    }

    /** Where it is in a registry, without the registry's name: {@code examples/<name>:<version>}. */
    String path() {
        return reference.substring(reference.indexOf('/') + 1);
    }
}
