package dev.banyan.cli.command;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.cli.app.AppItems;
import dev.banyan.cli.app.AppVolumes;
import dev.banyan.cli.app.Apps;
import dev.banyan.cli.output.Ages;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.cli.output.Table;
import dev.banyan.cli.progress.Pulls;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists apps, or the replicas of one. */
@Command(
        name = "ps",
        description = "Lists apps, or the replicas of one app.",
        footer = {"", "Examples:", "  banyan-cli ps", "  banyan-cli ps shop -o json"})
final class PsCommand implements Callable<Integer> {
    @Mixin
    private final FormatOption format = new FormatOption();

    @Parameters(arity = "0..1", paramLabel = "APP", description = "Name of an app, with its tags as in shop.eu.")
    private Optional<String> app = Optional.empty();

    private final Program program;

    PsCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        try (var cluster = program.access().open()) {
            return app.isPresent() ? replicas(cluster.store(), app.get()) : apps(cluster.store());
        }
    }

    private int apps(Store store) {
        var apps =
                store.list(Selection.of(Kinds.DEPLOYMENTS.name()).in(Apps.NAMESPACE), ReadAt.LATEST).objects().stream()
                        .map(Kinds.DEPLOYMENTS::decode)
                        .toList();
        var rows = new ArrayList<List<String>>();
        var items = new ArrayList<Map<String, Object>>();
        for (var app : apps) {
            var item = AppItems.app(app);
            items.add(item);
            rows.add(List.of(
                    app.name(),
                    "" + item.get("release"),
                    item.get("ready") + "/" + item.get("wanted"),
                    "" + item.get("state"),
                    waiting(app)));
        }
        var table = new Table(List.of("APP", "RELEASE", "READY", "STATE", "WAITING FOR"), rows);
        format.print(program.console(), table, "banyan.apps/1", items);
        return ExitCode.OK.number();
    }

    private static String waiting(Resource<DeploymentSpec, DeploymentStatus> app) {
        return app.status().getServicesList().stream()
                .filter(service -> !service.getWaitingFor().isEmpty())
                .map(service -> service.getService() + ": " + service.getWaitingFor())
                .findFirst()
                .orElse("");
    }

    private int replicas(Store store, String name) {
        Apps.find(store, name);
        var selection =
                Selection.of(Kinds.TASKS.name()).in(Apps.NAMESPACE).labelled(LabelSelector.of(Labels.DEPLOYMENT, name));
        var tasks = store.list(selection, ReadAt.LATEST).objects().stream()
                .map(Kinds.TASKS::decode)
                .toList();
        var now = program.env().time().now();
        var rows = tasks.stream().map(task -> row(task, now)).toList();
        var table = new Table(
                List.of("SERVICE", "REPLICA", "RELEASE", "AGENT", "STATE", "ATTEMPT", "SINCE", "REASON"), rows);
        format.print(
                program.console(),
                table,
                "banyan.replicas/1",
                tasks.stream().map(AppItems::replica).toList());
        AppVolumes.words(store, name).forEach(words -> program.console().say(words + "\n"));
        return ExitCode.OK.number();
    }

    private static List<String> row(Resource<TaskSpec, TaskStatus> task, Instant now) {
        var status = task.status();
        long since = status.getFinishedAtMs() != 0 ? status.getFinishedAtMs() : status.getStartedAtMs();
        return List.of(
                task.spec().getService(),
                "" + task.spec().getSlot(),
                "" + task.spec().getRelease(),
                task.spec().getAssignment().getAgent(),
                AppItems.state(status),
                "" + status.getAttempt(),
                Ages.since(since, now),
                Pulls.words(status).orElse(status.getMessage().isEmpty() ? status.getReason() : status.getMessage()));
    }
}
