package dev.banyan.agent.reach;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.door.CommandSpec;
import dev.banyan.agent.container.door.RunningCommand;
import dev.banyan.agent.session.ReachSource;
import dev.banyan.agent.session.ReachSource.Person;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachFailure;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.Task;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A person and a running command: what the one types, what the other writes, and who leaves first. */
final class Conversation {
    private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

    /** What a command left running has its output as well; when nothing comes for so long, nobody waits for more. */
    private static final Duration LAST_WORDS = Duration.ofMillis(500);

    /** As long as nobody asked for less. */
    private static final Duration PATIENCE = Duration.ofHours(1);

    private final Env env;
    private final RunningCommand command;
    private final Person person;
    private final Duration idle;
    private final Signal change;
    private volatile OptionalInt exit = OptionalInt.empty(); // written by the task that waits for it
    private volatile String lost = ""; // why nobody knows how it ends; written by the task that waits for it
    private volatile boolean detached; // written by the task that hears the person
    private volatile long busyNanos; // written by all who carry something

    /** What carries one stream of the command. */
    private final class Pump {
        private final InputStream from;
        private final boolean errors;
        private volatile boolean waiting; // for the command, not for the person
        private volatile long carried;

        Pump(InputStream from, boolean errors) {
            this.from = from;
            this.errors = errors;
        }

        private void run() throws InterruptedException {
            var buffer = new byte[ReachSource.PART_BYTES];
            try {
                for (int read = read(buffer); read >= 0; read = read(buffer)) {
                    busyNanos = env.time().nanos();
                    if (!detached && !person.send(part(buffer, read))) {
                        return;
                    }
                    carried++;
                }
            } catch (IOException closed) {
                // Nobody wants the rest.
            }
        }

        private int read(byte[] buffer) throws IOException {
            waiting = true;
            try {
                return from.read(buffer);
            } finally {
                waiting = false;
            }
        }

        private ReachDown part(byte[] buffer, int read) {
            return errors ? Outcomes.errors(buffer, read) : Outcomes.data(buffer, read);
        }

        /** Waits until all has been carried that there will be. */
        private void drain(Task task) throws InterruptedException {
            long before = -1;
            while (!task.join(LAST_WORDS)) {
                if (waiting && carried == before) {
                    return;
                }
                before = carried;
            }
        }
    }

    Conversation(Env env, RunningCommand command, Person person, long idleMs) {
        this.env = env;
        this.command = command;
        this.person = person;
        this.idle = idleMs <= 0 ? Duration.ZERO : Duration.ofMillis(idleMs);
        this.change = env.signal();
        this.busyNanos = env.time().nanos();
    }

    /** Returns when the command has ended, or the person has left it to itself. */
    ReachOutcome run() throws InterruptedException {
        if (!person.send(Outcomes.OPENED)) {
            throw new InterruptedException("the person has gone");
        }
        var pumps = List.of(new Pump(command.output(), false), new Pump(command.errors(), true));
        var carrying = pumps.stream()
                .map(pump -> env.tasks().spawn("output", pump::run))
                .toList();
        var watching = env.tasks().spawn("end of a command", this::watch);
        var hearing = env.tasks().spawn("input", this::hear);
        try {
            while (exit.isEmpty() && lost.isEmpty() && !detached && !overdue()) {
                var ignored = change.await(idle.isZero() ? PATIENCE : idle);
            }
            if (!lost.isEmpty()) {
                command.close();
                return Outcomes.failed(ReachFailure.Kind.FAILED, lost);
            }
            if (exit.isEmpty() && !detached) {
                command.hangUp();
                command.close();
                return Outcomes.failed(
                        ReachFailure.Kind.IDLE, "nothing went either way for " + idle.toSeconds() + " s");
            }
            if (detached) {
                env.tasks().spawn("a command that goes on", () -> outlive(pumps, carrying));
                return Outcomes.done();
            }
            for (int i = 0; i < pumps.size(); i++) {
                pumps.get(i).drain(carrying.get(i));
            }
            command.close();
            return Outcomes.exited(exit.getAsInt());
        } finally {
            hearing.cancel();
            // One that waits for a person who is gone waits for nobody.
            carrying.forEach(Task::cancel);
            if (!detached) {
                watching.cancel();
            }
        }
    }

    private boolean overdue() {
        return !idle.isZero() && env.time().since(busyNanos).compareTo(idle) >= 0;
    }

    private void watch() throws InterruptedException {
        try {
            exit = OptionalInt.of(command.await());
        } catch (ContainerException refused) {
            lost = String.valueOf(refused.getMessage());
        }
        change.raise();
    }

    /** Without a person: what it writes is nobody's, and its pipes go when it has ended. */
    private void outlive(List<Pump> pumps, List<Task> carrying) throws InterruptedException {
        for (int i = 0; i < pumps.size(); i++) {
            var pump = pumps.get(i);
            carrying.get(i).join();
            env.tasks().spawn("output of nobody", pump::run);
        }
        var ignored = command.await();
        command.close();
    }

    private void hear() throws InterruptedException {
        boolean reads = true;
        while (!detached) {
            var part = person.receive();
            busyNanos = env.time().nanos();
            switch (part.getPartCase()) {
                case DATA -> reads = reads && typed(part);
                case END -> {
                    if (reads) {
                        reads = false;
                        command.endInput();
                    }
                }
                case SIZE ->
                    resize(new CommandSpec.Size(
                            part.getSize().getRows(), part.getSize().getColumns()));
                case DETACH -> {
                    detached = true;
                    change.raise();
                }
                case OPEN, PART_NOT_SET -> {} // of a newer person
            }
        }
    }

    /** A terminal that keeps its size is no reason to hear nothing any more. */
    private void resize(CommandSpec.Size size) throws InterruptedException {
        try {
            command.resize(size);
        } catch (ContainerException refused) {
            LOG.atDebug().setCause(refused).log("a terminal keeps its size");
        }
    }

    /** False when the command reads no more. */
    private boolean typed(ReachUp part) {
        try {
            part.getData().writeTo(command.input());
            return true;
        } catch (IOException closed) {
            return false;
        }
    }
}
