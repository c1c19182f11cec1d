package dev.banyan.cli.command;

import dev.banyan.api.kinds.TaskName;
import dev.banyan.api.source.Visible;
import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.LogRequest;
import dev.banyan.cli.app.Apps;
import dev.banyan.cli.cluster.ClusterApi;
import dev.banyan.cli.cluster.LogStream;
import dev.banyan.cli.output.ExitCode;
import java.time.Duration;
import java.util.LinkedHashMap;
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
        description = "Prints what the containers of an app write.",
        footer = {"", "Examples:", "  banyan-cli logs shop", "  banyan-cli logs -f --tail 20 shop web"})
final class LogsCommand implements Callable<Integer> {
    private static final Duration IDLE = Duration.ofSeconds(1);

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

    @Parameters(index = "0", paramLabel = "APP")
    private String app = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "SERVICE", description = "All services by default.")
    private Optional<String> service = Optional.empty();

    private final Program program;

    LogsCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (var cluster = program.access().open()) {
            Apps.find(cluster.store(), app);
            return read(cluster);
        }
    }

    private int read(ClusterApi cluster) throws InterruptedException {
        var request = LogRequest.newBuilder()
                .setNamespace(Apps.NAMESPACE)
                .setDeployment(app)
                .setService(service.orElse(""))
                .setTail(tail < 0 ? -1 : tail)
                .setFollow(follow)
                .build();
        try (var stream = cluster.logs(request)) {
            while (true) {
                switch (stream.next(IDLE)) {
                    case LogStream.Next.Line line -> print(line.line());
                    case LogStream.Next.Idle idle -> {}
                    case LogStream.Next.End end -> {
                        return ExitCode.OK.number();
                    }
                }
            }
        }
    }

    private void print(LogLine line) {
        if (format.forPrograms()) {
            program.console().data(format.one(item(line)));
        } else if (line.getStream() == LogLine.Stream.GAP) {
            program.console().say("-- " + Visible.text(line.getText()) + "\n");
        } else {
            // A program that reads gets what was written; a terminal must not obey it.
            var text = program.console().terminal() ? Visible.text(line.getText()) : line.getText();
            program.console().data(replica(line.getTask()) + " | " + text + "\n");
        }
    }

    private static String replica(String task) {
        try {
            var name = TaskName.parse(task);
            return name.service() + "." + name.slot();
        } catch (IllegalArgumentException other) {
            return Visible.text(task);
        }
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
