package dev.banyan.cli.logs;

import dev.banyan.api.kinds.TaskName;
import dev.banyan.api.source.Visible;
import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.LogRequest;
import dev.banyan.cli.app.Apps;
import dev.banyan.cli.cluster.ClusterApi;
import dev.banyan.cli.cluster.LogStream;
import dev.banyan.cli.command.FormatOption;
import dev.banyan.cli.command.Program;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.cli.output.Palette;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints what containers write. */
@Command(
        name = "logs",
        description = {
            "Prints what the containers of an app write, all replicas together.",
            "A server that is lost is a line that says so, and the others go on."
        },
        footer = {
            "",
            "Examples:",
            "  banyan-cli logs shop",
            "  banyan-cli logs -f --tail 20 shop web db",
            "  banyan-cli logs -t --since 1h30m --until 10m shop"
        })
final class LogsCommand implements Callable<Integer> {
    private static final Duration IDLE = Duration.ofSeconds(1);

    /** Longer than what was written before the end takes to come. */
    private static final Duration LATE = Duration.ofSeconds(5);

    private static final long NANOS = 1_000_000_000;

    @Mixin
    private final FormatOption format = new FormatOption();

    @Option(
            names = {"-f", "--follow"},
            description = "Goes on with what is written later, until interrupted.")
    private boolean follow;

    @Option(
            names = "--tail",
            paramLabel = "N",
            defaultValue = "-1",
            description = "Only the last N lines of each container.")
    private int tail;

    @Option(
            names = {"-t", "--timestamps"},
            description = "Each line begins with its time.")
    private boolean timestamps;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Only what was written then or later: 10m, or 2026-11-22T10:00:00Z.")
    private Optional<String> since = Optional.empty();

    @Option(names = "--until", paramLabel = "TIME", description = "Only what was written before then.")
    private Optional<String> until = Optional.empty();

    @Option(names = "--no-color", description = "Plain text also on a terminal.")
    private boolean plain;

    @Parameters(index = "0", paramLabel = "APP")
    private String app = "";

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "SERVICE", description = "All services by default.")
    private List<String> services = List.of();

    private final Program program;

    LogsCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() throws InterruptedException {
        var now = program.env().time().now();
        LogRequest request;
        Optional<Instant> end;
        try {
            end = until.map(text -> Moment.parse(text, now));
            request = request(since.map(text -> Moment.parse(text, now)), end);
        } catch (IllegalArgumentException malformed) {
            program.console().say("banyan-cli: " + malformed.getMessage() + "\n");
            return ExitCode.USAGE.number();
        }
        try (var cluster = program.access().open()) {
            Apps.find(cluster.store(), app);
            return read(cluster, request, end);
        }
    }

    private LogRequest request(Optional<Instant> begin, Optional<Instant> end) {
        return LogRequest.newBuilder()
                .setNamespace(Apps.NAMESPACE)
                .setDeployment(app)
                .addAllServices(services)
                .setTail(tail < 0 ? -1 : tail)
                .setSinceNs(begin.map(LogsCommand::nanos).orElse(0L))
                .setUntilNs(end.map(LogsCommand::nanos).orElse(0L))
                .setFollow(follow)
                .setResumes(true)
                .build();
    }

    private static Instant at(LogLine line) {
        return Instant.ofEpochSecond(line.getTimeNs() / NANOS, line.getTimeNs() % NANOS);
    }

    private static long nanos(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), NANOS), time.getNano());
    }

    private int read(ClusterApi cluster, LogRequest request, Optional<Instant> end) throws InterruptedException {
        try (var stream = cluster.logs(request)) {
            while (end.isEmpty() || !follow || goesOn(end.get())) {
                switch (stream.next(IDLE)) {
                    case LogStream.Next.Line(var line) -> print(line);
                    case LogStream.Next.Idle idle -> {}
                    case LogStream.Next.End over -> {
                        return ExitCode.OK.number();
                    }
                }
            }
            return ExitCode.OK.number();
        }
    }

    /** The cluster ends it by itself, unless nobody of it answers. */
    private boolean goesOn(Instant end) {
        return program.env().time().now().isBefore(end.plus(LATE));
    }

    private void print(LogLine line) {
        if (format.forPrograms()) {
            program.console().data(format.one(item(line)));
        } else if (line.getStream() == LogLine.Stream.GAP) {
            program.console().say("-- " + Visible.text(line.getText()) + "\n");
        } else {
            // A program that reads gets what was written; a terminal must not obey it.
            var text = program.console().terminal() ? Visible.text(line.getText()) : line.getText();
            var palette = plain ? Palette.PLAIN : program.console().palette();
            var time = timestamps ? palette.faint(at(line).toString()) + " " : "";
            program.console().data(time + palette.strong(replica(line.getTask())) + " | " + text + "\n");
        }
    }

    private static String replica(String task) {
        return TaskName.parsed(task)
                .map(name -> name.service() + "." + name.slot())
                .orElseGet(() -> Visible.text(task));
    }

    private static Map<String, Object> item(LogLine line) {
        var item = new LinkedHashMap<String, Object>();
        item.put("schema", "banyan.log/1");
        item.put("task", line.getTask());
        item.put("time_ns", line.getTimeNs());
        item.put("stream", line.getStream().name().toLowerCase(Locale.ROOT));
        item.put("text", line.getText());
        return item;
    }
}
