package dev.banyan.cli.command;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.OverlayReport;
import dev.banyan.cli.cluster.AgentLabelling;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.cli.output.Table;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists the servers. */
@Command(
        name = "agents",
        description = "Lists the servers with their state and size; label says something of one, remove takes one out.",
        footer = {
            "",
            "Examples:",
            "  banyan-cli agents",
            "  banyan-cli agents -o json",
            "  banyan-cli agents label server-1 zone=eu disk-"
        })
final class AgentsCommand implements Callable<Integer> {
    @Mixin
    private final FormatOption format = new FormatOption();

    private final Program program;

    AgentsCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        try (var cluster = program.access().open()) {
            var store = cluster.store();
            var reports = store.list(Selection.of(Kinds.AGENT_REPORTS.name()), ReadAt.LATEST).objects().stream()
                    .map(Kinds.AGENT_REPORTS::decode)
                    .collect(Collectors.toMap(Resource::name, Resource<AgentReportSpec, AgentReportStatus>::status));
            var rows = new ArrayList<List<String>>();
            var items = new ArrayList<Map<String, Object>>();
            for (var object :
                    store.list(Selection.of(Kinds.AGENTS.name()), ReadAt.LATEST).objects()) {
                var agent = Kinds.AGENTS.decode(object);
                var report = reports.getOrDefault(agent.name(), AgentReportStatus.getDefaultInstance());
                rows.add(row(agent, report));
                items.add(item(agent, report));
            }
            var columns = List.of(
                    "AGENT", "STATE", "TAGS", "LABELS", "ADDRESS", "CPUS", "MEMORY", "PLATFORM", "VERSION", "NOTE");
            format.print(program.console(), new Table(columns, rows), "banyan.agents/1", items);
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "label",
            description = "Gives an agent labels, for placement to ask for: NAME=VALUE sets one, NAME- takes one away.")
    int label(
            @Parameters(paramLabel = "AGENT") String name,
            @Parameters(paramLabel = "NAME=VALUE", arity = "1..*") List<String> changes) {
        try (var cluster = program.access().open()) {
            var labelled = AgentLabelling.change(cluster.store(), name, changes);
            program.console().data(name + "  " + labels(labelled) + "\n");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "remove",
            description =
                    "Takes an agent out of the cluster for good: its certificate is worthless, and what ran there is"
                            + " replaced elsewhere. On a server that is there, banyan-agent leave does this and cleans up.")
    int remove(@Parameters(paramLabel = "AGENT") String name) {
        try (var cluster = program.access().open()) {
            AgentLabelling.remove(cluster.store(), name);
            program.console().data(name + " is removed\n");
            return ExitCode.OK.number();
        }
    }

    private static String labels(AgentSpec agent) {
        return new TreeMap<>(agent.getLabelsMap())
                .entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .collect(Collectors.joining(","));
    }

    private static List<String> row(Resource<AgentSpec, AgentStatus> agent, AgentReportStatus report) {
        var capacity = report.getCapacity();
        return List.of(
                agent.name(),
                state(agent) + (agent.spec().getCordoned() ? ",cordoned" : ""),
                String.join(",", agent.spec().getTagsList()),
                labels(agent.spec()),
                report.getHostAddress(),
                capacity.getCpuMilli() == 0 ? "" : cpus(capacity.getCpuMilli()),
                capacity.getMemoryBytes() == 0 ? "" : capacity.getMemoryBytes() / (1024 * 1024) + " MiB",
                report.getPlatform(),
                report.getVersion(),
                note(agent, report));
    }

    private static String note(Resource<AgentSpec, AgentStatus> agent, AgentReportStatus report) {
        return Stream.of(
                        report.getOverlay().getRefusal(),
                        report.getDataPlaneError(),
                        overlayError(report.getOverlay()),
                        agent.status().getMessage(),
                        isolation(report))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** One of before does not know how. */
    private static String isolation(AgentReportStatus report) {
        boolean old = !report.getIsolates() && !report.getVersion().isEmpty();
        return old ? "does not keep apps apart: upgrade it" : "";
    }

    private static String overlayError(OverlayReport overlay) {
        return overlay.getRefusal().isEmpty() ? String.join("; ", overlay.getProblemsList()) : overlay.getRefusal();
    }

    private static String cpus(long milli) {
        return BigDecimal.valueOf(milli, 3).stripTrailingZeros().toPlainString();
    }

    /** An agent that has never connected is neither ready nor lost. */
    private static String state(Resource<AgentSpec, AgentStatus> agent) {
        return switch (agent.status().getState()) {
            case READY, SUSPECT, LOST -> agent.status().getState().name().toLowerCase(Locale.ROOT);
            case STATE_UNSPECIFIED, UNRECOGNIZED -> "new";
        };
    }

    /** By kind, the names of each device, of which the first is its own. */
    private static Map<String, Object> devices(AgentReportStatus report) {
        var kinds = new LinkedHashMap<String, Object>();
        for (var kind : report.getDevicesList()) {
            kinds.put(
                    kind.getKind(),
                    kind.getDevicesList().stream()
                            .map(device -> Stream.concat(Stream.of(device.getName()), device.getAliasesList().stream())
                                    .toList())
                            .toList());
        }
        return kinds;
    }

    private static Map<String, Object> item(Resource<AgentSpec, AgentStatus> agent, AgentReportStatus report) {
        var item = new LinkedHashMap<String, Object>();
        item.put("agent", agent.name());
        item.put("state", state(agent));
        item.put("cordoned", agent.spec().getCordoned());
        item.put("tags", agent.spec().getTagsList());
        item.put("labels", new TreeMap<>(agent.spec().getLabelsMap()));
        item.put("address", report.getHostAddress());
        item.put("subnet", agent.spec().getSubnet());
        item.put("cpu_milli", report.getCapacity().getCpuMilli());
        item.put("memory_bytes", report.getCapacity().getMemoryBytes());
        item.put("platform", report.getPlatform());
        item.put("privileges", report.getPrivilegesList());
        item.put("devices", devices(report));
        item.put("device_problems", report.getDeviceProblemsList());
        item.put("version", report.getVersion());
        item.put("isolates", report.getIsolates());
        item.put("since_ms", agent.status().getSinceMs());
        item.put("message", agent.status().getMessage());
        item.put("applied_revision", report.getAppliedRevision());
        item.put("rules_digest", report.getRulesDigest());
        item.put("data_plane_error", report.getDataPlaneError());
        item.put("overlay_error", overlayError(report.getOverlay()));
        return item;
    }
}
