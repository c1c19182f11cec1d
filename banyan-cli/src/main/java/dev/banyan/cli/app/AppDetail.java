package dev.banyan.cli.app;

import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.EventSpec;
import dev.banyan.api.v1.EventStatus;
import dev.banyan.api.v1.ServiceProgress;
import dev.banyan.cli.output.Document;
import dev.banyan.cli.output.Table;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One app with its services and what happened to it last.
 *
 * @param events the oldest first
 */
public record AppDetail(Resource<DeploymentSpec, DeploymentStatus> app, List<Resource<EventSpec, EventStatus>> events) {
    public AppDetail {
        events = List.copyOf(events);
    }

    /** The app of that name as it is now. */
    public static AppDetail read(Store store, String name) {
        return new AppDetail(Apps.find(store, name), AppEvents.recent(store, name));
    }

    /** All that is wanted is ready. */
    public boolean ready() {
        return "ready".equals(AppItems.app(app).get("state"));
    }

    /** As tables; {@code now} is what ages are counted from. */
    public String tables(Instant now) {
        var item = AppItems.app(app);
        var facts = List.of(
                List.of("app", app.name()),
                List.of("tags", String.join(" ", app.spec().getTagsList())),
                List.of("release", "" + item.get("release")),
                List.of("state", "" + item.get("state")));
        return new Table(List.of("FACT", "VALUE"), facts).render() + "\n"
                + services().render() + "\n" + AppEvents.table(events, now).render();
    }

    /** Labels have a column where there are any. */
    private Table services() {
        var services = app.status().getServicesList();
        boolean labelled = services.stream().anyMatch(service -> service.getLabelsCount() > 0);
        var columns = new ArrayList<>(List.of("SERVICE", "READY"));
        if (labelled) {
            columns.add("LABELS");
        }
        columns.add("WAITING FOR");
        return new Table(
                columns,
                services.stream().map(service -> row(service, labelled)).toList());
    }

    private static List<String> row(ServiceProgress service, boolean labelled) {
        var cells = new ArrayList<>(List.of(service.getService(), service.getReady() + "/" + service.getWanted()));
        if (labelled) {
            cells.add(new TreeMap<>(service.getLabelsMap())
                    .entrySet().stream()
                            .map(label -> label.getKey() + "=" + label.getValue())
                            .collect(Collectors.joining(",")));
        }
        cells.add(service.getWaitingFor());
        return cells;
    }

    /** As a document. */
    public Document document() {
        var item = new LinkedHashMap<>(AppItems.app(app));
        item.put(
                "events",
                events.stream().map(event -> AppEvents.item(event.spec())).toList());
        return new Document("banyan.app/1", "app", item);
    }
}
