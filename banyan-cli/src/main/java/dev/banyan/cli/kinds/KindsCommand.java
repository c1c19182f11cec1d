package dev.banyan.cli.kinds;

import dev.banyan.api.v1.KindDefinitionSpec;
import dev.banyan.api.v1.KindDefinitionStatus;
import dev.banyan.api.v1.RemoveKindRequest;
import dev.banyan.cli.cluster.ClusterApi;
import dev.banyan.cli.command.FormatOption;
import dev.banyan.cli.command.Program;
import dev.banyan.cli.output.Document;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.cli.output.Table;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists, shows and removes kinds that users defined. */
@Command(
        name = "kinds",
        description = "Lists the kinds that were registered; describe and rm show and remove one.",
        footer = {
            "",
            "Examples:",
            "  banyan-cli kinds",
            "  banyan-cli kinds describe cronjobs.example.com",
            "  banyan-cli kinds rm cronjobs.example.com --with-objects"
        })
final class KindsCommand implements Callable<Integer> {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    /** Objects go when their controllers let them; without one they stay. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Mixin
    private final FormatOption format = new FormatOption();

    private final Program program;

    KindsCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        try (var cluster = program.access().open()) {
            var rows = new ArrayList<List<String>>();
            var items = new ArrayList<Map<String, Object>>();
            for (var definition : Registered.all(cluster.store())) {
                int objects = Registered.count(cluster.store(), definition.name());
                items.add(item(definition, objects));
                rows.add(row(definition, objects));
            }
            var columns = List.of("KIND", "SCOPE", "VERSION", "OBJECTS", "WRITERS", "REPORTERS", "NOTE");
            format.print(program.console(), new Table(columns, rows), "banyan.kinds/1", items);
            return ExitCode.OK.number();
        }
    }

    @Command(name = "describe", description = "Shows a kind with its schemas, as JSON, or as YAML after -o yaml.")
    int describe(@Parameters(paramLabel = "KIND") String kind) {
        try (var cluster = program.access().open()) {
            var definition = Registered.find(cluster.store(), kind);
            var item = item(definition, Registered.count(cluster.store(), kind));
            var schemas = definition.spec().getSchemas();
            item.put("spec_schema", Tree.stored(Bytes.utf8(schemas.getSpec())));
            item.put("status_schema", Tree.stored(Bytes.utf8(schemas.getStatus())));
            program.console().data(format.text(new Document("banyan.kind/1", "kind", item)));
            return ExitCode.OK.number();
        }
    }

    @Command(name = "rm", description = "Forgets a kind that has no objects.")
    int rm(
            @Parameters(paramLabel = "KIND") String kind,
            @Option(names = "--with-objects", description = "Deletes its objects first, and waits until they are gone.")
                    boolean withObjects)
            throws InterruptedException {
        try (var cluster = program.access().open()) {
            var answer = cluster.remove(RemoveKindRequest.newBuilder()
                    .setKind(kind)
                    .setWithObjects(withObjects)
                    .build());
            return answer.getRemoved() || awaitEnd(cluster, kind) ? removed(kind) : waiting(cluster.store(), kind);
        }
    }

    private int removed(String kind) {
        program.console().say(kind + " is removed\n");
        return ExitCode.OK.number();
    }

    private int waiting(Store store, String kind) {
        program.console()
                .say(kind + " is being removed; " + Registered.count(store, kind)
                        + " of its objects wait for whoever finalizes them. See: banyan-cli get " + kind + "\n");
        return ExitCode.TIMEOUT.number();
    }

    private boolean awaitEnd(ClusterApi cluster, String kind) throws InterruptedException {
        var pause = program.env().signal();
        long begun = program.env().time().nanos();
        while (program.env().time().since(begun).compareTo(PATIENCE) < 0) {
            if (Registered.lookUp(cluster.store(), kind).isEmpty()) {
                return true;
            }
            var ignored = pause.await(LOOK_AGAIN);
        }
        return false;
    }

    private static List<String> row(Resource<KindDefinitionSpec, KindDefinitionStatus> definition, int objects) {
        var spec = definition.spec();
        return List.of(
                definition.name(),
                scope(spec),
                Integer.toString(spec.getVersion()),
                Integer.toString(objects),
                String.join(",", spec.getAccess().getSpecWritersList()),
                String.join(",", spec.getAccess().getStatusWritersList()),
                spec.getRemoval() == KindDefinitionSpec.Removal.NONE ? "" : "being removed");
    }

    private static Map<String, Object> item(
            Resource<KindDefinitionSpec, KindDefinitionStatus> definition, int objects) {
        var spec = definition.spec();
        var item = new LinkedHashMap<String, Object>();
        item.put("kind", definition.name());
        item.put("scope", scope(spec));
        item.put("version", spec.getVersion());
        item.put("objects", objects);
        item.put("author", spec.getAuthor());
        item.put("readers", spec.getAccess().getReadersList());
        item.put("spec_writers", spec.getAccess().getSpecWritersList());
        item.put("status_writers", spec.getAccess().getStatusWritersList());
        item.put("json", spec.hasSchemas());
        item.put("being_removed", spec.getRemoval() != KindDefinitionSpec.Removal.NONE);
        return item;
    }

    private static String scope(KindDefinitionSpec spec) {
        return spec.getScope().name().toLowerCase(Locale.ROOT);
    }
}
