package dev.banyan.cli.reach;

import com.google.protobuf.ByteString;
import dev.banyan.api.source.Visible;
import dev.banyan.api.v1.ExecRequest;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.api.v1.ReachRequest;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.api.v1.TerminalSize;
import dev.banyan.api.wire.ApiException;
import dev.banyan.cli.app.Apps;
import dev.banyan.cli.cluster.Passage;
import dev.banyan.cli.command.Program;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.runtime.env.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a command in a container. */
@Command(
        name = "exec",
        description = {
            "Runs a command in a running container, wherever it is.",
            "The exit code is the command's; 126 and 127 say that it could not be run, 125 that the session failed."
        },
        footer = {
            "",
            "Examples:",
            "  banyan-cli exec -it web -- sh",
            "  banyan-cli exec shop/web.1 -- ls -l /srv",
            "  banyan-cli exec -i db -- psql shop < dump.sql"
        })
final class ExecCommand implements Callable<Integer> {
    private static final Duration LOOK_AT_SIZE = Duration.ofMillis(250);
    private static final int PART_BYTES = 32 * 1024;

    @Option(
            names = {"-i", "--interactive"},
            description = "The command reads what this program does.")
    private boolean interactive;

    @Option(
            names = {"-t", "--tty"},
            description = "The command has a terminal.")
    private boolean terminal;

    @Option(
            names = {"-T", "--no-tty"},
            description = "The command has no terminal, whatever else is said.")
    private boolean noTerminal;

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME[=VALUE]",
            description = "A variable for the command; without a value, that of this program.")
    private List<String> variables = List.of();

    @Option(
            names = {"-w", "--workdir"},
            paramLabel = "DIR",
            description = "Where it runs.")
    private String directory = "";

    @Option(
            names = {"-u", "--user"},
            paramLabel = "USER[:GROUP]",
            description = "Who runs it, by name or number.")
    private String user = "";

    @Option(names = "--index", paramLabel = "SLOT", description = "Which replica, from 0.")
    private @Nullable Integer index;

    @Option(
            names = "--detach-keys",
            paramLabel = "KEYS",
            defaultValue = "ctrl-p,ctrl-q",
            description = "Keys that leave a command with a terminal to itself: ${DEFAULT-VALUE}.")
    private String detachKeys = "";

    @Option(
            names = "--idle-timeout",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "Ends the session when nothing went either way for so long.")
    private long idleSeconds;

    @Parameters(
            index = "0",
            paramLabel = "[APP/]SERVICE[.SLOT]",
            description = "Whose container, or the name of a task.")
    private String where = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND", description = "The command, after --.")
    private List<String> command = List.of();

    private final Program program;

    ExecCommand(Program program) {
        this.program = program;
    }

    /** Options after the first word are the command's. */
    @Spec
    void spec(CommandSpec spec) {
        spec.parser().stopAtPositional(true);
    }

    @Override
    public Integer call() throws InterruptedException {
        var words = command.getFirst().equals("--") ? command.subList(1, command.size()) : command;
        boolean screen = terminal && !noTerminal;
        if (words.isEmpty()) {
            return usage("there is no command: write it after --");
        }
        if (variables.stream().anyMatch(variable -> variable.isEmpty() || variable.startsWith("="))) {
            return usage("-e wants NAME or NAME=VALUE"); // what it got may be a secret
        }
        DetachKeys keys;
        try {
            keys = DetachKeys.parse(detachKeys);
        } catch (IllegalArgumentException malformed) {
            return usage("--detach-keys: " + malformed.getMessage());
        }
        try (var cluster = program.access().open()) {
            var task = new Target(where, index == null ? OptionalInt.empty() : OptionalInt.of(index))
                    .find(cluster.store());
            var raw = screen && interactive ? Terminal.raw() : Optional.<Terminal.Raw>empty();
            if (screen && interactive && raw.isEmpty()) {
                return usage("standard input is no terminal: leave -t out");
            }
            var request = ReachRequest.newBuilder()
                    .setNamespace(Apps.NAMESPACE)
                    .setTask(task.name())
                    .setExec(exec(words, screen))
                    .build();
            // However the program ends, the terminal is as before.
            try (var restored = restoring(raw);
                    var _ = program.interruption().during(restored::close);
                    var passage = cluster.reach(request)) {
                return converse(passage, screen ? keys : DetachKeys.parse(""), screen);
            }
        }
    }

    private static Terminal.Raw restoring(Optional<Terminal.Raw> raw) {
        return () -> raw.ifPresent(Terminal.Raw::close);
    }

    private int usage(String words) {
        program.console().say("banyan-cli: " + words + "\n");
        return ExitCode.USAGE.number();
    }

    private ExecRequest exec(List<String> words, boolean screen) {
        var exec = ExecRequest.newBuilder()
                .addAllCommand(words)
                .setTerminal(screen)
                .setInput(interactive)
                .setDirectory(directory)
                .setUser(user)
                .setIdleMs(Duration.ofSeconds(Math.max(0, idleSeconds)).toMillis());
        if (screen) {
            exec.putEnvironment("TERM", program.environment().getOrDefault("TERM", "xterm"));
            Terminal.size().ifPresent(exec::setSize);
        }
        return exec.putAllEnvironment(environment()).build();
    }

    private Map<String, String> environment() {
        var all = new TreeMap<String, String>();
        for (var variable : variables) {
            int equals = variable.indexOf('=');
            if (equals > 0) {
                all.put(variable.substring(0, equals), variable.substring(equals + 1));
            } else {
                Optional.ofNullable(program.environment().get(variable)).ifPresent(value -> all.put(variable, value));
            }
        }
        return all;
    }

    private int converse(Passage passage, DetachKeys keys, boolean screen) throws InterruptedException {
        var typing = interactive
                ? Optional.of(program.env().tasks().spawn("typing", () -> type(passage, keys)))
                : Optional.<Task>empty();
        try {
            return Ending.ofCommand(program.console(), show(passage, screen));
        } catch (ApiException broken) {
            program.console()
                    .say("banyan-cli: the session broke, and its command is ended: "
                            + Visible.text(String.valueOf(broken.getMessage())) + "\n");
            return Ending.SESSION_FAILED;
        } finally {
            typing.ifPresent(Task::cancel);
        }
    }

    private ReachOutcome show(Passage passage, boolean screen) throws InterruptedException {
        var size = screen ? Terminal.size() : Optional.<TerminalSize>empty();
        while (true) {
            var part = passage.receive(LOOK_AT_SIZE);
            if (part.isPresent()) {
                var seen = part.get();
                switch (seen.getPartCase()) {
                    case DATA -> program.console().raw(seen.getData().toByteArray());
                    case ERRORS -> program.console().rawErrors(seen.getErrors().toByteArray());
                    case NOTE -> program.console().say(Visible.text(seen.getNote()) + "\n");
                    case OUTCOME -> {
                        return seen.getOutcome();
                    }
                    case OPENED, END, ELSEWHERE, PROBED, FACTS, PART_NOT_SET -> {}
                }
            }
            if (screen) {
                size = resized(passage, size);
            }
        }
    }

    private static Optional<TerminalSize> resized(Passage passage, Optional<TerminalSize> before)
            throws InterruptedException {
        var now = Terminal.size();
        if (now.isPresent() && !now.equals(before)) {
            var ignored = passage.send(ReachUp.newBuilder().setSize(now.get()).build());
        }
        return now;
    }

    private void type(Passage passage, DetachKeys keys) throws InterruptedException {
        var buffer = new byte[PART_BYTES];
        try {
            for (int read = program.input().read(buffer);
                    read >= 0;
                    read = program.input().read(buffer)) {
                var typed = keys.typed(buffer, read);
                if (typed.passed().length > 0
                        && !passage.send(ReachUp.newBuilder()
                                .setData(ByteString.copyFrom(typed.passed()))
                                .build())) {
                    return;
                }
                if (typed.left()) {
                    var ignored =
                            passage.send(ReachUp.newBuilder().setDetach(true).build());
                    return;
                }
            }
        } catch (IOException closed) {
            // As its end.
        }
        var ignored = passage.send(ReachUp.newBuilder().setEnd(true).build());
    }
}
