package dev.banyan.agent.reach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.ForwardRequest;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachFailure;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.env.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A person's connection, to a program on this computer in the place of one in a container. */
class PortSessionTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final long PID = 4711;

    private final SystemEnv env = new SystemEnv();
    private final FakePerson person = new FakePerson(env);
    private final List<String> dialled = new ArrayList<>();
    private final AtomicReference<ReachOutcome> outcome = new AtomicReference<>(ReachOutcome.getDefaultInstance());
    private final ServerSocketChannel program = socket();

    @BeforeEach
    void listen() throws IOException {
        program.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    }

    @AfterEach
    void close() throws IOException {
        program.close();
    }

    @Test
    void carriesBothWaysUntilBothHaveEnded() throws Exception {
        var bytes = new byte[200_000];
        new Random(3).nextBytes(bytes);
        var session = session(this::here);

        try (var taken = program.accept().socket()) {
            person.types("ping");
            assertThat(taken.getInputStream().readNBytes(4)).isEqualTo("ping".getBytes(StandardCharsets.UTF_8));
            taken.getOutputStream().write(bytes);
            taken.shutdownOutput();
            person.types("more"); // who has ended his side may still read
            person.ends();
            assertThat(taken.getInputStream().readAllBytes()).isEqualTo("more".getBytes(StandardCharsets.UTF_8));
        }

        assertThat(ended(session).getDone()).isTrue();
        assertThat(person.seen().getFirst().getOpened()).isTrue();
        assertThat(person.seen().stream().filter(ReachDown::hasEnd)).hasSize(1);
        assertThat(person.data()).isEqualTo(bytes);
    }

    @Test
    void saysThatAConnectionBroke() throws Exception {
        var session = session(this::here);

        try (var taken = program.accept()) {
            person.types("x");
            taken.socket().getInputStream().readNBytes(1);
            taken.setOption(StandardSocketOptions.SO_LINGER, 0); // its end is a reset
        }

        var failure = ended(session).getFailure();
        assertThat(failure.getKind()).isEqualTo(ReachFailure.Kind.FAILED);
        assertThat(failure.getMessage()).startsWith("the connection broke: ");
    }

    @Test
    void goesToTheNewerLoopbackWhenNothingListensOnTheOlder() throws Exception {
        var session = session((pid, family, address) -> {
            dialled(pid, family, address);
            if (family == StandardProtocolFamily.INET) {
                throw new ConnectException("refused");
            }
            return SocketChannel.open(program.getLocalAddress());
        });
        try (Socket taken = program.accept().socket()) {
            taken.shutdownOutput();
            person.ends();
        }

        assertThat(ended(session).getDone()).isTrue();
        assertThat(dialled).containsExactly("4711 INET 127.0.0.1:80", "4711 INET6 0:0:0:0:0:0:0:1:80");
    }

    @Test
    void saysThatNothingListensOnEither() throws Exception {
        var session = session((pid, family, address) -> {
            dialled(pid, family, address);
            if (family == StandardProtocolFamily.INET6) {
                throw new UnsupportedOperationException("this server has no IPv6");
            }
            throw new ConnectException("refused");
        });

        assertThat(ended(session).getFailure().getKind()).isEqualTo(ReachFailure.Kind.NOT_LISTENING);
        assertThat(outcome.get().getFailure().getMessage()).contains("port 80 ", "neither on 127.0.0.1 nor on ::1");
        assertThat(dialled).hasSize(2);
        assertThat(person.seen()).isEmpty();
    }

    @Test
    void whatElseGoesWrongIsNoSilentPort() throws Exception {
        var session = session((pid, family, address) -> {
            throw new IOException("no route to host");
        });

        assertThat(ended(session).getFailure().getKind()).isEqualTo(ReachFailure.Kind.FAILED);
        assertThat(outcome.get().getFailure().getMessage()).isEqualTo("could not connect to port 80: no route to host");
    }

    @Test
    void refusesWhatIsNoPortWithoutTrying() throws Exception {
        for (int port : new int[] {0, -1, 65_536}) {
            var refused = new PortSession(env, person, this::here)
                    .connect(PID, ForwardRequest.newBuilder().setPort(port).build());
            assertThat(refused.getFailure().getKind()).as("%d", port).isEqualTo(ReachFailure.Kind.INVALID);
        }
        assertThat(dialled).isEmpty();
    }

    @Test
    void aPersonWhoIsGoneLeavesNoConnection() throws Exception {
        var session = session(this::here);
        try (var taken = program.accept().socket()) {
            person.types("x");
            assertThat(taken.getInputStream().read()).isEqualTo('x');

            session.cancel();

            assertThat(taken.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(session.join(PATIENCE)).isTrue();
    }

    private static ServerSocketChannel socket() {
        try {
            return ServerSocketChannel.open();
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private SocketChannel here(long pid, ProtocolFamily family, InetSocketAddress address) throws IOException {
        dialled(pid, family, address);
        return SocketChannel.open(program.getLocalAddress());
    }

    private void dialled(long pid, ProtocolFamily family, InetSocketAddress address) {
        dialled.add(pid + " " + family + " " + address.getAddress().getHostAddress() + ":" + address.getPort());
    }

    private Task session(PortSession.Dialer dialer) {
        var request = ForwardRequest.newBuilder().setPort(80).build();
        return env.tasks()
                .spawn("session", () -> outcome.set(new PortSession(env, person, dialer).connect(PID, request)));
    }

    private ReachOutcome ended(Task session) throws InterruptedException {
        assertThat(session.join(PATIENCE)).as("the session ends").isTrue();
        return outcome.get();
    }
}
