package dev.banyan.agent.probe;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.api.v1.Probe;
import dev.banyan.api.v1.ProbeResult.Outcome;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Tries by sockets of this server, from the gateway's address where the server has it. Thread-safe. */
public final class KernelWays implements Ways {
    private static final int NAMES = 53;

    /** The port for discarding: hardly anybody listens there, and a refusal is an answer too. */
    private static final int NOBODYS = 9;

    /** A refusal of a datagram comes within a packet's way there and back, or never. */
    private static final int REFUSAL_MAX_MS = 1_000;

    /** A datagram may be lost; who asks for names asks again as well. */
    private static final int ASKED_TIMES = 2;

    /** An answer that did not come in a second is probably lost; the rest of the time is for a slow one. */
    private static final int FIRST_ANSWER_MAX_MS = 1_000;

    private static final int ANSWER_MAX = 4_096;

    private final Ipv4Address gateway;
    private final InetSocketAddress names;
    private final Optional<AddressFamily> twins;

    /**
     * From {@code gateway}, or its twin.
     *
     * @param names where this agent's name server listens
     * @param twins the family of IPv6, where this server carries it
     */
    public KernelWays(Ipv4Address gateway, InetSocketAddress names, Optional<AddressFamily> twins) {
        this.gateway = gateway;
        this.names = names;
        this.twins = twins;
    }

    @Override
    public Finding attempt(Probe probe, Duration timeout) throws InterruptedException {
        int ms = (int) timeout.toMillis();
        var finding =
                switch (probe.getWay()) {
                    case TCP -> connect(place(probe, probe.getPort()), ms);
                    case ANSWER -> answers(place(probe, NOBODYS), ms);
                    case UDP -> datagram(place(probe, probe.getPort()), ms);
                    case NAME -> name(probe, ms);
                    case AGENT -> agent(place(probe, NAMES), ms);
                    case REVISION, WAY_UNSPECIFIED, UNRECOGNIZED -> Finding.of(Outcome.INVALID);
                };
        if (Thread.interrupted()) {
            throw new InterruptedException("nobody waits for what was tried");
        }
        return finding;
    }

    private InetSocketAddress place(Probe probe, int port) {
        return new InetSocketAddress(address(by(probe).of(Ipv4Address.parse(probe.getAddress()))), port);
    }

    /** Of which kind the addresses are that {@code probe} tries. */
    private AddressFamily by(Probe probe) {
        return twins.filter(family -> probe.getIpv6()).orElse(AddressFamily.IPV4);
    }

    /** Whence {@code to} is tried. */
    private InetSocketAddress from(InetSocketAddress to) {
        var family =
                twins.filter(twin -> to.getAddress() instanceof Inet6Address).orElse(AddressFamily.IPV4);
        return new InetSocketAddress(address(family.of(gateway)), 0);
    }

    private static InetAddress address(String text) {
        try {
            // A literal: no name is looked up.
            return InetAddress.getByName(text);
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException("not an address: " + text, impossible);
        }
    }

    private Finding connect(InetSocketAddress to, int ms) {
        try (var socket = new Socket()) {
            bind(socket, from(to));
            socket.connect(to, ms);
            return Finding.WELL;
        } catch (IOException failed) {
            return failure(failed);
        }
    }

    private static void bind(Socket socket, InetSocketAddress from) throws IOException {
        try {
            socket.bind(from);
        } catch (BindException elsewhere) {
            // With plain routes the gateway is an address of containers' links, and there is none yet.
        }
    }

    private static Finding failure(IOException failed) {
        var words = String.valueOf(failed.getMessage());
        return switch (failed) {
            case SocketTimeoutException late -> Finding.of(Outcome.TIMED_OUT);
            case NoRouteToHostException none -> new Finding(Outcome.UNREACHABLE, words);
            case PortUnreachableException refused -> Finding.of(Outcome.REFUSED);
            case ConnectException refused -> ofConnect(words);
            default -> new Finding(Outcome.FAILED, words);
        };
    }

    /** The JDK has one exception for several numbers of the kernel. */
    private static Finding ofConnect(String words) {
        var lower = words.toLowerCase(Locale.ROOT);
        if (lower.contains("refused")) {
            return Finding.of(Outcome.REFUSED);
        }
        return lower.contains("timed out") ? Finding.of(Outcome.TIMED_OUT) : new Finding(Outcome.UNREACHABLE, words);
    }

    private Finding answers(InetSocketAddress to, int ms) {
        var finding = connect(to, ms);
        return finding.outcome() == Outcome.REFUSED ? Finding.WELL : finding;
    }

    /** Silence says nothing of a datagram, so that the way to its address is tried first. */
    private Finding datagram(InetSocketAddress to, int ms) {
        var way = answers(to, ms);
        if (way.outcome() != Outcome.WELL) {
            return way;
        }
        try (var socket = socket(from(to))) {
            socket.setSoTimeout(Math.min(ms, REFUSAL_MAX_MS));
            socket.connect(to);
            // One byte, since the JDK sends no empty one.
            socket.send(new DatagramPacket(new byte[1], 1));
            socket.receive(new DatagramPacket(new byte[1], 1));
            return Finding.WELL;
        } catch (SocketTimeoutException silent) {
            return new Finding(Outcome.WELL, "not refused; whether it is heard cannot be told");
        } catch (IOException failed) {
            return failure(failed);
        }
    }

    private static DatagramSocket socket(InetSocketAddress from) throws SocketException {
        try {
            return new DatagramSocket(from);
        } catch (BindException elsewhere) {
            return new DatagramSocket();
        }
    }

    private Finding name(Probe probe, int ms) {
        var family = by(probe);
        var question = family.isIpv6() ? Question.ofIpv6(probe.getName()) : Question.of(probe.getName());
        var expected = probe.getAddressesList().stream()
                .map(Ipv4Address::parse)
                .map(family::of)
                .toList();
        // From loopback, since what goes there from the gateway's address is given another one, which may be told
        // nothing.
        try (var socket = new DatagramSocket()) {
            return Question.judge(ask(socket, question, names, ms), expected);
        } catch (SocketTimeoutException | PortUnreachableException silent) {
            return Finding.of(Outcome.NO_NAME_SERVER);
        } catch (IOException failed) {
            return failure(failed);
        }
    }

    /** Any answer is one: what it says is that agent's affair. */
    private Finding agent(InetSocketAddress to, int ms) {
        try (var socket = socket(from(to))) {
            var ignored = ask(socket, Question.of("internal"), to, ms);
            return Finding.WELL;
        } catch (SocketTimeoutException silent) {
            var way = answers(to, ms);
            return way.outcome() == Outcome.WELL ? Finding.of(Outcome.NO_NAME_SERVER) : way;
        } catch (PortUnreachableException refused) {
            return Finding.of(Outcome.NO_NAME_SERVER);
        } catch (IOException failed) {
            return failure(failed);
        }
    }

    private static org.xbill.DNS.Message ask(DatagramSocket socket, Question question, InetSocketAddress server, int ms)
            throws IOException {
        int first = Math.min(ms / ASKED_TIMES, FIRST_ANSWER_MAX_MS);
        socket.connect(server);
        var packet = question.packet();
        for (int asked = 1; true; asked++) {
            socket.setSoTimeout(asked == 1 ? first : ms - first);
            socket.send(new DatagramPacket(packet, packet.length));
            try {
                return heard(question, socket);
            } catch (SocketTimeoutException lost) {
                if (asked == ASKED_TIMES) {
                    throw lost;
                }
            }
        }
    }

    private static org.xbill.DNS.Message heard(Question question, DatagramSocket socket) throws IOException {
        while (true) {
            var packet = new DatagramPacket(new byte[ANSWER_MAX], ANSWER_MAX);
            socket.receive(packet);
            var answer = question.answer(java.util.Arrays.copyOf(packet.getData(), packet.getLength()));
            if (answer.isPresent()) {
                return answer.get();
            }
        }
    }
}
