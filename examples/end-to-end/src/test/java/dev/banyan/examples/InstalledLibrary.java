package dev.banyan.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.BuildTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A local Maven repository with what {@code install} puts there: the library as this build has packed it, its POM, the parent's and the
 * BOM's. All else is found in the repositories that this build uses.
 */
record InstalledLibrary(Path repository) {
    private static final String VERSION = "0.1.0-SNAPSHOT";

    static InstalledLibrary into(Path repository) throws IOException {
        var top = BuildTree.root();
        var jar = top.resolve("banyan-runtime/target/banyan-runtime-" + VERSION + ".jar");
        assertThat(jar).as("run by verify, which packs the library").isRegularFile();
        install(repository, "banyan", "pom", top.resolve("pom.xml"));
        install(repository, "banyan-bom", "pom", top.resolve("banyan-runtime/bom/pom.xml"));
        install(repository, "banyan-runtime", "pom", top.resolve("banyan-runtime/pom.xml"));
        install(repository, "banyan-runtime", "jar", jar);
        return new InstalledLibrary(repository);
    }

    /** What makes an unmodified command of Maven use it. */
    String mavenArguments() {
        var known = Stream.of("maven.repo.local", "localRepository", "maven.repo.local.tail")
                .flatMap(name -> Optional.ofNullable(System.getProperty(name)).stream());
        var usual = Path.of(System.getProperty("user.home"), ".m2/repository").toString();
        var tail = Stream.concat(known, Stream.of(usual)).distinct().collect(Collectors.joining(","));
        return "-B -Dmaven.repo.local=" + repository + " -Dmaven.repo.local.tail=" + tail;
    }

    private static void install(Path repository, String artifact, String extension, Path file) throws IOException {
        var directory = Files.createDirectories(
                repository.resolve("dev/banyan").resolve(artifact).resolve(VERSION));
        Files.copy(file, directory.resolve(artifact + "-" + VERSION + "." + extension));
    }
}
