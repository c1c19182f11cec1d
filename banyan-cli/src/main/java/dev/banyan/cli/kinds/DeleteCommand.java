package dev.banyan.cli.kinds;

import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.cli.app.Apps;
import dev.banyan.cli.command.Program;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Deletes an object of a registered kind. */
@Command(
        name = "delete",
        description = "Deletes an object of a registered kind; it goes when whoever finalizes it is done.",
        footer = {"", "Example:", "  banyan-cli delete cronjobs.example.com nightly"})
final class DeleteCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "KIND")
    private String kind = "";

    @Parameters(index = "1", paramLabel = "NAME")
    private String name = "";

    private final Program program;

    DeleteCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        try (var cluster = program.access().open()) {
            var store = cluster.store();
            var key = Registered.key(Registered.find(store, kind), Apps.NAMESPACE, name);
            var object = store.get(key, ReadAt.LATEST)
                    .orElseThrow(() -> new ApiException(Reason.NOT_FOUND, key + " does not exist"));
            ApplyCommand.commit(store, new Write.Delete(key, object.meta().uid()));
            var waits = object.meta().finalizers();
            program.console()
                    .say(key
                            + (waits.isEmpty()
                                    ? " deleted\n"
                                    : " deleting; waits for " + String.join(", ", waits) + "\n"));
            return ExitCode.OK.number();
        }
    }
}
