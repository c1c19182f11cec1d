package dev.banyan.cli.network;

import dev.banyan.cli.command.FormatOption;
import dev.banyan.cli.command.Program;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.cli.output.Table;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows which ports of which servers are open to whom. */
@Command(
        name = "ports",
        description = {
            "Shows which ports of which servers are open to whom, and where they lead.",
            "A port that another program has on a server, or whose address no server has, has a note that says so."
        },
        footer = {"", "Examples:", "  banyan-cli ports", "  banyan-cli ports shop -o json"})
final class PortsCommand implements Callable<Integer> {
    @Parameters(index = "0", arity = "0..1", paramLabel = "APP", description = "Only those of this app.")
    private Optional<String> app = Optional.empty();

    @Mixin
    private final FormatOption format = new FormatOption();

    private final Program program;

    PortsCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        try (var cluster = program.access().open()) {
            var all = ClusterPorts.read(cluster.store());
            var services = all.services().stream()
                    .filter(service -> app.map(
                                    name -> service.spec().getDeployment().equals(name))
                            .orElse(true))
                    .toList();
            var ports = OpenPort.all(services, all.servers());
            format.print(
                    program.console(),
                    new Table(
                            OpenPort.COLUMNS, ports.stream().map(OpenPort::row).toList()),
                    "banyan.ports/1",
                    ports.stream().map(OpenPort::item).toList());
            return ExitCode.OK.number();
        }
    }
}
