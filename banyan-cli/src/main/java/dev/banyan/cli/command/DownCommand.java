package dev.banyan.cli.command;

import dev.banyan.api.v1.RemoveRequest;
import dev.banyan.cli.app.AppVolumes;
import dev.banyan.cli.app.Apps;
import dev.banyan.cli.app.ChangeOutcome;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.cli.progress.DownJudge;
import dev.banyan.cli.progress.Ending;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Removes an app. */
@Command(
        name = "down",
        description = "Stops and removes an app, and waits until nothing of it runs.",
        footer = {"", "Examples:", "  banyan-cli down shop", "  banyan-cli down shop --volumes"})
final class DownCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "APP")
    private String app = "";

    @Option(names = "--volumes", description = "Deletes the app's volumes too, and the data in them.")
    private boolean volumes;

    @Mixin
    private final FollowOptions following = new FollowOptions();

    private final Program program;

    DownCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (var cluster = program.access().open()) {
            var found = Apps.find(cluster.store(), app);
            var request = RemoveRequest.newBuilder()
                    .setNamespace(Apps.NAMESPACE)
                    .setDeployment(app)
                    .setVolumes(volumes);
            var removed = cluster.remove(request.build());
            program.console().say(app + " is being removed\n");
            removed.getVolumesList()
                    .forEach(volume -> program.console().say("volume " + volume + " is being removed with its data\n"));
            if (!volumes) {
                AppVolumes.words(cluster.store(), app)
                        .forEach(words -> program.console().say(words + ", and is kept; --volumes removes it\n"));
            }
            if (following.detach()) {
                following.tell(program, ChangeOutcome.accepted("down", app));
                return ExitCode.OK.number();
            }
            try (var watch = FollowOptions.watch(program, cluster, app)) {
                var judge = new DownJudge(found.uid(), removed.getRevision());
                var ending = following.follow(program, watch, judge, (state, now) -> {});
                following.tell(program, ChangeOutcome.of("down", app, ending));
                if (ending instanceof Ending.Gone) {
                    program.console().say(app + " is gone\n");
                    return ExitCode.OK.number();
                }
                return new Outcomes(program, cluster.store(), app, "banyan-cli down " + app)
                        .report(ending)
                        .number();
            }
        }
    }
}
