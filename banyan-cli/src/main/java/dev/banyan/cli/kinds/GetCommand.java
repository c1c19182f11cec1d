package dev.banyan.cli.kinds;

import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.cli.app.Apps;
import dev.banyan.cli.command.FormatOption;
import dev.banyan.cli.command.Program;
import dev.banyan.cli.output.Ages;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.cli.output.JsonOutput;
import dev.banyan.cli.output.Table;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows objects of a registered kind. */
@Command(
        name = "get",
        description = "Shows the objects of a registered kind, or one of them.",
        footer = {
            "",
            "Examples:",
            "  banyan-cli get cronjobs.example.com",
            "  banyan-cli get cronjobs.example.com nightly -o json"
        })
final class GetCommand implements Callable<Integer> {
    /** More of a spec or status makes no readable line. */
    private static final int SHOWN_MAX = 60;

    @Parameters(index = "0", paramLabel = "KIND")
    private String kind = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "All objects by default.")
    private Optional<String> name = Optional.empty();

    @Mixin
    private final FormatOption format = new FormatOption();

    private final Program program;

    GetCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        try (var cluster = program.access().open()) {
            var objects = objects(cluster.store());
            var now = program.env().time().now();
            var rows = objects.stream().map(object -> row(object, now)).toList();
            var table = new Table(List.of("NAME", "GENERATION", "AGE", "SPEC", "STATUS"), rows);
            format.print(
                    program.console(),
                    table,
                    "banyan.objects/1",
                    objects.stream().map(GetCommand::item).toList());
            return ExitCode.OK.number();
        }
    }

    private List<StoredObject> objects(Store store) {
        var definition = Registered.find(store, kind);
        if (name.isEmpty()) {
            return store.list(Selection.of(kind), ReadAt.LATEST).objects();
        }
        var key = Registered.key(definition, Apps.NAMESPACE, name.get());
        return List.of(store.get(key, ReadAt.LATEST)
                .orElseThrow(() -> new ApiException(Reason.NOT_FOUND, key + " does not exist")));
    }

    private static List<String> row(StoredObject object, Instant now) {
        var meta = object.meta();
        return List.of(
                object.key().name() + (meta.deleting() ? " (deleting)" : ""),
                Long.toString(meta.generation()),
                Ages.of(Duration.between(meta.creationTime(), now)),
                shown(object.spec()),
                shown(object.status()));
    }

    private static String shown(Bytes content) {
        if (content.isEmpty()) {
            return "";
        }
        var line = JsonOutput.line(Tree.stored(content));
        return line.length() <= SHOWN_MAX ? line : line.substring(0, SHOWN_MAX) + "...";
    }

    static Map<String, Object> item(StoredObject object) {
        var meta = object.meta();
        var item = new LinkedHashMap<String, Object>();
        item.put("kind", object.key().kind());
        item.put("namespace", object.key().namespace());
        item.put("name", object.key().name());
        item.put("uid", meta.uid());
        item.put("generation", meta.generation());
        item.put("revision", meta.revision());
        item.put("created_ms", meta.creationTime().toEpochMilli());
        item.put("deleting", meta.deleting());
        item.put("labels", meta.labels());
        item.put("finalizers", meta.finalizers());
        item.put(
                "owners",
                meta.owners().stream().map(owner -> owner.key().path()).toList());
        item.put("spec", Tree.stored(object.spec()));
        item.put("status", Tree.stored(object.status()));
        return item;
    }
}
