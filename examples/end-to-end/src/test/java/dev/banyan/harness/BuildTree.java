package dev.banyan.harness;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where things are in the build tree. */
public final class BuildTree {
    private BuildTree() {}

    /** The directory of the reactor, above whatever directory the tests run in. */
    public static Path root() {
        for (var at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isExecutable(at.resolve("bin/servers"))) {
                return at;
            }
        }
        throw new AssertionError("no bin/servers above " + Path.of("").toAbsolutePath());
    }

    static String script(String name) {
        return root().resolve("bin").resolve(name).toString();
    }

    /** Where logs of tests go. */
    static Path logs() {
        return root().resolve("examples/end-to-end/target/servers");
    }
}
