package dev.banyan.cli.admin;

import dev.banyan.api.v1.AcceptRestoreRequest;
import dev.banyan.api.v1.StoppedStore;
import dev.banyan.cli.command.Program;
import dev.banyan.cli.output.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Decides for the whole cluster. */
@Command(
        name = "cluster",
        description =
                "accept-restore: goes on with a store that was restored from an older state. Says what that means, and does it"
                        + " with --yes.",
        footer = {"", "Examples:", "  banyan-cli cluster accept-restore", "  banyan-cli cluster accept-restore --yes"})
final class ClusterCommand implements Callable<Integer> {
    /** What can be decided. */
    enum Decision {
        ACCEPT_RESTORE;

        @Override
        public String toString() {
            return "accept-restore";
        }
    }

    @Parameters(index = "0", paramLabel = "DECISION", description = "What to decide: ${COMPLETION-CANDIDATES}.")
    private Decision decision = Decision.ACCEPT_RESTORE;

    @Option(names = "--yes", description = "Does it; without, only what it would mean is said.")
    private boolean yes;

    private final Program program;

    ClusterCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        return switch (decision) {
            case ACCEPT_RESTORE -> acceptRestore();
        };
    }

    private int acceptRestore() {
        try (var cluster = program.access().open()) {
            var status = cluster.status();
            if (!status.hasStopped()) {
                program.console()
                        .say("Nothing is stopped: the store has the history that " + status.getEngine() + " knows.\n");
                return ExitCode.OK.number();
            }
            var stopped = status.getStopped();
            if (!yes) {
                program.console().say(meaning(status.getEngine(), stopped));
                return ExitCode.FAILED.number();
            }
            var accepted = cluster.acceptRestore(AcceptRestoreRequest.newBuilder()
                    .setSeen(stopped.getSeen())
                    .setFound(stopped.getFound())
                    .build());
            program.console().say("accepted; all engines go on from revision " + accepted.getRevision() + "\n");
            return ExitCode.OK.number();
        }
    }

    private static String meaning(String engine, StoppedStore stopped) {
        var gone = stopped.getFound() < stopped.getSeen()
                ? "Revisions " + (stopped.getFound() + 1) + " to " + stopped.getSeen() + " are gone."
                : "Revisions up to " + stopped.getSeen() + " are gone in part; which ones cannot be told.";
        return engine + ": " + stopped.getReason() + ".\n\n"
                + gone + " If you accept that, the cluster becomes what the store says now:\n"
                + "  - what was deployed, scaled or removed in these revisions is as it was before them;\n"
                + "  - containers of tasks that the store does not know are stopped and removed;\n"
                + "  - agents and people that joined in these revisions have to join again.\n"
                + "Until then nothing is changed: what runs goes on, and every change is refused.\n\n"
                + "To go on with the store as it is:  banyan-cli cluster accept-restore --yes\n"
                + "To keep everything:  stop etcd, bring back the newer data, start it again\n";
    }
}
