package dev.banyan.cli.command;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;

/** Runs one call of the program. */
public final class CommandLineProgram {
    /** The verb that is about all others. */
    private static final String OF_ALL = "completion";

    private final Program program;
    private final List<Map<String, Function<Program, Callable<Integer>>>> more;

    /** A program with the verbs of this room and those of {@code more}, by name. */
    public CommandLineProgram(Program program, List<Map<String, Function<Program, Callable<Integer>>>> more) {
        this.program = program;
        this.more = List.copyOf(more);
    }

    /** Executes the words; the result is the exit code. Nothing escapes. */
    public int run(String... words) {
        var line = new CommandLine(new TopCommand());
        verbs(words).forEach((name, verb) -> line.addSubcommand(name, verb.apply(program)));
        help(line);
        line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        line.setOut(writer(program.console()::data));
        line.setErr(writer(program.console()::say));
        line.setExecutionExceptionHandler((failure, command, result) -> new Trouble(program.console()).report(failure));
        return line.execute(words);
    }

    private static void help(CommandLine line) {
        var option = OptionSpec.builder("-h", "--help").usageHelp(true).description("Shows this and ends.");
        line.getCommandSpec().addOption(option.build());
        line.getSubcommands().values().forEach(CommandLineProgram::help);
    }

    /** Every verb costs some milliseconds of looking at its class, so with a known one first only that is looked at, unless it asks for all. */
    private Map<String, Function<Program, Callable<Integer>>> verbs(String... words) {
        var all = all();
        var asked = words.length == 0 || words[0].equals(OF_ALL) ? null : all.get(words[0]);
        return asked == null ? all : Map.of(words[0], asked);
    }

    private Map<String, Function<Program, Callable<Integer>>> all() {
        var verbs = new LinkedHashMap<String, Function<Program, Callable<Integer>>>();
        verbs.put("init", InitCommand::new);
        verbs.put("join", JoinCommand::new);
        verbs.put("up", UpCommand::new);
        verbs.put("down", DownCommand::new);
        verbs.put("ps", PsCommand::new);
        verbs.put("events", EventsCommand::new);
        verbs.put("scale", ScaleCommand::new);
        verbs.put("agents", AgentsCommand::new);
        verbs.put("status", StatusCommand::new);
        more.forEach(verbs::putAll);
        return verbs;
    }

    private static PrintWriter writer(Consumer<String> sink) {
        return new PrintWriter(
                new Writer() {
                    @Override
                    public void write(char[] buffer, int offset, int length) {
                        sink.accept(new String(buffer, offset, length));
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                },
                true);
    }
}
