package dev.banyan.cli.command;

import dev.banyan.api.v1.ScaleRequest;
import dev.banyan.cli.app.Apps;
import dev.banyan.cli.app.ChangeOutcome;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.cli.progress.UpJudge;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Changes how many replicas services have. */
@Command(
        name = "scale",
        description = "Changes how many replicas services have, and waits until they do.",
        footer = {"", "Example:", "  banyan-cli scale shop web=5 worker=2"})
final class ScaleCommand implements Callable<Integer> {
    private static final int REPLICAS_MAX = 1000;

    @Parameters(index = "0", paramLabel = "APP")
    private String app = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "SERVICE=N")
    private Map<String, Integer> replicas = Map.of();

    @Mixin
    private final FollowOptions following = new FollowOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Program program;

    ScaleCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() throws InterruptedException {
        replicas.forEach(this::check);
        try (var cluster = program.access().open()) {
            Apps.find(cluster.store(), app);
            var request = ScaleRequest.newBuilder()
                    .setNamespace(Apps.NAMESPACE)
                    .setDeployment(app)
                    .putAllReplicas(replicas)
                    .build();
            var scaled = cluster.scale(request);
            long release = Apps.find(cluster.store(), app).spec().getRelease();
            program.console().say(app + " scale accepted\n");
            if (following.detach()) {
                following.tell(program, ChangeOutcome.accepted("scale", app).with("release", release));
                return ExitCode.OK.number();
            }
            try (var watch = FollowOptions.watch(program, cluster, app)) {
                var judge = new UpJudge(release, scaled.getRevision());
                var ending = following.follow(program, watch, judge, (state, now) -> {});
                following.tell(
                        program,
                        ChangeOutcome.of("scale", app, ending)
                                .with("release", release)
                                .withServices(watch.state().services()));
                return new Outcomes(program, cluster.store(), app, "banyan-cli scale " + app)
                        .report(ending)
                        .number();
            }
        }
    }

    private void check(String service, int count) {
        if (count < 0 || count > REPLICAS_MAX) {
            CommandLine line = spec.commandLine();
            throw new ParameterException(line, service + " can have 0 to " + REPLICAS_MAX + " replicas, not " + count);
        }
    }
}
