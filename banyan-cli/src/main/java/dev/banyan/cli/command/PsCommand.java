package dev.banyan.cli.command;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.ServiceProgress;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.cli.output.Ages;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.cli.output.Table;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
                store
                        .list(Selection.of(Kinds.DEPLOYMENTS.name()).in(Program.NAMESPACE), ReadAt.LATEST)
                        .objects()
                        .stream()
                        .map(Kinds.DEPLOYMENTS::decode)
                        .toList();
        var rows = new ArrayList<List<String>>();
        var items = new ArrayList<Map<String, Object>>();
        for (var app : apps) {
            var item = item(app);
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

    static Map<String, Object> item(Resource<DeploymentSpec, DeploymentStatus> app) {
        var services = app.status().getServicesList();
        int wanted = services.stream().mapToInt(ServiceProgress::getWanted).sum();
        int ready = services.stream().mapToInt(ServiceProgress::getReady).sum();
        var item = new LinkedHashMap<String, Object>();
        item.put("app", app.name());
        item.put("tags", app.spec().getTagsList());
        item.put("release", app.spec().getRelease());
        item.put("state", state(app, ready >= wanted));
        item.put("wanted", wanted);
        item.put("ready", ready);
        item.put("services", services.stream().map(PsCommand::service).toList());
        return item;
    }

    private static Map<String, Object> service(ServiceProgress service) {
        var item = new LinkedHashMap<String, Object>();
        item.put("service", service.getService());
        item.put("wanted", service.getWanted());
        item.put("running", service.getRunning());
        item.put("ready", service.getReady());
        item.put("waiting_for", service.getWaitingFor());
        return item;
    }

    private static String state(Resource<DeploymentSpec, DeploymentStatus> app, boolean complete) {
        if (app.meta().deleting()) {
            return "removing";
        }
        boolean seen = app.status().getRelease() == app.spec().getRelease()
                && app.status().getObservedGeneration() >= app.meta().generation();
        return seen && complete ? "ready" : "starting";
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
        var selection = Selection.of(Kinds.TASKS.name())
                .in(Program.NAMESPACE)
                .labelled(LabelSelector.of(Labels.DEPLOYMENT, name));
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
                tasks.stream().map(PsCommand::replica).toList());
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
                state(status),
                "" + status.getAttempt(),
                Ages.since(since, now),
                status.getMessage().isEmpty() ? status.getReason() : status.getMessage());
    }

    private static String state(TaskStatus status) {
        return switch (status.getState()) {
            case RUNNING -> status.getReady() ? "ready" : "running";
            case STATE_UNSPECIFIED, UNRECOGNIZED -> "pending";
            case PENDING, PREPARING, STARTING, STOPPING, EXITED, FAILED ->
                status.getState().name().toLowerCase(Locale.ROOT);
        };
    }

    private static Map<String, Object> replica(Resource<TaskSpec, TaskStatus> task) {
        var status = task.status();
        var item = new LinkedHashMap<String, Object>();
        item.put("task", task.name());
        item.put("service", task.spec().getService());
        item.put("replica", task.spec().getSlot());
        item.put("release", task.spec().getRelease());
        item.put("agent", task.spec().getAssignment().getAgent());
        item.put("state", state(status));
        item.put("attempt", status.getAttempt());
        item.put("address", status.getAddress());
        item.put("started_at_ms", status.getStartedAtMs());
        item.put("finished_at_ms", status.getFinishedAtMs());
        item.put("exit_code", status.getExitCode());
        item.put("reason", status.getReason());
        item.put("message", status.getMessage());
        return item;
    }
}
