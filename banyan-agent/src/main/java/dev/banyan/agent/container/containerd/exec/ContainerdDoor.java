package dev.banyan.agent.container.containerd.exec;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerException.Kind;
import dev.banyan.agent.container.containerd.containers.v1.Container;
import dev.banyan.agent.container.containerd.containers.v1.GetContainerRequest;
import dev.banyan.agent.container.containerd.tasks.v1.DeleteProcessRequest;
import dev.banyan.agent.container.containerd.tasks.v1.ExecProcessRequest;
import dev.banyan.agent.container.containerd.tasks.v1.GetRequest;
import dev.banyan.agent.container.containerd.tasks.v1.StartRequest;
import dev.banyan.agent.container.door.CommandSpec;
import dev.banyan.agent.container.door.ContainerDetails;
import dev.banyan.agent.container.door.ContainerDoor;
import dev.banyan.agent.container.door.RunningCommand;
import dev.banyan.runtime.env.Env;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ways into the containers of one cluster that containerd runs. Thread-safe. */
public final class ContainerdDoor implements ContainerDoor {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerdDoor.class);
    private static final String PROCESS_TYPE = "types.containerd.io/opencontainers/runtime-spec/1/Process";
    private static final int NAME_BYTES = 8;

    /** Variables that may be on a disk. */
    private static final Set<String> NO_SECRETS = Set.of("TERM");

    private final Way way;
    private final Env env;
    private final Path directory;

    /** @param directory for the pipes of commands: of this agent alone, and only root may enter */
    public ContainerdDoor(Way way, Env env, Path directory) {
        this.way = way;
        this.env = env;
        this.directory = directory;
    }

    @Override
    public RunningCommand begin(String containerId, CommandSpec command) throws InterruptedException {
        way.owned().require(containerId);
        var name = new ExecutedCommand.Name(
                containerId, "reach-" + HexFormat.of().formatHex(env.entropy().bytes(NAME_BYTES)));
        var container = spec(stored(containerId));
        boolean inMemory = way.environments().keep(containerId, name.command(), command.environment());
        if (!inMemory && !NO_SECRETS.containsAll(command.environment().keySet())) {
            throw new ContainerException(
                    Kind.INVALID,
                    "the environment of container " + containerId + " is not in memory, and variables that are given"
                            + " to a command would be written to the server's disk; leave -e out, or have the"
                            + " container replaced");
        }
        var process = ProcessSpec.of(container, command, inMemory ? Map.of() : command.environment());
        var pipes =
                Pipes.in(home(name), env, command.input(), command.terminal().isEmpty());
        boolean started = false;
        try {
            long pid = start(name, process, pipes, command.terminal().isPresent());
            started = true;
            return new ExecutedCommand(way, env, name, pipes, pid);
        } finally {
            if (started) {
                pipes.handedOver();
            } else {
                pipes.close();
            }
            // Whoever runs it has read it, or will not.
            way.environments().forget(containerId, name.command());
        }
    }

    @Override
    public long process(String containerId) throws InterruptedException {
        way.owned().require(containerId);
        return pid(containerId, "");
    }

    @Override
    public ContainerDetails details(String containerId) throws InterruptedException {
        way.owned().require(containerId);
        var container = stored(containerId);
        var process = running(containerId);
        var facts = new SpecFacts(spec(container));
        return new ContainerDetails(container.getImage(), process, started(process), facts.mounts(), facts.limits());
    }

    private OptionalLong running(String containerId) throws InterruptedException {
        try {
            return OptionalLong.of(pid(containerId, ""));
        } catch (ContainerException refused) {
            if (refused.kind() == Kind.NOT_FOUND) {
                return OptionalLong.empty();
            }
            throw refused;
        }
    }

    private static Optional<Instant> started(OptionalLong process) {
        return process.isEmpty()
                ? Optional.empty()
                : ProcessHandle.of(process.getAsLong())
                        .flatMap(handle -> handle.info().startInstant());
    }

    @Override
    public void sweep() throws InterruptedException {
        for (var container : entries(directory)) {
            for (var command : entries(container)) {
                var name = new ExecutedCommand.Name(
                        container.getFileName().toString(),
                        command.getFileName().toString());
                try {
                    end(name);
                } catch (ContainerException left) {
                    LOG.atWarn()
                            .addKeyValue("command", name)
                            .setCause(left)
                            .log("cannot end what is left of a command");
                }
            }
        }
    }

    /** The pipes go last: as long as they are there, the next sweep looks again. */
    private void end(ExecutedCommand.Name name) throws InterruptedException {
        try {
            long pid = pid(name.container(), name.command());
            var left = new ExecutedCommand(way, env, name, Pipes.left(home(name)), pid);
            left.hangUp();
            left.close();
        } catch (ContainerException refused) {
            if (refused.kind() != Kind.NOT_FOUND) {
                throw refused;
            }
        }
        way.environments().forget(name.container(), name.command());
        Pipes.remove(home(name));
    }

    private long start(ExecutedCommand.Name name, String process, Pipes pipes, boolean terminal)
            throws InterruptedException {
        var exec = ExecProcessRequest.newBuilder()
                .setContainerId(name.container())
                .setExecId(name.command())
                .setStdin(pipes.inputPath())
                .setStdout(pipes.outputPath())
                .setStderr(pipes.errorPath())
                .setTerminal(terminal)
                .setSpec(Any.newBuilder().setTypeUrl(PROCESS_TYPE).setValue(ByteString.copyFromUtf8(process)))
                .build();
        way.calls().call("prepare a command in container " + name.container(), () -> way.tasks()
                .apply(Way.SHORT)
                .exec(exec));
        var start = StartRequest.newBuilder()
                .setContainerId(name.container())
                .setExecId(name.command())
                .build();
        boolean started = false;
        try {
            long pid = way.calls()
                    .call(
                            "run a command in container " + name.container(),
                            () -> way.tasks().apply(Way.LONG).start(start))
                    .getPid();
            started = true;
            return pid;
        } finally {
            if (!started) {
                forget(name);
            }
        }
    }

    /** Of a command that was not started; whatever went wrong before is told, not this. */
    private void forget(ExecutedCommand.Name name) throws InterruptedException {
        var request = DeleteProcessRequest.newBuilder()
                .setContainerId(name.container())
                .setExecId(name.command())
                .build();
        try {
            way.calls()
                    .call("forget " + name, () -> way.tasks().apply(Way.SHORT).deleteProcess(request));
        } catch (ContainerException ignored) {
            LOG.atDebug().addKeyValue("command", name).setCause(ignored).log("not forgotten");
        }
    }

    private Container stored(String containerId) throws InterruptedException {
        var request = GetContainerRequest.newBuilder().setId(containerId).build();
        return way.calls()
                .call(
                        "look up container " + containerId,
                        () -> way.containers().get().get(request))
                .getContainer();
    }

    private static String spec(Container container) {
        return container.getSpec().getValue().toStringUtf8();
    }

    private long pid(String container, String command) throws InterruptedException {
        var request = GetRequest.newBuilder()
                .setContainerId(container)
                .setExecId(command)
                .build();
        long pid = way.calls()
                .call(
                        "look up the process of container " + container,
                        () -> way.tasks().apply(Way.SHORT).get(request))
                .getProcess()
                .getPid();
        if (pid == 0) {
            throw new ContainerException(Kind.NOT_FOUND, "container " + container + " does not run");
        }
        return pid;
    }

    private Path home(ExecutedCommand.Name name) {
        return directory.resolve(name.container()).resolve(name.command());
    }

    private static List<Path> entries(Path directory) {
        try (var entries = Files.list(directory)) {
            return entries.toList();
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException failed) {
            throw new ContainerException(Kind.FAILED, "could not look into " + directory, failed);
        }
    }
}
