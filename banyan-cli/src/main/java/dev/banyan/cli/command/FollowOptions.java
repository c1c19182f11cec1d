package dev.banyan.cli.command;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.source.Visible;
import dev.banyan.cli.app.Apps;
import dev.banyan.cli.app.ChangeOutcome;
import dev.banyan.cli.cluster.ClusterApi;
import dev.banyan.cli.output.Document;
import dev.banyan.cli.output.Progress;
import dev.banyan.cli.output.ProgressView;
import dev.banyan.cli.progress.AppState;
import dev.banyan.cli.progress.AppWatch;
import dev.banyan.cli.progress.Ending;
import dev.banyan.cli.progress.Follower;
import dev.banyan.cli.progress.Judge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of verbs that wait, and the waiting. */
final class FollowOptions {
    /** A line is due when nothing was shown for so long; a step comes at least every second. */
    private static final Duration SILENT_MAX = Duration.ofMillis(900);

    @Option(
            names = {"-d", "--detach"},
            description = "Does not wait for the outcome.")
    private boolean detach;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "5m",
            converter = Waits.class,
            description = "Longest wait, as 90s or 5m; ${DEFAULT-VALUE} by default. The cluster goes on after it.")
    private Duration timeout = Duration.ofMinutes(5);

    @Mixin
    private final FormatOption format = new FormatOption();

    /** Programs get the outcome as one document, instead of the lines that people get. */
    boolean forPrograms() {
        return format.forPrograms();
    }

    /** Prints the outcome when a program asked for it. */
    void tell(Program program, ChangeOutcome outcome) {
        if (forPrograms()) {
            program.console().data(format.text(outcome.document()));
        }
    }

    /** A document in the form that was asked for. */
    String text(Document document) {
        return format.text(document);
    }

    boolean detach() {
        return detach;
    }

    Duration timeout() {
        return timeout;
    }

    /** Follows an app; {@code also} is told of each step too. */
    Ending follow(Program program, AppWatch watch, Judge judge, Follower.Listener also) throws InterruptedException {
        var shown = new Shown(program, watch);
        var app = watch.state().name();
        var words = "\ndetached; " + app + " goes on by itself. Watch it: banyan-cli ps " + app + "\n";
        try (var _ = program.interruption().during(() -> program.console().say(words))) {
            return new Follower(program.env(), watch, judge).follow(timeout, (state, now) -> {
                also.step(state, now);
                shown.step(state, now);
            });
        }
    }

    static AppWatch watch(Program program, ClusterApi cluster, String app) {
        return AppWatch.start(cluster.store(), program.env(), Kinds.DEPLOYMENTS.key(Apps.NAMESPACE, app));
    }

    /** Shows each step: drawn over on a terminal, as lines elsewhere. */
    private static final class Shown {
        private final Program program;
        private final AppWatch watch;
        private final ProgressView view;
        private final long begun;
        private long last;
        private Optional<Progress> before = Optional.empty();

        Shown(Program program, AppWatch watch) {
            this.program = program;
            this.watch = watch;
            this.view = new ProgressView(program.console().palette());
            this.begun = program.env().time().nanos();
            this.last = begun;
        }

        void step(AppState state, long now) {
            var progress = state.progress().orElseGet(() -> before.orElse(new Progress(state.name(), 0, List.of())));
            var elapsed = Duration.ofNanos(now - begun);
            if (program.console().terminal()) {
                var lines = new ArrayList<>(view.block(progress, elapsed));
                watch.trouble(now).ifPresent(words -> lines.add("  " + Visible.text(words)));
                program.console().draw(lines);
                return;
            }
            var lines = view.changes(before, progress, elapsed);
            lines.forEach(line -> program.console().say(line + "\n"));
            if (lines.isEmpty() && now - last >= SILENT_MAX.toNanos()) {
                program.console().say(view.alive(progress, elapsed, watch.trouble(now)) + "\n");
                last = now;
            }
            last = lines.isEmpty() ? last : now;
            before = Optional.of(progress);
        }
    }
}
