package dev.banyan.cli.app;

import dev.banyan.api.v1.AgentRefusal;
import dev.banyan.api.v1.PlanResponse;
import dev.banyan.api.v1.PlannedService;
import dev.banyan.api.v1.PlannedTask;
import dev.banyan.cli.output.Document;
import dev.banyan.cli.output.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What an {@code up} would do, as tables and as a document. */
public record PlanDetail(PlanResponse plan) {
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
        return services.render() + "\n" + tasks.render() + ports();
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
