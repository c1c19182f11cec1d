package dev.banyan.cli.volume;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.RemoveVolumeRequest;
import dev.banyan.api.v1.VolumeSpec;
import dev.banyan.api.v1.VolumeStatus;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.cli.app.Apps;
import dev.banyan.cli.cluster.ClusterApi;
import dev.banyan.cli.command.FormatOption;
import dev.banyan.cli.command.Program;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.cli.output.Table;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists, shows and removes volumes. */
@Command(
        name = "volume",
        description = {
            "Lists, shows and removes volumes.",
            "ls: all volumes, or those named. inspect: everything known of those named. rm: deletes those named, and the"
                    + " data in them; one that a task uses is refused."
        },
        footer = {
            "",
            "Examples:",
            "  banyan-cli volume ls",
            "  banyan-cli volume inspect shop.data",
            "  banyan-cli volume rm shop.data"
        })
final class VolumeCommand implements Callable<Integer> {
    /** What is done. */
    enum Deed {
        LS,
        INSPECT,
        RM;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    @Parameters(index = "0", paramLabel = "DEED", description = "What to do: ${COMPLETION-CANDIDATES}.")
    private Deed deed = Deed.LS;

    @Parameters(index = "1..*", paramLabel = "VOLUME", description = "Names of volumes, as volume ls shows them.")
    private List<String> names = List.of();

    @Option(
            names = "--force",
            description = "With rm: gives up a volume whose agent is lost or has left; the data stays on that server.")
    private boolean force;

    @Mixin
    private final FormatOption format = new FormatOption();

    private final Program program;

    VolumeCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        try (var cluster = program.access().open()) {
            return switch (deed) {
                case LS -> list(chosen(cluster.store()), cluster.store());
                case INSPECT -> inspect(chosen(cluster.store()), cluster.store());
                case RM -> remove(cluster);
            };
        }
    }

    /** The named volumes, or all of them; an unknown name is told. */
    private List<Resource<VolumeSpec, VolumeStatus>> chosen(Store store) {
        var all = store.list(Selection.of(Kinds.VOLUMES.name()).in(Apps.NAMESPACE), ReadAt.LATEST).objects().stream()
                .map(Kinds.VOLUMES::decode)
                .toList();
        var there = all.stream().map(Resource::name).toList();
        names.stream().filter(name -> !there.contains(name)).findFirst().ifPresent(name -> {
            throw new ApiException(
                    Reason.NOT_FOUND,
                    "there is no volume \"" + name + "\"; "
                            + (there.isEmpty() ? "there is none at all" : "there are: " + String.join(", ", there)));
        });
        return all.stream()
                .filter(volume -> names.isEmpty() || names.contains(volume.name()))
                .toList();
    }

    private int list(List<Resource<VolumeSpec, VolumeStatus>> volumes, Store store) {
        var uses = VolumeItems.uses(store);
        var rows = new ArrayList<List<String>>();
        for (var volume : volumes) {
            rows.add(List.of(
                    volume.name(),
                    volume.spec().getDeployment(),
                    volume.spec().getAgent(),
                    VolumeItems.state(volume, uses),
                    volume.status().getWaitingFor()));
        }
        var table = new Table(List.of("VOLUME", "APP", "AGENT", "STATE", "NOTE"), rows);
        format.print(program.console(), table, "banyan.volumes/1", VolumeItems.items(volumes, uses));
        return ExitCode.OK.number();
    }

    private int inspect(List<Resource<VolumeSpec, VolumeStatus>> volumes, Store store) {
        var rows = new ArrayList<List<String>>();
        var items = VolumeItems.items(volumes, VolumeItems.uses(store));
        for (Map<String, Object> item : items) {
            item.forEach((key, value) -> rows.add(List.of(key, "" + value)));
        }
        format.print(program.console(), new Table(List.of("FIELD", "VALUE"), rows), "banyan.volumes/1", items);
        return ExitCode.OK.number();
    }

    private int remove(ClusterApi cluster) {
        if (names.isEmpty()) {
            program.console().say("name the volumes to remove: banyan-cli volume rm VOLUME...\n");
            return ExitCode.USAGE.number();
        }
        for (var volume : chosen(cluster.store())) {
            cluster.remove(RemoveVolumeRequest.newBuilder()
                    .setNamespace(Apps.NAMESPACE)
                    .setVolume(volume.name())
                    .setForce(force)
                    .build());
            var agent = volume.spec().getAgent();
            program.console()
                    .say(
                            force
                                    ? volume.name() + " is given up; what " + agent + " has of it stays on its disk\n"
                                    : volume.name() + " is being removed; " + agent + " deletes its data\n");
        }
        return ExitCode.OK.number();
    }
}
