package dev.banyan.api.events;

import dev.banyan.api.kinds.DeploymentName;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.EventSpec;
import dev.banyan.runtime.controller.RecordedEvent;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes recorded events into a store, one object a series. The sink of a process's recorder; called by its one task.
 *
 * <p>Throws {@link StoreException} when the store could not take them; the same events may be handed over again.
 */
public final class EventLog implements Consumer<List<RecordedEvent>> {
    /** The namespace of events about objects that have none. */
    public static final String CLUSTER_NAMESPACE = "default";

    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);

    private final Store store;
    private final String reporter;
    private final String namePrefix;

    private EventLog(Store store, String reporter, String namePrefix) {
        this.store = Objects.requireNonNull(store, "store");
        this.reporter = reporter;
        this.namePrefix = namePrefix;
    }

    /** The log of an engine. */
    public static EventLog ofEngine(Store store, String engine) {
        return new EventLog(store, "engine/" + engine, "");
    }

    /** The log of an agent: its events are named after it, which is what it may write. */
    public static EventLog ofAgent(Store store, String agent) {
        return new EventLog(store, reporterOfAgent(agent), agent + ".");
    }

    /** What an agent's events give as their reporter. */
    public static String reporterOfAgent(String agent) {
        return "agent/" + agent;
    }

    @Override
    public void accept(List<RecordedEvent> events) {
        for (int from = 0; from < events.size(); from += Commit.WRITES_MAX) {
            write(events.subList(from, Math.min(events.size(), from + Commit.WRITES_MAX)));
        }
    }

    /** New series land together, which is the usual case; a series that may be there already is looked at. */
    private void write(List<RecordedEvent> events) {
        var fresh = events.stream().filter(event -> event.count() == 1).toList();
        boolean created = !fresh.isEmpty() && create(fresh);
        for (var event : events) {
            if (!created || event.count() > 1) {
                put(event);
            }
        }
    }

    private boolean create(List<RecordedEvent> events) {
        var writes = events.stream()
                .<Write>map(event -> new Write.Create(draft(event)))
                .toList();
        return store.commit(new Commit(List.of(), writes)).written();
    }

    private void put(RecordedEvent event) {
        var draft = draft(event);
        var write = store.get(draft.key(), ReadAt.LATEST)
                .<Write>map(base -> new Write.Update(base, draft))
                .orElseGet(() -> new Write.Create(draft));
        switch (store.commit(Commit.of(write))) {
            case WriteOutcome.Written written -> {}
            case WriteOutcome.Unavailable away -> throw unavailable(away.reason());
            case WriteOutcome.Unknown unknown -> throw unavailable(unknown.reason());
            case WriteOutcome.Fenced fenced -> throw unavailable(fenced.toString());
            // Deleted for its age in between: as good as written.
            case WriteOutcome.Conflict overtaken -> {}
            case WriteOutcome.NotFound gone -> {}
            case WriteOutcome.AlreadyExists other -> {}
            case WriteOutcome.Rejected rejected -> dropped(event, rejected);
            case WriteOutcome.Denied denied -> dropped(event, denied);
            case WriteOutcome.TooLarge large -> dropped(event, large);
        }
    }

    /** Trying again would not help. */
    private static void dropped(RecordedEvent event, WriteOutcome outcome) {
        LOG.atWarn()
                .addKeyValue("object", event.about())
                .addKeyValue("reason", event.reason())
                .addKeyValue("outcome", outcome)
                .log("event is not accepted");
    }

    private static StoreException unavailable(String reason) {
        return new StoreException(StoreException.Reason.UNAVAILABLE, "events are not written: " + reason);
    }

    private Draft draft(RecordedEvent event) {
        var about = event.about();
        var namespace = about.namespace().equals(ObjectKey.CLUSTER_SCOPE) ? CLUSTER_NAMESPACE : about.namespace();
        var deployment = DeploymentName.owning(about).orElse("");
        var spec = EventSpec.newBuilder()
                .setObject(about.path())
                .setSeverity(severity(event))
                .setReason(event.reason())
                .setMessage(event.message())
                .setCount(event.count())
                .setFirstMs(event.first().toEpochMilli())
                .setLastMs(event.last().toEpochMilli())
                .setReporter(reporter)
                .setDeployment(deployment)
                .build();
        var labels = deployment.isEmpty() ? Map.<String, String>of() : Map.of(Labels.DEPLOYMENT, deployment);
        return Draft.of(
                        Kinds.EVENTS.key(namespace, namePrefix + event.series()),
                        Kinds.EVENTS.spec().encode(spec))
                .labelled(labels);
    }

    private static EventSpec.Severity severity(RecordedEvent event) {
        return switch (event.severity()) {
            case NORMAL -> EventSpec.Severity.NORMAL;
            case WARNING -> EventSpec.Severity.WARNING;
        };
    }
}
