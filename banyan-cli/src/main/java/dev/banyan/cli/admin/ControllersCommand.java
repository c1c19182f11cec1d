package dev.banyan.cli.admin;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.ControllerSpec;
import dev.banyan.api.v1.ControllerStatus;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.api.wire.WireErrors;
import dev.banyan.cli.command.FormatOption;
import dev.banyan.cli.command.Program;
import dev.banyan.cli.output.Ages;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.cli.output.Table;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists and revokes the programs that extend the cluster. */
@Command(
        name = "controllers",
        description = "Lists the programs that extend the cluster; rm revokes one.",
        footer = {"", "Examples:", "  banyan-cli controllers", "  banyan-cli controllers rm cron"})
final class ControllersCommand implements Callable<Integer> {
    @Mixin
    private final FormatOption format = new FormatOption();

    private final Program program;

    ControllersCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        try (var cluster = program.access().open()) {
            var all = all(cluster.store());
            var now = program.env().time().now();
            var rows = all.stream()
                    .map(controller -> List.of(
                            controller.name(),
                            String.join(",", controller.spec().getReadsList()),
                            Ages.since(controller.spec().getCertificatesFromMs(), now)))
                    .toList();
            format.print(
                    program.console(),
                    new Table(List.of("CONTROLLER", "READS", "JOINED"), rows),
                    "banyan.controllers/1",
                    all.stream().map(ControllersCommand::item).toList());
            return ExitCode.OK.number();
        }
    }

    @Command(name = "rm", description = "Revokes a controller: its certificate is worth nothing from then on.")
    int rm(@Parameters(paramLabel = "NAME") String name) {
        try (var cluster = program.access().open()) {
            var store = cluster.store();
            var found = all(store).stream()
                    .filter(controller -> controller.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new ApiException(Reason.NOT_FOUND, "there is no controller " + name));
            var outcome = store.commit(Commit.of(new Write.Delete(found.key(), found.uid())));
            WireErrors.failure(outcome).ifPresent(failure -> {
                throw failure;
            });
            program.console().say(name + " is revoked; its kinds and their objects stay\n");
            return ExitCode.OK.number();
        }
    }

    private static List<Resource<ControllerSpec, ControllerStatus>> all(Store store) {
        return store.list(Selection.of(Kinds.CONTROLLERS.name()), ReadAt.LATEST).objects().stream()
                .map(Kinds.CONTROLLERS::decode)
                .toList();
    }

    private static Map<String, Object> item(Resource<ControllerSpec, ControllerStatus> controller) {
        var item = new LinkedHashMap<String, Object>();
        item.put("controller", controller.name());
        item.put("reads", controller.spec().getReadsList());
        item.put("joined_ms", controller.spec().getCertificatesFromMs());
        return item;
    }
}
