package dev.banyan.agent.dns;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Rcode;

/** Takes questions by UDP. What the cluster knows is answered as it comes; tasks of their own wait for others. */
public final class UdpDoor extends TaskComponent {
    private static final Logger LOG = LoggerFactory.getLogger(UdpDoor.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** A question is a few hundred bytes; what is longer is cut off and found malformed. */
    private static final int QUESTION_MAX = 4_096;

    /** Waiting for others; see {@code ForwardLimits}. */
    private static final int WAITING_MAX = 1_024;

    /** Some thousand questions: what comes while a core is busy elsewhere is not lost. */
    private static final int BUFFER = 2 << 20;

    private final Env env;
    private final Desk desk;
    private final InetSocketAddress address;
    private final Crew waiting;
    private final Signal pause;
    private volatile Health health = new Health(false, "not listening yet"); // written by the task

    /** At {@code address}, which is bound when the task runs. */
    public UdpDoor(Env env, Desk desk, InetSocketAddress address) {
        super(env, "names/udp");
        this.env = env;
        this.desk = desk;
        this.address = address;
        this.waiting = new Crew(env.tasks(), "names/ask", WAITING_MAX);
        this.pause = env.signal();
    }

    @Override
    protected Health working() {
        return health;
    }

    @Override
    protected void run() throws InterruptedException {
        try {
            while (true) {
                try (var channel = DatagramChannel.open()) {
                    channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
                    channel.bind(address);
                    health = new Health(true, "listening at " + address);
                    serve(channel);
                } catch (IOException failed) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                    health = Health.notReady(address + ": " + failed.getMessage());
                    LOG.atError()
                            .addKeyValue("address", address)
                            .setCause(failed)
                            .log("questions for names cannot be taken");
                }
                var ignored = pause.await(RETRY);
            }
        } finally {
            waiting.dismiss();
        }
    }

    private void serve(DatagramChannel channel) throws IOException {
        var allowance = new Allowance(env.time().nanos());
        var buffer = ByteBuffer.allocate(QUESTION_MAX);
        while (true) {
            buffer.clear();
            if (channel.receive(buffer) instanceof InetSocketAddress from
                    && from.getAddress() instanceof Inet4Address address4) {
                var asker = address(address4);
                if (allowance.admits(asker, env.time().nanos())) {
                    answer(channel, Arrays.copyOf(buffer.array(), buffer.position()), asker, from);
                }
            }
        }
    }

    /** No question may keep the others from being answered: who asked what cannot be handled is told to ask somebody else. */
    private void answer(DatagramChannel channel, byte[] packet, Ipv4Address asker, InetSocketAddress from)
            throws IOException {
        try {
            handle(channel, packet, asker, from);
        } catch (RuntimeException surprise) {
            LOG.atError().addKeyValue("asker", asker).setCause(surprise).log("a question for names cannot be handled");
            send(channel, Replies.complaint(packet, Rcode.SERVFAIL), from);
        }
    }

    static Ipv4Address address(Inet4Address address) {
        return new Ipv4Address(ByteBuffer.wrap(address.getAddress()).getInt());
    }

    private void handle(DatagramChannel channel, byte[] packet, Ipv4Address asker, InetSocketAddress from)
            throws IOException {
        switch (desk.handle(packet, asker)) {
            case Handling.Reply(var message, int limit) -> send(channel, message.toWire(limit), from);
            case Handling.Complaint(var header) -> send(channel, header, from);
            case Handling.Ask ask -> {
                // Without a task left nothing is said: who asks asks the other server next.
                var ignored = waiting.start(() -> send(channel, desk.ask(ask).toWire(ask.limit()), from));
            }
            case Handling.Silence() -> {}
        }
    }

    /** What cannot be sent is asked for again; the channel tells by itself when it is broken. */
    private static void send(DatagramChannel channel, byte[] wire, InetSocketAddress to) {
        try {
            var ignored = channel.send(ByteBuffer.wrap(wire), to);
        } catch (IOException lost) {
            LOG.atDebug().addKeyValue("asker", to).setCause(lost).log("an answer could not be sent");
        }
    }
}
