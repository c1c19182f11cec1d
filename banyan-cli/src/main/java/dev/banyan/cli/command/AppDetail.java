package dev.banyan.cli.command;

import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.EventSpec;
import dev.banyan.api.v1.EventStatus;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.cli.output.JsonOutput;
import dev.banyan.cli.output.Table;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Store;
import java.util.LinkedHashMap;
import java.util.List;

/** One app with its services and what happened to it last. */
final class AppDetail {
    private final Program program;
    private final FormatOption format;

    AppDetail(Program program, FormatOption format) {
        this.program = program;
        this.format = format;
    }

    /** OK when all that is wanted is ready. */
    ExitCode show(Store store, String name) {
        var app = Apps.find(store, name);
        var events = AppEvents.recent(store, name);
        var item = PsCommand.item(app);
        program.console().data(format.json() ? json(app, events) : tables(app, events));
        return "ready".equals(item.get("state")) ? ExitCode.OK : ExitCode.FAILED;
    }

    private String tables(
            Resource<DeploymentSpec, DeploymentStatus> app, List<Resource<EventSpec, EventStatus>> events) {
        var item = PsCommand.item(app);
        var facts = List.of(
                List.of("app", app.name()),
                List.of("tags", String.join(" ", app.spec().getTagsList())),
                List.of("release", "" + item.get("release")),
                List.of("state", "" + item.get("state")));
        var services = app.status().getServicesList().stream()
                .map(service -> List.of(
                        service.getService(), service.getReady() + "/" + service.getWanted(), service.getWaitingFor()))
                .toList();
        return new Table(List.of("FACT", "VALUE"), facts).render() + "\n"
                + new Table(List.of("SERVICE", "READY", "WAITING FOR"), services).render() + "\n"
                + AppEvents.table(events, program.env().time().now()).render();
    }

    private static String json(
            Resource<DeploymentSpec, DeploymentStatus> app, List<Resource<EventSpec, EventStatus>> events) {
        var item = new LinkedHashMap<>(PsCommand.item(app));
        item.put(
                "events",
                events.stream().map(event -> AppEvents.item(event.spec())).toList());
        return JsonOutput.document("banyan.app/1", "app", item);
    }
}
