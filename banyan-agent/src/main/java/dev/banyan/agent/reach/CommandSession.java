package dev.banyan.agent.reach;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.door.CommandSpec;
import dev.banyan.agent.container.door.ContainerDoor;
import dev.banyan.agent.container.door.RunningCommand;
import dev.banyan.agent.host.process.SeenFiles;
import dev.banyan.agent.session.ReachSource.Person;
import dev.banyan.api.v1.ExecRequest;
import dev.banyan.api.v1.ReachFailure;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.api.v1.TerminalSize;
import dev.banyan.runtime.env.Env;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One command of a person in a container, from its beginning to its end or to his leaving. */
final class CommandSession {
    private static final Logger LOG = LoggerFactory.getLogger(CommandSession.class);
    private static final int ACCOUNTS_MAX = 1 << 20;
    private static final int SIZE_MAX = 10_000;
    private static final CommandSpec.Size USUAL = new CommandSpec.Size(24, 80);

    private final Env env;
    private final ContainerDoor door;
    private final Person person;

    CommandSession(Env env, ContainerDoor door, Person person) {
        this.env = env;
        this.door = door;
        this.person = person;
    }

    ReachOutcome run(String containerId, ExecRequest request) throws InterruptedException {
        if (request.getCommandList().isEmpty() || request.getCommand(0).isEmpty()) {
            return Outcomes.failed(ReachFailure.Kind.INVALID, "there is no command");
        }
        Optional<CommandSpec.User> user = Optional.empty();
        if (!request.getUser().isEmpty()) {
            user = user(containerId, request.getUser());
            if (user.isEmpty()) {
                return Outcomes.failed(
                        ReachFailure.Kind.ABSENT,
                        "the container knows no user or group \"" + request.getUser() + "\"; numbers need no name");
            }
        }
        try {
            return converse(door.begin(containerId, spec(request, user)), request.getIdleMs());
        } catch (ContainerException refused) {
            return notBegun(request.getCommand(0), refused);
        }
    }

    private static CommandSpec spec(ExecRequest request, Optional<CommandSpec.User> user) {
        return new CommandSpec(
                request.getCommandList(),
                request.getEnvironmentMap(),
                Optional.of(request.getDirectory()).filter(directory -> !directory.isEmpty()),
                user,
                request.getTerminal() ? Optional.of(size(request.getSize())) : Optional.empty(),
                request.getInput());
    }

    private static CommandSpec.Size size(TerminalSize told) {
        return told.getRows() == 0 || told.getColumns() == 0
                ? USUAL
                : new CommandSpec.Size(Math.min(told.getRows(), SIZE_MAX), Math.min(told.getColumns(), SIZE_MAX));
    }

    private Optional<CommandSpec.User> user(String containerId, String wanted) throws InterruptedException {
        try (var files = SeenFiles.of(door.process(containerId))) {
            return new Accounts(
                            files.text("/etc/passwd", ACCOUNTS_MAX).orElse(""),
                            files.text("/etc/group", ACCOUNTS_MAX).orElse(""))
                    .find(wanted);
        } catch (IOException unread) {
            return new Accounts("", "").find(wanted);
        }
    }

    private static ReachOutcome notBegun(String program, ContainerException refused) {
        var words = String.valueOf(refused.getMessage());
        if (refused.kind() != ContainerException.Kind.INVALID) {
            throw refused;
        }
        if (words.contains("chdir to cwd")) {
            return Outcomes.failed(ReachFailure.Kind.INVALID, "the container has no directory of that name to work in");
        }
        boolean absent = words.contains("not found") || words.contains("no such file");
        return absent
                ? Outcomes.failed(ReachFailure.Kind.NO_COMMAND, "the container has no program \"" + program + "\"")
                : Outcomes.failed(
                        ReachFailure.Kind.NOT_EXECUTABLE, "the container cannot run \"" + program + "\": " + words);
    }

    private ReachOutcome converse(RunningCommand command, long idleMs) throws InterruptedException {
        boolean over = false;
        try {
            var outcome = new Conversation(env, command, person, idleMs).run();
            over = true;
            return outcome;
        } finally {
            if (!over) {
                // This task is cancelled already, and what is to be done takes a while.
                env.tasks().spawn("hang up", () -> end(command));
            }
        }
    }

    private static void end(RunningCommand command) throws InterruptedException {
        try {
            command.hangUp();
        } catch (ContainerException failed) {
            LOG.atWarn().setCause(failed).log("cannot hang up");
        } finally {
            command.close();
        }
    }
}
