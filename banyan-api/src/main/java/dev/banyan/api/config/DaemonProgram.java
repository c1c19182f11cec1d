package dev.banyan.api.config;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParseResult;

/**
 * The command line of a daemon: verbs, the settings that they share, {@code config}, {@code version} and help. Settings come from flags, the
 * environment, a file and defaults, in this order.
 *
 * <p>Ends with 0, with 1 when a verb failed, and with 2 when the words or settings are wrong; then nothing was done.
 */
public final class DaemonProgram {
    private static final String CONFIG = "config";
    private static final String VERSION = "version";

    private final Description description;
    private final List<Verb> verbs;
    private final Map<String, String> environment;

    /**
     * What a daemon says of itself.
     *
     * @param shared settings of all verbs
     * @param file read when it exists and no other is named
     */
    public record Description(String name, String version, String meaning, List<Option> shared, Path file) {
        public Description {
            shared = List.copyOf(shared);
        }
    }

    public DaemonProgram(Description description, List<Verb> verbs, Map<String, String> environment) {
        this.description = description;
        this.verbs = Stream.concat(verbs.stream(), builtIn(description)).toList();
        this.environment = Map.copyOf(environment);
    }

    /** Does what the words say; returns the exit status. */
    public int run(List<String> words, PrintStream out, PrintStream err) {
        var line = line(out, err);
        try {
            return execute(line, line.parseArgs(words.toArray(String[]::new)), out, err);
        } catch (CommandLine.ParameterException wrong) {
            err.println(description.name() + ": " + wrong.getMessage());
            CommandLine.UnmatchedArgumentException.printSuggestions(
                    wrong, new PrintWriter(err, true, StandardCharsets.UTF_8));
            err.println("Help: " + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help");
            return CommandLine.ExitCode.USAGE;
        }
    }

    private int execute(CommandLine line, ParseResult parsed, PrintStream out, PrintStream err) {
        if (CommandLine.printHelpIfRequested(parsed)) {
            return CommandLine.ExitCode.OK;
        }
        if (!parsed.hasSubcommand()) {
            line.usage(out);
            return CommandLine.ExitCode.OK;
        }
        var sub = parsed.subcommand();
        var verb = verbs.stream()
                .filter(known -> known.name().equals(sub.commandSpec().name()))
                .findFirst()
                .orElseThrow();
        return perform(verb, sub, out, err);
    }

    private int perform(Verb verb, ParseResult parsed, PrintStream out, PrintStream err) {
        try {
            verb.body().run(settings(parsed), out);
            return CommandLine.ExitCode.OK;
        } catch (SettingsException wrong) {
            err.println(description.name() + ": " + wrong.getMessage());
            return CommandLine.ExitCode.USAGE;
        } catch (DaemonFailure failed) {
            err.println(description.name() + ": " + failed.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    /** Of all verbs: a file that serves a join and a run may name the settings of both. */
    private Settings settings(ParseResult parsed) {
        var flags = new LinkedHashMap<String, String>();
        for (var option : parsed.matchedOptions()) {
            flags.put(option.longestName().substring(2), option.getValue());
        }
        var named = Optional.ofNullable(flags.remove(CONFIG)).map(Path::of);
        var usual = Optional.of(description.file()).filter(Files::exists);
        var all = new ArrayList<>(description.shared());
        verbs.stream().flatMap(known -> known.own().stream()).distinct().forEach(all::add);
        return Settings.resolve(all, new Settings.Sources(flags, environment, named.or(() -> usual)));
    }

    private CommandLine line(PrintStream out, PrintStream err) {
        var top = CommandSpec.create()
                .name(description.name())
                .usageMessage(usage(description.meaning()))
                .addOption(help());
        for (var verb : verbs) {
            top.addSubcommand(verb.name(), command(verb));
        }
        top.addOption(OptionSpec.builder("--version")
                .versionHelp(true)
                .type(boolean.class)
                .description("Shows the version and ends.")
                .build());
        top.version(description.name() + " " + description.version());
        return new CommandLine(top)
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
    }

    private CommandSpec command(Verb verb) {
        var spec = CommandSpec.create().usageMessage(usage(verb.meaning())).addOption(help());
        if (verb.name().equals(VERSION)) {
            return spec;
        }
        Stream.concat(verb.own().stream(), description.shared().stream())
                .forEach(option -> spec.addOption(flag(option)));
        return spec.addOption(flag(new Option(CONFIG, "", "file of settings; " + description.file() + " by default")));
    }

    private static OptionSpec flag(Option option) {
        var fallback = option.fallback().isEmpty() ? "" : " (" + option.fallback() + ")";
        // A percent sign would begin a placeholder.
        return OptionSpec.builder("--" + option.name())
                .type(String.class)
                .paramLabel("VALUE")
                .description((option.meaning() + fallback).replace("%", "%%"))
                .build();
    }

    private static OptionSpec help() {
        return OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .type(boolean.class)
                .description("Shows this and ends.")
                .build();
    }

    private static UsageMessageSpec usage(String meaning) {
        return new UsageMessageSpec()
                .description(meaning.replace("%", "%%"))
                .sortOptions(false)
                .abbreviateSynopsis(true);
    }

    private static Stream<Verb> builtIn(Description description) {
        return Stream.of(
                Verb.of(
                        CONFIG,
                        "Shows the settings in force, and where each comes from.",
                        (settings, out) -> settings.entries()
                                .forEach(entry ->
                                        out.println(entry.name() + ": " + entry.value() + "  # " + entry.origin()))),
                Verb.of(
                        VERSION,
                        "Shows the version.",
                        (settings, out) -> out.println(description.name() + " " + description.version())));
    }
}
