package dev.banyan.cli.compose;

import dev.banyan.api.compose.ComposeOutcome;
import dev.banyan.api.compose.image.ImageNeed;
import dev.banyan.api.compose.image.ImageNeeds;
import dev.banyan.cli.command.ComposeDirectory;
import dev.banyan.cli.command.Program;
import dev.banyan.cli.context.ContextException;
import dev.banyan.cli.image.Choice;
import dev.banyan.cli.image.Outcome;
import dev.banyan.cli.image.Preparation;
import dev.banyan.cli.image.Screen;
import dev.banyan.cli.image.Workshop;
import dev.banyan.cli.output.ExitCode;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Builds a project's images and sends them to the cluster's registry; runs nothing. */
@Command(
        name = "build",
        description = "Builds a project's images on this machine and sends them to the cluster's registry.",
        footer = {"", "Examples:", "  banyan-cli build", "  banyan-cli build web worker --builder buildah"})
final class BuildCommand implements Callable<Integer> {
    @Mixin
    private final ComposeDirectory compose = new ComposeDirectory();

    @Parameters(paramLabel = "SERVICE", description = "Services to build; all that have a build by default.")
    private List<String> services = List.of();

    @Option(
            names = "--builder",
            paramLabel = "PROGRAM",
            description = "buildah, docker, podman or nerdctl; the first that is found by default.")
    private Optional<String> builder = Optional.empty();

    private final Program program;

    BuildCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() throws InterruptedException {
        return switch (compose.load(program)) {
            case ComposeOutcome.Absent absent -> throw ComposeDirectory.absence(absent);
            case ComposeOutcome.Refused refused -> {
                refused.warnings().forEach(warning -> program.console().say(warning.render()));
                ComposeDirectory.say(program, refused.reasons(), "; nothing was built");
                yield ExitCode.INVALID.number();
            }
            case ComposeOutcome.Loaded loaded -> {
                loaded.warnings().forEach(warning -> program.console().say(warning.render()));
                yield build(loaded).number();
            }
        };
    }

    private ExitCode build(ComposeOutcome.Loaded loaded) throws InterruptedException {
        var needs = wanted(ImageNeeds.of(loaded.project()));
        if (needs.isEmpty()) {
            program.console().say("no service has a build\n");
            return ExitCode.OK;
        }
        try (var cluster = program.access().open()) {
            var workshop = Workshop.working(cluster, program.environment(), program.env());
            var outcome = new Preparation(program.env(), workshop, new Screen(program.console(), program.env()))
                    .prepare(needs, new Choice(Choice.Building.ALL, Optional.empty(), builder));
            return told(loaded, outcome);
        }
    }

    private List<ImageNeed> wanted(List<ImageNeed> needs) {
        var unknown = new TreeSet<>(services);
        needs.stream()
                .filter(need -> need.build().isPresent())
                .map(ImageNeed::service)
                .forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new ContextException(
                    "There is no service with a build of the name " + String.join(", ", unknown) + ".\n");
        }
        return needs.stream()
                .filter(need -> need.build().isPresent())
                .filter(need -> services.isEmpty() || services.contains(need.service()))
                .toList();
    }

    private ExitCode told(ComposeOutcome.Loaded loaded, Outcome outcome) {
        new java.util.TreeMap<>(outcome.digests())
                .forEach((image, digest) -> program.console().data(image + " " + digest + "\n"));
        if (outcome.problems().isEmpty()) {
            return ExitCode.OK;
        }
        var reasons = outcome.problems().stream()
                .map(problem ->
                        loaded.locations().diagnose("services." + problem.service() + ".build", problem.words()))
                .toList();
        ComposeDirectory.say(program, reasons, "");
        return ExitCode.FAILED;
    }
}
