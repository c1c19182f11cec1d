package dev.banyan.cli.app;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.EventSpec;
import dev.banyan.api.v1.EventStatus;
import dev.banyan.cli.output.Ages;
import dev.banyan.cli.output.Table;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The events of one app or of all, as rows and as words. */
public final class AppEvents {
    /** As many as fit on a screen below what they explain. */
    private static final int RECENT_MAX = 10;

    private static final List<String> COLUMNS = List.of("LAST", "COUNT", "SEVERITY", "OBJECT", "REASON", "MESSAGE");

    private static final Comparator<Resource<EventSpec, EventStatus>> OLDEST_FIRST = Comparator.comparingLong(
                    (Resource<EventSpec, EventStatus> event) -> event.spec().getLastMs())
            .thenComparingLong(event -> event.meta().revision());

    private AppEvents() {}

    /** Events of one app, or of everything. */
    public static Selection selection(Optional<String> app) {
        var all = Selection.of(Kinds.EVENTS.name()).in(Apps.NAMESPACE);
        return app.map(name -> all.labelled(LabelSelector.of(Labels.DEPLOYMENT, name)))
                .orElse(all);
    }

    /** What a list answered, the oldest first. */
    public static List<Resource<EventSpec, EventStatus>> sorted(List<Resource<EventSpec, EventStatus>> events) {
        return events.stream().sorted(OLDEST_FIRST).toList();
    }

    /** The last events of an app, the oldest of them first. */
    public static List<Resource<EventSpec, EventStatus>> recent(Store store, String app) {
        var objects = store.list(selection(Optional.of(app)), ReadAt.LATEST).objects();
        var events = sorted(objects.stream().map(Kinds.EVENTS::decode).toList());
        return events.subList(Math.max(0, events.size() - RECENT_MAX), events.size());
    }

    /** The last events of an app in words, below a failure; nothing when they cannot be read: the failure is what counts. */
    public static String words(Store store, String app, Instant now) {
        try {
            var events = recent(store, app);
            return events.isEmpty()
                    ? ""
                    : "\nlast events of " + app + " (all of them: banyan-cli events " + app + ")\n"
                            + table(events, now).render().indent(2);
        } catch (StoreException unread) {
            return "";
        }
    }

    /** Events as a table; {@code now} is what ages are counted from. */
    public static Table table(List<Resource<EventSpec, EventStatus>> events, Instant now) {
        return new Table(
                COLUMNS,
                events.stream()
                        .map(event -> row(event.spec(), Ages.since(event.spec().getLastMs(), now)))
                        .toList());
    }

    /** The cells of one event; {@code when} is an age or a time. */
    public static List<String> row(EventSpec event, String when) {
        return List.of(
                when, "" + event.getCount(), severity(event), object(event), event.getReason(), event.getMessage());
    }

    /** One event as a document. */
    public static Map<String, Object> item(EventSpec event) {
        var item = new LinkedHashMap<String, Object>();
        item.put("object", event.getObject());
        item.put("app", event.getDeployment());
        item.put("severity", severity(event));
        item.put("reason", event.getReason());
        item.put("message", event.getMessage());
        item.put("count", event.getCount());
        item.put("first_ms", event.getFirstMs());
        item.put("last_ms", event.getLastMs());
        item.put("reporter", event.getReporter());
        return item;
    }

    /** Kind and name: there is one namespace. */
    private static String object(EventSpec event) {
        var parts = event.getObject().split("/", -1);
        return parts.length == 3 ? parts[0] + "/" + parts[2] : event.getObject();
    }

    private static String severity(EventSpec event) {
        return event.getSeverity().name().toLowerCase(Locale.ROOT);
    }
}
