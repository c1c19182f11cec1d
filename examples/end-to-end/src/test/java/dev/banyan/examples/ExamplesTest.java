package dev.banyan.examples;

import dev.banyan.harness.BuildTree;
import dev.banyan.harness.LocalEtcd;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("servers")
class ExamplesTest {
    @TempDir
    Path scratch;

    @ParameterizedTest
    @ValueSource(strings = {"hello-reconciler", "dns-zone", "worker-fleet"})
    void doesWhatItsReadmeShows(String example) throws IOException {
        var directory = BuildTree.root().resolve("examples/controllers").resolve(example);
        var library = InstalledLibrary.into(scratch.resolve("repository"));
        removeResults(directory);
        try (var etcd = LocalEtcd.start();
                var session = new Session(directory, scratch, environment(library, etcd))) {
            Walk.of(Files.readString(directory.resolve("README.md"))).steps().forEach(session::take);
        }
    }

    private static Map<String, String> environment(InstalledLibrary library, LocalEtcd etcd) {
        var java = System.getProperty("java.home");
        return Map.of(
                "ETCD",
                "http://" + etcd.endpoint(),
                "MAVEN_ARGS",
                library.mavenArguments(),
                "JAVA_HOME",
                java,
                "PATH",
                java + "/bin" + File.pathSeparator + System.getenv("PATH"));
    }

    /** A reader has no classes that were compiled against an older library, and no files of an earlier run. */
    private static void removeResults(Path example) throws IOException {
        var target = example.resolve("target");
        if (Files.exists(target)) {
            try (var files = Files.walk(target)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
