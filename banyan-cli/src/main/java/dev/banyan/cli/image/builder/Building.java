package dev.banyan.cli.image.builder;

import dev.banyan.api.compose.image.Build;
import dev.banyan.cli.context.ProgramPath;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** One image being built; what it leaves on this machine's disk is gone once it is closed. For one task. */
public final class Building implements AutoCloseable {
    /** What is told of a builder that failed. */
    private static final int LAST_LINES = 20;

    private static final int LINE_MAX = 4096;

    private final Builder builder;
    private final Map<String, String> environment;
    private final Path work;

    private Building(Builder builder, Map<String, String> environment, Path work) {
        this.builder = builder;
        this.environment = Map.copyOf(environment);
        this.work = work;
    }

    /** Nothing is run yet. */
    public static Building with(Builder builder, Map<String, String> environment) {
        try {
            return new Building(builder, environment, Files.createTempDirectory("banyan-build"));
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot make a directory for a build", failed);
        }
    }

    /**
     * Looks whether the builder can do what a build asks for; runs nothing.
     *
     * @throws BuildException when it cannot
     */
    public static void check(Builder builder, Build build) {
        var missing = builder.missing(build);
        if (!missing.isEmpty()) {
            throw new BuildException(builder.program() + " cannot do what these ask for: " + String.join(", ", missing)
                    + "; use another builder, or remove them");
        }
    }

    /**
     * Builds the image and puts it into files.
     *
     * @param name under which the builder keeps it
     * @param lines are told what the builder says
     * @throws BuildException when it was not built
     */
    public ImageFiles run(Build build, String name, Consumer<String> lines) throws InterruptedException {
        check(builder, build);
        try {
            var place = new BuildWords.Place(work, name, dockerfile(build), secrets(build));
            Files.createDirectory(place.image());
            for (var program : new BuildWords(builder, build, place).programs()) {
                run(program, lines);
            }
            return ImageFiles.open(place.image());
        } catch (IOException failed) {
            throw new BuildException("the files of the build cannot be used: " + failed, failed);
        }
    }

    private String dockerfile(Build build) throws IOException {
        var text = build.dockerfile().text();
        if (text.isPresent()) {
            return Files.writeString(work.resolve("Dockerfile"), text.get()).toString();
        }
        boolean here = build.context().startsWith("/");
        return build.dockerfile()
                .file()
                .map(file -> here ? Path.of(build.context()).resolve(file).toString() : file)
                .orElse("");
    }

    private Map<String, Path> secrets(Build build) throws IOException {
        var files = new HashMap<String, Path>();
        for (var secret : build.secrets()) {
            files.put(
                    secret.id(),
                    secret.file().isPresent() ? Path.of(secret.file().get()) : written(secret));
        }
        return files;
    }

    private Path written(Build.Secret secret) throws IOException {
        var value = secret.variable().map(environment::get);
        if (value.isEmpty()) {
            throw new BuildException("the secret " + secret.id() + " has no value: "
                    + secret.variable()
                            .map(name -> "the variable " + name + " is not set")
                            .orElse("it has no file"));
        }
        var owners = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        return Files.writeString(Files.createTempFile(work, "secret", "", owners), value.get());
    }

    private void run(List<String> words, Consumer<String> lines) throws IOException, InterruptedException {
        var program = ProgramPath.find(words.getFirst(), environment)
                .orElseThrow(() -> new BuildException("there is no program " + words.getFirst() + " on this machine"));
        var found = new ArrayList<>(words);
        found.set(0, program.toString());
        var starting = new ProcessBuilder(found)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        starting.environment().clear();
        starting.environment().putAll(environment);
        if (builder == Builder.DOCKER) {
            starting.environment().put("DOCKER_BUILDKIT", "1");
        }
        var process = starting.start();
        var last = new ArrayDeque<String>();
        try (var output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = output.readLine(); line != null; line = output.readLine()) {
                tell(line.length() > LINE_MAX ? line.substring(0, LINE_MAX) : line, last, lines);
            }
            int status = process.waitFor();
            if (status != 0) {
                throw new BuildException(String.join(" ", words.subList(0, 2)) + " ended with status " + status + ":\n"
                        + String.join("\n", last));
            }
        } finally {
            process.destroy();
        }
    }

    private static void tell(String line, Deque<String> last, Consumer<String> lines) {
        lines.accept(line);
        last.addLast(line);
        if (last.size() > LAST_LINES) {
            last.removeFirst();
        }
    }

    @Override
    public void close() {
        try (var files = Files.walk(work)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException left) {
            throw new UncheckedIOException("cannot remove " + work, left);
        }
    }
}
