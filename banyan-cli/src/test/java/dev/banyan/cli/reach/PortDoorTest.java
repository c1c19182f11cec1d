package dev.banyan.cli.reach;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.banyan.api.client.Joining;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachFailure;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.cli.FakeCluster;
import dev.banyan.cli.TestDeployments;
import dev.banyan.cli.cluster.ClusterAccess;
import dev.banyan.cli.cluster.ClusterApi;
import dev.banyan.cli.cluster.Passage;
import dev.banyan.cli.command.Program;
import dev.banyan.cli.context.Configuration;
import dev.banyan.cli.output.Console;
import dev.banyan.cli.output.Palette;
import dev.banyan.runtime.env.Mailbox;
import dev.banyan.runtime.env.SystemEnv;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections of this computer, through sessions that a test answers. */
class PortDoorTest {
    private final SystemEnv env = new SystemEnv();
    private final FakeCluster cluster = new FakeCluster(env);
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final ServerSocketChannel socket;

    PortDoorTest() throws IOException {
        socket = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @BeforeEach
    void listen() {
        cluster.apply(TestDeployments.apply("shop"));
        var running = TaskStatus.newBuilder().setState(TaskStatus.State.RUNNING).build();
        cluster.task("shop", "web", 0, "a1", running);
        var out = new PrintStream(said, true, StandardCharsets.UTF_8);
        var program = new Program(
                Map.of(),
                Path.of("."),
                InputStream.nullInputStream(),
                new Console(out, out, false, Palette.PLAIN),
                Configuration.of(Map.of()),
                new ClusterAccess() {
                    @Override
                    public ClusterApi open() {
                        return cluster;
                    }

                    @Override
                    public Joining.Joined join(List<String> endpoints, Joining.Newcomer newcomer) {
                        throw new AssertionError("nobody joins here");
                    }
                },
                action -> () -> {},
                env);
        var door = new PortDoor(program, cluster, new Target("web", OptionalInt.empty()), 80);
        env.tasks().spawn("door", () -> door.serve(socket));
    }

    @AfterEach
    void close() {
        PortDoor.close(socket);
    }

    @Test
    void carryBothWaysAndEndOneSideAtATime() throws IOException {
        cluster.letIn(request -> {
            assertThat(request.getForward().getPort()).isEqualTo(80);
            return new Echo();
        });
        try (var client = dial()) {
            client.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
            assertThat(client.getInputStream().readNBytes(5)).isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
            client.getOutputStream().write("more".getBytes(StandardCharsets.UTF_8));
            client.shutdownOutput();

            assertThat(client.getInputStream().readAllBytes()).isEqualTo("more".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void areCutOffWithTheReasonWhenNothingListens() throws IOException {
        cluster.letIn(request -> {
            var echo = new Echo();
            echo.answer(ReachDown.newBuilder()
                    .setOutcome(ReachOutcome.newBuilder()
                            .setFailure(ReachFailure.newBuilder()
                                    .setKind(ReachFailure.Kind.NOT_LISTENING)
                                    .setMessage("nothing listens on port 80")))
                    .build());
            return echo;
        });
        try (var client = dial()) {
            assertThat(ended(client)).isTrue();
        }
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("nothing listens on port 80");
    }

    /** Whether it ends with nothing, in peace or not. */
    private static boolean ended(Socket client) {
        try {
            return client.getInputStream().read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    private Socket dial() throws IOException {
        var address = (InetSocketAddress) socket.getLocalAddress();
        return new Socket(address.getAddress(), address.getPort());
    }

    /** Gives everything back, and ends when the other side has. */
    private final class Echo implements Passage {
        private final Mailbox<ReachDown> parts = env.mailbox(100);

        void answer(ReachDown part) {
            assertThat(parts.offer(part)).isTrue();
        }

        @Override
        public boolean send(ReachUp part) {
            if (part.hasEnd()) {
                answer(ReachDown.newBuilder().setEnd(true).build());
                answer(ReachDown.newBuilder()
                        .setOutcome(ReachOutcome.newBuilder().setDone(true))
                        .build());
            } else {
                answer(ReachDown.newBuilder()
                        .setData(ByteString.copyFrom(part.getData().toByteArray()))
                        .build());
            }
            return true;
        }

        @Override
        public Optional<ReachDown> receive(Duration atMost) throws InterruptedException {
            return parts.poll(atMost);
        }

        @Override
        public void close() {}
    }
}
