package dev.banyan.api.compose.project;

import dev.banyan.api.compose.node.Complaints;
import dev.banyan.api.compose.node.Printer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Loads every Compose file below a folder, such as a copy of other people's samples, and prints what each came to: that it is the same
 * after it was printed, or why it was refused. Run by hand: see docs/HACKING.md.
 */
public final class ForeignProjects {
    private static final Pattern COMPOSE = Pattern.compile(".*compose.*\\.ya?ml");

    private ForeignProjects() {}

    public static void main(String[] args) throws IOException {
        List<Path> files;
        try (var walk = Files.walk(Path.of(args[0]).toAbsolutePath())) {
            files = walk.filter(file ->
                            COMPOSE.matcher(file.getFileName().toString()).matches())
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
        var outcomes = files.stream().collect(Collectors.groupingBy(ForeignProjects::outcome, Collectors.counting()));
        System.out.println(outcomes);
    }

    private static String outcome(Path file) {
        var complaints = new Complaints();
        var request = Request.in(Optional.ofNullable(file.getParent()).orElseThrow(), Map.of())
                .files(file.toString())
                .profiles("*");
        var project = new ProjectLoader(request, ForeignProjects::read, complaints).load();
        var reasons = complaints.refusals().stream()
                .map(reason -> reason.place() + " " + reason.field() + ": " + reason.message())
                .collect(Collectors.joining("; "));
        var outcome = complaints.none() && project.isPresent() ? same(project.get(), request) : "refused";
        System.out.println(outcome + "  " + file + "  " + reasons);
        return outcome;
    }

    private static String same(Project project, Request request) {
        var printed = Printer.print(project.tree());
        var complaints = new Complaints();
        var copy = request.directory().resolve("printed.yaml");
        var again = new ProjectLoader(
                        request.files(copy.toString()),
                        path -> path.equals(copy) ? Optional.of(printed) : read(path),
                        complaints)
                .load();
        boolean same = again.filter(found -> found.tree().same(project.tree())).isPresent();
        return same ? "loads" : "differs after printing";
    }

    private static Optional<String> read(Path path) {
        try {
            return Optional.of(Files.readString(path, StandardCharsets.UTF_8));
        } catch (IOException absent) {
            return Optional.empty();
        }
    }
}
