package dev.banyan.cli.reach;

import dev.banyan.api.kinds.settings.NetworkMode;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.cli.cluster.ClusterApi;
import dev.banyan.cli.command.Program;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.runtime.resource.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets ports of this computer stand for those of a container. */
@Command(
        name = "port-forward",
        description = {
            "Lets ports of this computer stand for those of a container, until interrupted.",
            "Each connection goes to a replica that runs then, as if made from within the container."
        },
        footer = {
            "",
            "Examples:",
            "  banyan-cli port-forward db 5432",
            "  banyan-cli port-forward shop/web.1 8080:80 :9090"
        })
final class PortForwardCommand implements Callable<Integer> {
    @Option(names = "--index", paramLabel = "SLOT", description = "Which replica, from 0.")
    private @Nullable Integer index;

    @Parameters(
            index = "0",
            paramLabel = "[APP/]SERVICE[.SLOT]",
            description = "Whose container, or the name of a task.")
    private String where = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "[ADDRESS:]LOCAL:REMOTE",
            description = "Ports; :REMOTE takes one that is free, PORT alone the same at both ends. TCP.")
    private List<String> ports = List.of();

    private final Program program;

    PortForwardCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() throws InterruptedException {
        var mappings = new ArrayList<PortMapping>();
        try {
            ports.forEach(port -> mappings.add(PortMapping.parse(port)));
        } catch (IllegalArgumentException malformed) {
            program.console().say("banyan-cli: " + malformed.getMessage() + "\n");
            return ExitCode.USAGE.number();
        }
        var target = new Target(where, index == null ? OptionalInt.empty() : OptionalInt.of(index));
        try (var cluster = program.access().open()) {
            // A mistake is told at once, not with the first connection.
            linked(target.find(cluster.store()));
            return forward(cluster, target, mappings);
        }
    }

    private static void linked(Resource<TaskSpec, TaskStatus> task) {
        if (NetworkMode.of(task.spec().getContainer().getSettings()) == NetworkMode.HOST) {
            throw new ApiException(
                    Reason.REJECTED,
                    task.name() + " is on its server's network, where a port may be any program's; connect to agent "
                            + task.spec().getAssignment().getAgent() + " at its own address, or use exec");
        }
    }

    private int forward(ClusterApi cluster, Target target, List<PortMapping> mappings) throws InterruptedException {
        var open = new ArrayList<ServerSocketChannel>();
        try {
            for (var mapping : mappings) {
                open.add(listen(mapping));
            }
            for (int i = 0; i < mappings.size(); i++) {
                var door =
                        new PortDoor(program, cluster, target, mappings.get(i).remote());
                var socket = open.get(i);
                program.console()
                        .data(PortDoor.name(socket) + " -> " + target.words() + " port "
                                + mappings.get(i).remote() + "\n");
                program.env().tasks().spawn("forward", () -> door.serve(socket));
            }
            program.env().signal().await();
            return ExitCode.OK.number();
        } finally {
            open.forEach(PortDoor::close);
        }
    }

    private static ServerSocketChannel listen(PortMapping mapping) {
        try {
            return ServerSocketChannel.open().bind(new InetSocketAddress(mapping.address(), mapping.local()));
        } catch (IOException | RuntimeException taken) {
            throw new UncheckedIOException(
                    "cannot listen on " + mapping.address() + ":" + mapping.local() + ": " + taken.getMessage(),
                    taken instanceof IOException cause ? cause : new IOException(taken));
        }
    }
}
