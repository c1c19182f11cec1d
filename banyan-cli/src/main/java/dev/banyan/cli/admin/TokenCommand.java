package dev.banyan.cli.admin;

import dev.banyan.api.v1.CreateTokenRequest;
import dev.banyan.api.v1.Role;
import dev.banyan.cli.command.Program;
import dev.banyan.cli.output.ExitCode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes join tokens. */
@Command(
        name = "token",
        synopsisSubcommandLabel = "create",
        description = "Makes join tokens.",
        footer = {
            "",
            "Examples:",
            "  banyan-cli token create --role agent > agent.token",
            "  banyan-cli token create --role controller --name cron --read deployments > cron.token"
        })
final class TokenCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Program program;

    TokenCommand(Program program) {
        this.program = program;
    }

    /** What a token may be for. */
    enum TokenRole {
        admin(Role.ADMIN),
        agent(Role.AGENT),
        controller(Role.CONTROLLER);

        private final Role role;

        TokenRole(Role role) {
            this.role = role;
        }
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "say what to do: create");
    }

    @Command(name = "create", description = "Prints a token for one newcomer, and nothing else.")
    int create(
            @Option(names = "--role", required = true, description = "admin, agent or controller.") TokenRole role,
            @Option(
                            names = "--name",
                            defaultValue = "",
                            description = "For a controller: its name. One that bears it already is replaced.")
                    String name,
            @Option(
                            names = "--read",
                            paramLabel = "KIND",
                            description = "For a controller: a kind of Banyan's own that it may read; may be repeated.")
                    List<String> reads,
            @Option(
                            names = "--valid",
                            paramLabel = "SECONDS",
                            defaultValue = "0",
                            description = "60 to 86400; 900 by default.")
                    int seconds) {
        try (var cluster = program.access().open()) {
            var request = CreateTokenRequest.newBuilder()
                    .setRole(role.role)
                    .setName(name)
                    .setValidSeconds(seconds);
            if (reads != null) {
                request.addAllReads(reads);
            }
            program.console().data(cluster.createToken(request.build()).getToken() + "\n");
            return ExitCode.OK.number();
        }
    }
}
