package dev.banyan.cli.app;

import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.PullStatus;
import dev.banyan.api.v1.ServiceProgress;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.resource.Resource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Apps, services and replicas as documents. Pure. */
public final class AppItems {
    private AppItems() {}

    /** An app. */
    public static Map<String, Object> app(Resource<DeploymentSpec, DeploymentStatus> app) {
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
        item.put("services", services.stream().map(AppItems::service).toList());
        return item;
    }

    /** One service of an app. */
    public static Map<String, Object> service(ServiceProgress service) {
        var item = new LinkedHashMap<String, Object>();
        item.put("service", service.getService());
        item.put("wanted", service.getWanted());
        item.put("running", service.getRunning());
        item.put("ready", service.getReady());
        item.put("waiting_for", service.getWaitingFor());
        if (!service.getFailure().isEmpty()) {
            item.put("failure", service.getFailure());
        }
        if (service.getLabelsCount() > 0) {
            item.put("labels", new TreeMap<>(service.getLabelsMap()));
        }
        return item;
    }

    /** {@code removing}, {@code ready} or {@code starting}. */
    private static String state(Resource<DeploymentSpec, DeploymentStatus> app, boolean complete) {
        if (app.meta().deleting()) {
            return "removing";
        }
        boolean seen = app.status().getRelease() == app.spec().getRelease()
                && app.status().getObservedGeneration() >= app.meta().generation();
        return seen && complete ? "ready" : "starting";
    }

    /** What a replica is, in one word. */
    public static String state(TaskStatus status) {
        return switch (status.getState()) {
            case RUNNING -> status.getReady() ? "ready" : "running";
            case STATE_UNSPECIFIED, UNRECOGNIZED -> "pending";
            case PENDING, PREPARING, STARTING, STOPPING, EXITED, FAILED ->
                status.getState().name().toLowerCase(Locale.ROOT);
        };
    }

    private static Map<String, Object> pull(PullStatus pull) {
        var item = new LinkedHashMap<String, Object>();
        item.put("image", pull.getImage());
        item.put("bytes_done", pull.getBytesDone());
        item.put("bytes_total", pull.getBytesTotal());
        item.put("layers_done", pull.getLayersDone());
        item.put("layers", pull.getLayers());
        return item;
    }

    /** One replica. */
    public static Map<String, Object> replica(Resource<TaskSpec, TaskStatus> task) {
        var status = task.status();
        var item = new LinkedHashMap<String, Object>();
        item.put("task", task.name());
        item.put("service", task.spec().getService());
        item.put("replica", task.spec().getSlot());
        item.put("release", task.spec().getRelease());
        item.put("agent", task.spec().getAssignment().getAgent());
        if (task.spec().getAssignment().getDevicesCount() > 0) {
            item.put("devices", task.spec().getAssignment().getDevicesList());
        }
        item.put("state", state(status));
        item.put("attempt", status.getAttempt());
        item.put("address", status.getAddress());
        item.put("started_at_ms", status.getStartedAtMs());
        item.put("finished_at_ms", status.getFinishedAtMs());
        item.put("exit_code", status.getExitCode());
        item.put("reason", status.getReason());
        item.put("message", status.getMessage());
        if (status.hasPull()) {
            item.put("pull", pull(status.getPull()));
        }
        var settings = task.spec().getContainer().getSettings();
        if (settings.getLabelsCount() > 0) {
            item.put("labels", new TreeMap<>(settings.getLabelsMap()));
        }
        if (settings.getAnnotationsCount() > 0) {
            item.put("annotations", new TreeMap<>(settings.getAnnotationsMap()));
        }
        return item;
    }
}
