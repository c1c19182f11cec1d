package dev.banyan.cli.compose;

import dev.banyan.api.compose.ComposeOutcome;
import dev.banyan.api.compose.Fingerprint;
import dev.banyan.api.compose.node.JsonPrinter;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Printer;
import dev.banyan.api.source.Visible;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.cli.command.ComposeDirectory;
import dev.banyan.cli.command.Program;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.cli.output.JsonOutput;
import dev.banyan.cli.values.ValueSubverbs;
import dev.banyan.cli.values.ValueVerbs;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints a project as one file, or what is in it. */
@Command(
        name = "config",
        description = {
            "Prints a project as one Compose file: all files joined, variables filled in, short forms written out.",
            "It reads as the same project again. Variables of env_file are printed with their values, secrets never.",
            "With create, ls and rm it is about the cluster's own configs, which Compose files name as external."
        },
        footer = {
            "",
            "Examples:",
            "  banyan-cli config",
            "  banyan-cli config -f compose.yaml -f compose.test.yaml -o json",
            "  banyan-cli config --hash",
            "  banyan-cli config create proxy.conf nginx.conf",
            "  banyan-cli config ls"
        })
final class ConfigCommand extends ValueSubverbs implements Callable<Integer> {
    private static final String SCHEMA = "banyan.config/1";

    @Mixin
    private final ComposeDirectory compose = new ComposeDirectory();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "yaml",
            description = "yaml or json.")
    private Language language = Language.yaml;

    @ArgGroup
    private Listing listing = new Listing();

    private final Program program;

    ConfigCommand(Program program) {
        super(ValueVerbs.ofConfigs(program));
        this.program = program;
    }

    /** In which language a file is printed. */
    enum Language {
        yaml,
        json
    }

    /** What is listed in place of the file; one at most. */
    static final class Listing {
        @Option(names = "--services", description = "Prints the names of the services alone.")
        private boolean services;

        @Option(names = "--images", description = "Prints the images alone, each once.")
        private boolean images;

        @Option(names = "--volumes", description = "Prints the names of the volumes alone.")
        private boolean volumes;

        @Option(names = "--profiles", description = "Prints the names of all profiles alone, enabled or not.")
        private boolean profiles;

        @Option(
                names = "--hash",
                description = "Prints the services with a hash of what each means: it stays while nothing changes.")
        private boolean hashes;
    }

    @Override
    public Integer call() {
        return switch (compose.load(program)) {
            case ComposeOutcome.Absent absent -> throw ComposeDirectory.absence(absent);
            case ComposeOutcome.Refused refused -> {
                refused.warnings().forEach(warning -> program.console().say(warning.render()));
                ComposeDirectory.say(program, refused.reasons(), "");
                yield ExitCode.INVALID.number();
            }
            case ComposeOutcome.Loaded loaded -> {
                loaded.warnings().forEach(warning -> program.console().say(warning.render()));
                program.console().data(text(loaded));
                yield ExitCode.OK.number();
            }
        };
    }

    private String text(ComposeOutcome.Loaded loaded) {
        var services = loaded.manifest().getServicesList();
        var tree = loaded.project().tree();
        if (listing.services) {
            return list(
                    "services", services.stream().map(ServiceManifest::getName).toList());
        }
        if (listing.images) {
            var images = services.stream().map(ServiceManifest::getImage);
            return list("images", images.distinct().sorted().toList());
        }
        if (listing.volumes) {
            return list("volumes", names(tree.mapping("volumes")));
        }
        if (listing.profiles) {
            return list("profiles", loaded.project().profiles());
        }
        if (listing.hashes) {
            return hashes(services);
        }
        return language == Language.json ? JsonPrinter.print(tree) : Printer.print(tree);
    }

    private static List<String> names(Mapping resources) {
        return resources.members().stream().map(Member::key).sorted().toList();
    }

    private String list(String key, List<String> names) {
        return language == Language.json ? JsonOutput.document(SCHEMA, key, names) : lines(names);
    }

    private static String lines(List<String> names) {
        return names.stream().map(name -> Visible.text(name) + "\n").reduce("", String::concat);
    }

    private String hashes(List<ServiceManifest> services) {
        Map<String, String> hashes = new TreeMap<>();
        services.forEach(service -> hashes.put(service.getName(), Fingerprint.of(service)));
        return language == Language.json
                ? JsonOutput.document(SCHEMA, "hashes", hashes)
                : lines(hashes.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .toList());
    }
}
