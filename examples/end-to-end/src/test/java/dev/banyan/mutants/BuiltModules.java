package dev.banyan.mutants;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The compiled modules of the tree, and the libraries of this JVM, as class paths.
 *
 * @param top the repository
 */
record BuiltModules(Path top) {
    private static final String END_TO_END = "examples/end-to-end";

    private static final List<String> MODULES =
            List.of("banyan-runtime", "banyan-api", "banyan-engine", "banyan-agent", "banyan-cli");

    /** For compiling anything of the modules. */
    String toCompile() {
        var path = new ArrayList<Path>();
        MODULES.forEach(module -> path.add(classes(module)));
        path.addAll(libraries());
        return joined(path);
    }

    /** For running {@code test}, with {@code first} before all others. */
    String toRun(List<Path> first, String module) {
        var path = new ArrayList<>(first);
        path.add(testClasses(module));
        MODULES.forEach(built -> path.add(classes(built)));
        path.add(testClasses("banyan-agent"));
        path.add(testClasses(END_TO_END));
        path.addAll(libraries());
        return joined(path);
    }

    /** The module whose tree has the test. */
    String moduleOf(String test) {
        var file = test.split("#")[0].replace('.', '/') + ".class";
        var modules = new ArrayList<>(MODULES);
        modules.add(END_TO_END);
        return modules.stream()
                .filter(module -> Files.exists(testClasses(module).resolve(file)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no module has a compiled test " + test));
    }

    /** The platform that a module is compiled for. */
    static String release(String module) {
        return List.of("banyan-runtime", "banyan-api").contains(module) ? "21" : "25";
    }

    String read(Path source) {
        try {
            return Files.readString(top.resolve(source));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private Path classes(String module) {
        return top.resolve(module).resolve("target/classes");
    }

    private Path testClasses(String module) {
        return top.resolve(module).resolve("target/test-classes");
    }

    /** Without what the tree itself built, which stands in its directories. */
    private List<Path> libraries() {
        return Arrays.stream(System.getProperty("java.class.path", "").split(File.pathSeparator))
                .map(Path::of)
                .filter(path -> !path.startsWith(top) || !path.toString().contains("/target/"))
                .toList();
    }

    private static String joined(List<Path> path) {
        return String.join(File.pathSeparator, path.stream().map(Path::toString).toList());
    }
}
