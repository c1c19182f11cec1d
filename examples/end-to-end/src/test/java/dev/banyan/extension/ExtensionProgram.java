package dev.banyan.extension;

import dev.banyan.harness.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.tools.ToolProvider;

/** The example's program, compiled from its sources against the modules of the build tree. */
record ExtensionProgram(Path classes) {
    private static final String MAIN = "dev.banyan.examples.expectations.Main";

    static ExtensionProgram compiled(Path classes) throws IOException {
        var sources = Path.of("..", "controllers", "cluster-extension", "src", "main", "java")
                .toAbsolutePath()
                .normalize();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, Locale.ROOT, null);
                var found = Files.walk(sources)) {
            var java = found.filter(file -> file.toString().endsWith(".java")).toList();
            var options = List.of("-d", classes.toString(), "-classpath", System.getProperty("java.class.path"));
            var task = compiler.getTask(null, files, null, options, null, files.getJavaFileObjectsFromPaths(java));
            if (!task.call()) {
                throw new AssertionError("the example does not compile");
            }
        }
        return new ExtensionProgram(classes);
    }

    /** Keeps its certificate in {@code data}; spends the token in the file when it has none yet. */
    Command command(Path data, Path token, List<String> engines) {
        var words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-classpath",
                classes + ":" + System.getProperty("java.class.path"),
                MAIN,
                data.toString(),
                token.toString()));
        words.addAll(engines);
        return Command.of(words.toArray(String[]::new));
    }
}
