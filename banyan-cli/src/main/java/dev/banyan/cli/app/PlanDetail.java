package dev.banyan.cli.app;

import dev.banyan.api.v1.AgentRefusal;
import dev.banyan.api.v1.PlanResponse;
import dev.banyan.api.v1.PlannedService;
import dev.banyan.api.v1.PlannedTask;
import dev.banyan.cli.image.Provision;
import dev.banyan.cli.image.Provision.Way;
import dev.banyan.cli.output.Document;
import dev.banyan.cli.output.Table;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What an {@code up} would do, as tables and as a document.
 *
 * @param images how those come into the cluster that were asked for
 */
public record PlanDetail(PlanResponse plan, List<Provision> images) {
    private static final double MEGABYTE = 1_000_000.0;

    public PlanDetail {
        images = images.stream().sorted(Comparator.comparing(Provision::image)).toList();
    }

    /** Every replica would come up. */
    public boolean fits() {
        return plan.getServicesList().stream()
                .allMatch(service -> service.getNeverReady().isEmpty());
    }

    /** As tables. */
    public String tables() {
        var services = new Table(
                List.of("SERVICE", "CHANGE", "REPLICAS", "WAITS FOR", "NOTE"),
                plan.getServicesList().stream().map(PlanDetail::row).toList());
        var tasks = new Table(
                List.of("WAVE", "DO", "TASK", "AGENT", "BECAUSE"),
                plan.getTasksList().stream().map(PlanDetail::row).toList());
        var coming = images.stream()
                .filter(image -> !(image.way() instanceof Way.There))
                .toList();
        var first = coming.isEmpty()
                ? ""
                : new Table(
                                        List.of("IMAGE", "COMES", "NOTE"),
                                        coming.stream().map(PlanDetail::row).toList())
                                .render()
                        + "\n";
        return first + services.render() + "\n" + tasks.render() + ports();
    }

    /** As a document. */
    public Document document() {
        var item = new LinkedHashMap<String, Object>();
        item.put("app", plan.getDeployment());
        item.put("release", plan.getRelease());
        item.put("changed", plan.getChanged());
        item.put(
                "services",
                plan.getServicesList().stream().map(PlanDetail::item).toList());
        item.put("tasks", plan.getTasksList().stream().map(PlanDetail::item).toList());
        item.put("images", images.stream().map(PlanDetail::item).toList());
        item.put("ports_claimed", plan.getPortsClaimedList());
        item.put("ports_released", plan.getPortsReleasedList());
        return new Document("banyan.plan/1", "plan", item);
    }

    private String ports() {
        var text = new StringBuilder();
        if (plan.getPortsClaimedCount() > 0) {
            text.append("\nclaims ").append(String.join(", ", plan.getPortsClaimedList()));
        }
        if (plan.getPortsReleasedCount() > 0) {
            text.append("\ngives back ").append(String.join(", ", plan.getPortsReleasedList()));
        }
        return text.isEmpty() ? "" : text.append('\n').toString();
    }

    private static List<String> row(Provision image) {
        return List.of(
                image.image(),
                switch (image.way()) {
                    case Way.There there -> "is there";
                    case Way.Fetched fetched -> "fetched from " + fetched.host();
                    case Way.Built built -> "built here by " + built.builder();
                },
                image.way() instanceof Way.Fetched fetched
                        ? String.format(Locale.ROOT, "%.1f MB", fetched.bytes() / MEGABYTE)
                        : "counts as changed: what it is shows once it is built");
    }

    private static Map<String, Object> item(Provision image) {
        var item = new LinkedHashMap<String, Object>();
        item.put("image", image.image());
        switch (image.way()) {
            case Way.There there -> item.put("comes", "there");
            case Way.Fetched fetched -> {
                item.put("comes", "fetched");
                item.put("from", fetched.host());
                item.put("bytes", fetched.bytes());
            }
            case Way.Built built -> {
                item.put("comes", "built");
                item.put("by", built.builder());
            }
        }
        item.put("digest", image.digest().orElse(""));
        return item;
    }

    private static List<String> row(PlannedService service) {
        return List.of(
                service.getService(),
                change(service),
                replicas(service),
                String.join(", ", service.getWaitsForList()),
                service.getNeverReady());
    }

    private static List<String> row(PlannedTask task) {
        var others = task.getRefusalsList().stream()
                .map(refusal -> refusal.getAgent() + " " + refusal.getReason())
                .collect(Collectors.joining("; "));
        boolean placed = !task.getAgent().isEmpty();
        return List.of(
                task.getWave() == 0 ? "" : "" + task.getWave(),
                deed(task),
                task.getTask(),
                task.getAgent(),
                placed && !others.isEmpty() ? task.getReason() + "; not " + others : task.getReason());
    }

    private static String replicas(PlannedService service) {
        int before = service.getReplicasBefore();
        int after = service.getReplicasAfter();
        return before == after ? "" + after : before + " -> " + after;
    }

    private static Map<String, Object> item(PlannedService service) {
        var item = new LinkedHashMap<String, Object>();
        item.put("service", service.getService());
        item.put("change", change(service));
        item.put("replicas_before", service.getReplicasBefore());
        item.put("replicas_after", service.getReplicasAfter());
        item.put("waits_for", service.getWaitsForList());
        item.put("never_ready", service.getNeverReady());
        return item;
    }

    private static Map<String, Object> item(PlannedTask task) {
        var item = new LinkedHashMap<String, Object>();
        item.put("task", task.getTask());
        item.put("service", task.getService());
        item.put("do", deed(task));
        item.put("wave", task.getWave());
        item.put("agent", task.getAgent());
        item.put("reason", task.getReason());
        item.put(
                "refusals",
                task.getRefusalsList().stream().map(PlanDetail::item).toList());
        return item;
    }

    private static Map<String, Object> item(AgentRefusal refusal) {
        var item = new LinkedHashMap<String, Object>();
        item.put("agent", refusal.getAgent());
        item.put("reason", refusal.getReason());
        return item;
    }

    private static String change(PlannedService service) {
        return service.getChange().name().toLowerCase(Locale.ROOT);
    }

    private static String deed(PlannedTask task) {
        return task.getDeed().name().toLowerCase(Locale.ROOT);
    }
}
