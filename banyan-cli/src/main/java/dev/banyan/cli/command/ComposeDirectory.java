package dev.banyan.cli.command;

import dev.banyan.api.compose.ComposeLoader;
import dev.banyan.api.compose.ComposeOutcome;
import dev.banyan.api.compose.project.Request;
import dev.banyan.api.source.Diagnostic;
import dev.banyan.cli.context.ContextException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which Compose files a command is about, and what lies beside them. */
public final class ComposeDirectory {
    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "A Compose file; may be repeated: a later one changes those before. compose.yaml by default.")
    private List<Path> files = List.of();

    @Option(
            names = {"-p", "--project-name"},
            paramLabel = "NAME",
            description = "Name of the app, in place of the file's.")
    private Optional<String> project = Optional.empty();

    @Option(
            names = "--project-directory",
            paramLabel = "DIRECTORY",
            description = "What paths in the files are relative to, in place of the first file's directory.")
    private Optional<String> directory = Optional.empty();

    @Option(
            names = "--profile",
            paramLabel = "PROFILE",
            description = "Also runs services of this profile; may be repeated; * is all.")
    private List<String> profiles = List.of();

    @Option(
            names = "--env-file",
            paramLabel = "FILE",
            description = "A file of variables, in place of .env; may be repeated: a later one wins.")
    private List<String> envFiles = List.of();

    /** Loads the project from this machine's files. */
    public ComposeOutcome load(Program program) {
        return ComposeLoader.load(request(program), new DiskFiles());
    }

    /** That there is no file, in words. */
    public static ContextException absence(ComposeOutcome.Absent absent) {
        var text = new StringBuilder();
        for (var reason : absent.reasons()) {
            text.append(reason.message().substring(0, 1).toUpperCase(Locale.ROOT))
                    .append(reason.message().substring(1))
                    .append(".\n");
            reason.suggestion()
                    .ifPresent(words -> text.append("To go on: ").append(words).append(".\n"));
        }
        return new ContextException(text.toString());
    }

    /** Says what is wrong with a file; {@code end} tells what that means for the command. */
    public static void say(Program program, List<Diagnostic> reasons, String end) {
        reasons.forEach(reason -> program.console().say(reason.render()));
        program.console().say(reasons.size() + (reasons.size() == 1 ? " problem" : " problems") + end + "\n");
    }

    private Request request(Program program) {
        return new Request(
                program.directory(),
                files.stream().map(Path::toString).toList(),
                directory,
                project,
                profiles,
                envFiles,
                program.environment());
    }

    /** The options as words of a command line. */
    List<String> words() {
        var words = new ArrayList<String>();
        files.forEach(path -> words.addAll(List.of("-f", path.toString())));
        project.ifPresent(name -> words.addAll(List.of("-p", name)));
        directory.ifPresent(path -> words.addAll(List.of("--project-directory", path)));
        profiles.forEach(profile -> words.addAll(List.of("--profile", profile)));
        envFiles.forEach(path -> words.addAll(List.of("--env-file", path)));
        return words;
    }
}
