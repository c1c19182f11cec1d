package dev.banyan.cli.app;

import dev.banyan.api.source.Diagnostic;
import dev.banyan.cli.output.Document;
import dev.banyan.cli.output.Progress;
import dev.banyan.cli.progress.Addresses.Address;
import dev.banyan.cli.progress.Ending;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a change of an app ended, as a document for programs. Immutable; built up by the {@code with} methods.
 *
 * @param verb what was asked for, such as {@code up}
 * @param state {@code accepted} when nobody waited; {@code ready}, {@code gone}, {@code failed}, {@code unplaceable}, {@code superseded} or
 *     {@code timed-out} when somebody did; {@code refused} when nothing was changed
 * @param reason in words; empty when all is well
 */
public record ChangeOutcome(String verb, String app, String state, String reason, Map<String, Object> more) {
    public ChangeOutcome {
        more = Collections.unmodifiableMap(new LinkedHashMap<>(more));
    }

    /** Accepted, and nobody waits. */
    public static ChangeOutcome accepted(String verb, String app) {
        return new ChangeOutcome(verb, app, "accepted", "", Map.of());
    }

    /** Refused with every problem of the file; nothing was changed. */
    public static ChangeOutcome refused(String verb, List<Diagnostic> problems) {
        return new ChangeOutcome(verb, "", "refused", problems.size() + " problems", Map.of())
                .with("problems", problems.stream().map(ChangeOutcome::problem).toList());
    }

    /** Followed to its end. */
    public static ChangeOutcome of(String verb, String app, Ending ending) {
        return switch (ending) {
            case Ending.Ready ready -> plain(verb, app, "ready", "");
            case Ending.Gone gone -> plain(verb, app, "gone", "");
            case Ending.Superseded other -> plain(verb, app, "superseded", "release " + other.release() + " is wanted");
            case Ending.TimedOut timedOut -> plain(verb, app, "timed-out", "the cluster goes on by itself");
            case Ending.Blocked blocked ->
                plain(verb, app, "failed", blocked.service() + " waits for " + blocked.reason());
            case Ending.Unplaceable unplaceable ->
                plain(verb, app, "unplaceable", unplaceable.reasons())
                        .with("replica", AppItems.replica(unplaceable.task()));
            case Ending.Failed failed ->
                plain(verb, app, "failed", failed.task().status().getMessage())
                        .with("replica", AppItems.replica(failed.task()))
                        .with("last_output", failed.task().status().getLastOutputList());
        };
    }

    /** With one fact more. */
    public ChangeOutcome with(String name, Object value) {
        var grown = new LinkedHashMap<>(more);
        grown.put(name, value);
        return new ChangeOutcome(verb, app, state, reason, grown);
    }

    /** With how far each service is. */
    public ChangeOutcome withServices(List<Progress.Service> services) {
        return with("services", services.stream().map(ChangeOutcome::service).toList());
    }

    /** With where published ports answer. */
    public ChangeOutcome withAddresses(List<Address> addresses) {
        return with(
                "addresses",
                addresses.stream()
                        .map(address -> Map.of("service", address.service(), "url", address.url()))
                        .toList());
    }

    /** With the lengths of the phases, in milliseconds. */
    public ChangeOutcome withPhases(Map<String, Duration> phases) {
        var millis = new LinkedHashMap<String, Object>();
        phases.forEach((phase, length) -> millis.put(phase, length.toMillis()));
        return with("phases_ms", millis);
    }

    /** The document. */
    public Document document() {
        var item = new LinkedHashMap<String, Object>();
        item.put("verb", verb);
        item.put("app", app);
        item.put("state", state);
        item.put("reason", reason);
        item.putAll(more);
        return new Document("banyan.outcome/1", "outcome", item);
    }

    private static ChangeOutcome plain(String verb, String app, String state, String reason) {
        return new ChangeOutcome(verb, app, state, reason, Map.of());
    }

    private static Map<String, Object> service(Progress.Service service) {
        var item = new LinkedHashMap<String, Object>();
        item.put("service", service.name());
        item.put("wanted", service.wanted());
        item.put("running", service.running());
        item.put("ready", service.ready());
        item.put("waiting_for", service.waitingFor());
        return item;
    }

    private static Map<String, Object> problem(Diagnostic diagnostic) {
        var item = new LinkedHashMap<String, Object>();
        item.put("place", diagnostic.place());
        item.put("field", diagnostic.field());
        item.put("message", diagnostic.message());
        item.put("suggestion", diagnostic.suggestion().orElse(""));
        return item;
    }
}
