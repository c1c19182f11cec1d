package dev.banyan.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The three programs as {@code package} leaves them: a jar that finds its libraries in {@code lib/} beside it.
 *
 * <p>Maven puts jars on the class path from the package phase on and directories before it. With directories there is nothing
 * packed to look at, and the factory makes no tests; {@code ./mvnw verify} always has jars.
 */
class PackagingTest {
    private static final List<String> PROGRAMS = List.of("engine", "agent", "cli");

    @TestFactory
    Stream<DynamicTest> aProgramRunsFromItsJar() {
        return packed().map(jar -> DynamicTest.dynamicTest(name(jar), () -> {
            var attributes = attributesOf(jar);

            assertThat(attributes.getValue("Main-Class")).isEqualTo("dev.banyan." + name(jar) + ".Main");
            assertThat(attributes.getValue("Enable-Native-Access")).isEqualTo("ALL-UNNAMED");
        }));
    }

    @TestFactory
    Stream<DynamicTest> everyLibraryOfTheClassPathLiesBesideTheJar() {
        return packed().map(jar -> DynamicTest.dynamicTest(name(jar), () -> assertThat(librariesOf(jar))
                .contains("lib/banyan-api-" + version(jar), "lib/banyan-runtime-" + version(jar))
                .allSatisfy(library -> assertThat(jar.resolveSibling(library)).isRegularFile())));
    }

    @TestFactory
    Stream<DynamicTest> aProgramCarriesNoTestLibrary() {
        return packed().map(jar -> DynamicTest.dynamicTest(name(jar), () -> assertThat(librariesOf(jar))
                .noneMatch(library -> library.matches("lib/(junit|assertj|archunit|opentest4j).*"))));
    }

    @TestFactory
    Stream<DynamicTest> aProgramCarriesTheNativeTlsOfBothProcessors() {
        return packed().map(jar -> DynamicTest.dynamicTest(name(jar), () -> assertThat(librariesOf(jar))
                .anyMatch(library -> library.matches("lib/netty-tcnative-boringssl-.*-linux-x86_64.jar"))
                .anyMatch(library -> library.matches("lib/netty-tcnative-boringssl-.*-linux-aarch_64.jar"))));
    }

    private static Stream<Path> packed() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(path -> path.toString().endsWith(".jar"))
                .filter(path -> !path.toString().endsWith("-tests.jar"))
                .filter(path -> PROGRAMS.contains(name(path)));
    }

    /** {@code engine} of {@code .../banyan-engine-0.1.0-SNAPSHOT.jar}. */
    private static String name(Path jar) {
        String[] parts = jar.getFileName().toString().split("-", 3);
        return parts.length == 3 && parts[0].equals("banyan") ? parts[1] : "";
    }

    private static Attributes attributesOf(Path jar) throws IOException {
        try (var file = new JarFile(jar.toFile())) {
            return file.getManifest().getMainAttributes();
        }
    }

    private static List<String> librariesOf(Path jar) throws IOException {
        return List.of(attributesOf(jar).getValue("Class-Path").split(" "));
    }

    /** {@code 0.1.0-SNAPSHOT.jar} of {@code .../banyan-engine-0.1.0-SNAPSHOT.jar}. */
    private static String version(Path jar) {
        return jar.getFileName().toString().split("-", 3)[2];
    }
}
