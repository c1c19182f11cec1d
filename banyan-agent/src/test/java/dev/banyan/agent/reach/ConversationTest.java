package dev.banyan.agent.reach;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.door.CommandSpec;
import dev.banyan.agent.container.door.RunningCommand;
import dev.banyan.api.parts.PartInput;
import dev.banyan.api.v1.ReachFailure;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.api.v1.TerminalSize;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Mailbox;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.simulation.Simulation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConversationTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    private final Simulation simulation = new Simulation(3);
    private final Env env = simulation.process("agent").env();
    private final FakePerson person = new FakePerson(env);
    private final Program program = new Program();
    private final List<ReachOutcome> outcomes = new ArrayList<>();

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void aPersonGetsAllThatWasWrittenBeforeTheEnd() {
        converse(0);
        inside(() -> {
            program.output.put(Optional.of("first "));
            program.errors.put(Optional.of("oh"));
            program.output.put(Optional.of("last"));
            program.exits.put(7);
            program.output.put(Optional.empty());
            program.errors.put(Optional.empty());
        });

        assertThat(outcomes).containsExactly(Outcomes.exited(7));
        assertThat(person.text()).isEqualTo("first last");
        assertThat(person.errors()).isEqualTo("oh");
        assertThat(person.seen()).first().isEqualTo(Outcomes.OPENED);
        assertThat(program.deeds).containsExactly("closed");
    }

    @Test
    void nobodyWaitsForWhatACommandHasLeftRunningWithItsOutput() {
        converse(0);
        inside(() -> {
            program.output.put(Optional.of("done"));
            program.exits.put(0);
        });

        assertThat(outcomes).containsExactly(Outcomes.exited(0));
        assertThat(person.text()).isEqualTo("done");
    }

    @Test
    void whatIsTypedArrivesAndAnEndIsOne() {
        converse(0);
        inside(() -> {
            person.types("ls\n");
            person.ends();
            person.ends();
            person.types("too late");
        });
        inside(() -> program.exits.put(0));

        assertThat(program.typed).asString().isEqualTo("ls\n");
        assertThat(program.deeds).containsExactly("input ended", "closed");
    }

    @Test
    void aCommandThatReadsNoMoreIsStillHeardAndMayBeLeft() {
        program.reads = false;
        converse(0);
        inside(() -> {
            person.types("nobody reads");
            person.types("this");
            person.does(ReachUp.newBuilder().setSize(TerminalSize.newBuilder().setRows(9)));
            person.does(ReachUp.newBuilder().setDetach(true));
        });

        assertThat(outcomes).containsExactly(Outcomes.done());
        assertThat(program.deeds).containsExactly("9 rows");
    }

    @Test
    void aTerminalThatKeepsItsSizeDoesNotMakeDeaf() {
        program.resizes = false;
        converse(0);
        inside(() -> {
            person.does(ReachUp.newBuilder().setSize(TerminalSize.newBuilder().setRows(9)));
            person.types("heard");
        });

        assertThat(program.typed).asString().isEqualTo("heard");
        assertThat(outcomes).isEmpty();
    }

    @Test
    void aCommandWhoseEndNobodyCanTellIsAFailureAndNoWaitForEver() {
        program.lost = true;
        converse(0);
        inside(() -> program.exits.put(0));

        assertThat(outcomes)
                .containsExactly(Outcomes.failed(ReachFailure.Kind.FAILED, "could not wait for it: odd answer"));
        assertThat(program.deeds).contains("closed");
    }

    @Test
    void aSessionInWhichNothingHappensIsEndedWithItsCommand() {
        converse(60_000);
        simulation.runFor(Duration.ofSeconds(50));
        inside(() -> person.types("still here"));
        simulation.runFor(Duration.ofSeconds(50));
        assertThat(outcomes).as("something went within a minute").isEmpty();

        simulation.runFor(Duration.ofSeconds(20));

        assertThat(outcomes)
                .containsExactly(Outcomes.failed(ReachFailure.Kind.IDLE, "nothing went either way for 60 s"));
        assertThat(program.deeds).containsExactly("hung up", "closed");
    }

    @Test
    void aCommandThatWasLeftGoesOnAndIsClosedOnceItEnds() {
        converse(0);
        inside(() -> {
            program.output.put(Optional.of("seen "));
            person.does(ReachUp.newBuilder().setDetach(true));
        });
        assertThat(outcomes).containsExactly(Outcomes.done());

        inside(() -> {
            program.output.put(Optional.of("unseen"));
            program.output.put(Optional.of("unseen too"));
        });
        assertThat(program.deeds).isEmpty();
        inside(() -> program.exits.put(0));

        assertThat(program.deeds).containsExactly("closed");
        assertThat(person.text()).isEqualTo("seen ");
        assertThat(program.output.size())
                .as("its output is taken, so that it does not stand still")
                .isZero();
    }

    private Task converse(long idleMs) {
        var session =
                env.tasks().spawn("session", () -> outcomes.add(new Conversation(env, program, person, idleMs).run()));
        simulation.runFor(Duration.ofMillis(10));
        return session;
    }

    private void inside(TaskSpawner.Body body) {
        var doing = env.tasks().spawn("test", body);
        simulation.runFor(SOON);
        assertThat(doing.failure()).isEmpty();
    }

    /** A command of which a test says what it does. */
    private final class Program implements RunningCommand {
        final Mailbox<Optional<String>> output = env.mailbox(4);
        final Mailbox<Optional<String>> errors = env.mailbox(4);
        final Mailbox<Integer> exits = env.mailbox(4);
        final ByteArrayOutputStream typed = new ByteArrayOutputStream();
        final List<String> deeds = new ArrayList<>();
        boolean reads = true;
        boolean resizes = true;
        boolean lost;

        @Override
        public OutputStream input() {
            return new OutputStream() {
                @Override
                public void write(int one) throws IOException {
                    if (!reads) {
                        throw new IOException("broken pipe");
                    }
                    typed.write(one);
                }
            };
        }

        @Override
        public InputStream output() {
            return stream(output);
        }

        @Override
        public InputStream errors() {
            return stream(errors);
        }

        private InputStream stream(Mailbox<Optional<String>> parts) {
            return new PartInput(() -> parts.take().map(ByteString::copyFromUtf8));
        }

        @Override
        public void endInput() {
            deeds.add("input ended");
        }

        @Override
        public void resize(CommandSpec.Size size) {
            if (!resizes) {
                throw new ContainerException(ContainerException.Kind.FAILED, "no terminal");
            }
            deeds.add(size.rows() + " rows");
        }

        @Override
        public int await() throws InterruptedException {
            int code = exits.take();
            if (lost) {
                throw new ContainerException(ContainerException.Kind.FAILED, "could not wait for it: odd answer");
            }
            return code;
        }

        @Override
        public void hangUp() {
            deeds.add("hung up");
        }

        @Override
        public void close() {
            deeds.add("closed");
        }
    }
}
