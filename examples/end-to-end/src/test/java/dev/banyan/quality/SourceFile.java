package dev.banyan.quality;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * One Java source.
 *
 * @param path from the top of the repository, with slashes
 * @param text as it is in the file
 * @param code the text with comments and the insides of literals blanked: same length, same lines
 * @param comments the text with all but comments blanked
 */
record SourceFile(String path, String text, String code, String comments) {

    /** For tests of the rules. */
    static SourceFile of(String path, String text) {
        var parts = JavaText.of(text);
        return new SourceFile(path, text, parts.code(), parts.comments());
    }

    /** The main and test sources of all modules, in order of path. */
    static List<SourceFile> all(Path top) {
        try (Stream<Path> modules = Stream.of(
                top.resolve("banyan-runtime/src"),
                top.resolve("banyan-api/src"),
                top.resolve("banyan-engine/src"),
                top.resolve("banyan-agent/src"),
                top.resolve("banyan-cli/src"),
                top.resolve("examples/end-to-end/src"))) {
            return modules.flatMap(SourceFile::filesBelow)
                    .filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .map(file -> read(top, file))
                    .toList();
        }
    }

    private static Stream<Path> filesBelow(Path directory) {
        if (!Files.exists(directory)) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException("listing " + directory, e);
        }
    }

    private static SourceFile read(Path top, Path file) {
        try {
            return of(top.relativize(file).toString().replace('\\', '/'), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + file, e);
        }
    }

    /** The repository this test runs in: the nearest directory upwards that has the wrapper. */
    static Path top() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("mvnw"))) {
            directory = directory.getParent();
            if (directory == null) {
                throw new IllegalStateException("no mvnw in any directory above the working directory");
            }
        }
        return directory;
    }

    /** Whether it is shipped, as opposed to a test. */
    boolean isMain() {
        return path.contains("/src/main/");
    }

    /** {@code WorkQueue} of {@code .../WorkQueue.java}. */
    String name() {
        return path.substring(path.lastIndexOf('/') + 1, path.length() - ".java".length());
    }

    /** The directory, which stands for the package in one tree of one module. */
    String directory() {
        return path.substring(0, path.lastIndexOf('/'));
    }

    int lineAt(int offset) {
        return 1
                + (int) text.substring(0, offset).chars().filter(c -> c == '\n').count();
    }
}
