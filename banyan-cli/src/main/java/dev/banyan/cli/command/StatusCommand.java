package dev.banyan.cli.command;

import dev.banyan.api.v1.ComponentHealth;
import dev.banyan.api.v1.StatusResponse;
import dev.banyan.api.v1.StoppedStore;
import dev.banyan.cli.app.AppDetail;
import dev.banyan.cli.output.Ages;
import dev.banyan.cli.output.Document;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.cli.output.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows the cluster and the engine that answers, or one app. */
@Command(
        name = "status",
        description =
                "Shows the cluster and the health of the engine that answers, or an app with its services and last"
                        + " events. Ends with 1 when a part is not ready.",
        footer = {"", "Examples:", "  banyan-cli status", "  banyan-cli status shop -o json"})
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private final FormatOption format = new FormatOption();

    @Parameters(arity = "0..1", paramLabel = "APP", description = "Name of an app; the cluster by default.")
    private Optional<String> app = Optional.empty();

    private final Program program;

    StatusCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        try (var cluster = program.access().open()) {
            if (app.isPresent()) {
                return detail(AppDetail.read(cluster.store(), app.get())).number();
            }
            var status = cluster.status();
            var text = format.forPrograms()
                    ? format.text(document(status))
                    : table(status, program.env().time().now());
            program.console().data(text);
            boolean ready =
                    !status.hasStopped() && status.getComponentsList().stream().allMatch(ComponentHealth::getReady);
            return (ready ? ExitCode.OK : ExitCode.FAILED).number();
        }
    }

    private ExitCode detail(AppDetail detail) {
        program.console()
                .data(
                        format.forPrograms()
                                ? format.text(detail.document())
                                : detail.tables(program.env().time().now()));
        return detail.ready() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static String table(StatusResponse status, Instant now) {
        var facts = new ArrayList<List<String>>();
        facts.add(List.of("cluster", status.getClusterId()));
        facts.add(List.of("engine", status.getEngine()));
        facts.add(List.of("engines", String.join(" ", status.getEnginesList())));
        facts.add(List.of("version", status.getVersion() + ", level " + status.getLevel()));
        facts.add(List.of("revision", "" + status.getRevision()));
        facts.add(List.of("certificate", certificate(status.getCertificateExpiresMs(), now)));
        if (status.hasStopped()) {
            facts.add(List.of("STOPPED", status.getStopped().getReason()));
        }
        var components = status.getComponentsList().stream()
                .map(part -> List.of(part.getName(), part.getReady() ? "yes" : "no", part.getDetail()))
                .toList();
        return new Table(List.of("FACT", "VALUE"), facts).render() + "\n"
                + new Table(List.of("COMPONENT", "READY", "DETAIL"), components).render();
    }

    private static String certificate(long expires, Instant now) {
        var left = Duration.between(now, Instant.ofEpochMilli(expires));
        return expires == 0 ? "" : left.isNegative() ? "has expired" : "good for " + Ages.of(left);
    }

    private static Document document(StatusResponse status) {
        var item = new LinkedHashMap<String, Object>();
        item.put("cluster", status.getClusterId());
        item.put("engine", status.getEngine());
        item.put("engines", status.getEnginesList());
        item.put("version", status.getVersion());
        item.put("level", status.getLevel());
        item.put("revision", status.getRevision());
        item.put("certificate_expires_ms", status.getCertificateExpiresMs());
        if (status.hasStopped()) {
            item.put("stopped", stopped(status.getStopped()));
        }
        item.put(
                "components",
                status.getComponentsList().stream()
                        .map(StatusCommand::component)
                        .toList());
        return new Document("banyan.status/1", "status", item);
    }

    private static Map<String, Object> stopped(StoppedStore stopped) {
        var item = new LinkedHashMap<String, Object>();
        item.put("reason", stopped.getReason());
        item.put("seen_revision", stopped.getSeen());
        item.put("found_revision", stopped.getFound());
        return item;
    }

    private static Map<String, Object> component(ComponentHealth part) {
        var item = new LinkedHashMap<String, Object>();
        item.put("component", part.getName());
        item.put("ready", part.getReady());
        item.put("detail", part.getDetail());
        return item;
    }
}
