package dev.banyan.agent.path;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.Ipv4Address;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A UDP socket whose packets are never cut up and may be larger than their route says: the JDK has no word for the second, and the route
 * says what was found the last time. Numbers are those of Linux, the same on every architecture the agent runs on. Never waits. For the
 * thread that opened it.
 */
final class WholeSocket implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int IPPROTO_IP = 0;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int IP_PMTUDISC_PROBE = 3;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int ECONNREFUSED = 111;
    private static final int SOCKADDR_SIZE = 16;
    private static final int ANSWER_MAX = 4_096;
    private static final ValueLayout.OfShort PORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt BITS = JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);

    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle SETSOCKOPT =
            call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle BIND = call("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle CONNECT = call("connect", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SEND = call("send", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle RECV = call("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle CLOSE = call("close", JAVA_INT, JAVA_INT);

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment state = arena.allocate(STATE);
    private final MemorySegment answer = arena.allocate(ANSWER_MAX);
    private final int descriptor;

    /** What one look for an answer found. */
    sealed interface Heard {
        record Packet(byte[] payload) implements Heard {}

        /** Nobody listens there. */
        record Refused() implements Heard {}

        record Nothing() implements Heard {}
    }

    private WholeSocket() {
        this.descriptor = (int) invoke(() -> (int) SOCKET.invokeExact(state, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    }

    /**
     * From {@code own} to {@code other}; the caller closes it.
     *
     * @throws HostException when this server lacks the address, or a way to the other
     */
    static WholeSocket open(Ipv4Address own, Ipv4Address other, int port) {
        var socket = new WholeSocket();
        try {
            socket.prepare(own, other, port);
            return socket;
        } catch (RuntimeException failed) {
            socket.close();
            throw failed;
        }
    }

    private void prepare(Ipv4Address own, Ipv4Address other, int port) {
        require(descriptor, "open a socket");
        var option = arena.allocateFrom(JAVA_INT, IP_PMTUDISC_PROBE);
        require(
                invoke(() -> (int)
                        SETSOCKOPT.invokeExact(state, descriptor, IPPROTO_IP, IP_MTU_DISCOVER, option, Integer.BYTES)),
                "set IP_MTU_DISCOVER");
        var from = name(own, 0);
        require(invoke(() -> (int) BIND.invokeExact(state, descriptor, from, SOCKADDR_SIZE)), "bind to " + own);
        var to = name(other, port);
        require(invoke(() -> (int) CONNECT.invokeExact(state, descriptor, to, SOCKADDR_SIZE)), "reach " + other);
    }

    private MemorySegment name(Ipv4Address address, int port) {
        var name = arena.allocate(SOCKADDR_SIZE);
        name.set(JAVA_SHORT, 0, (short) AF_INET);
        name.set(PORT, 2, (short) port);
        name.set(BITS, 4, address.bits());
        return name;
    }

    /** False when the kernel did not take it: it is larger than the link, or there is no way. */
    boolean send(byte[] payload) {
        var bytes = arena.allocateFrom(JAVA_BYTE, payload);
        return invoke(() -> (long) SEND.invokeExact(state, descriptor, bytes, (long) payload.length, MSG_DONTWAIT))
                == payload.length;
    }

    Heard receive() {
        long length = invoke(() -> (long) RECV.invokeExact(state, descriptor, answer, (long) ANSWER_MAX, MSG_DONTWAIT));
        if (length >= 0) {
            return new Heard.Packet(answer.asSlice(0, length).toArray(JAVA_BYTE));
        }
        return errno() == ECONNREFUSED ? new Heard.Refused() : new Heard.Nothing();
    }

    @Override
    public void close() {
        if (descriptor >= 0) {
            var ignored = invoke(() -> (int) CLOSE.invokeExact(state, descriptor));
        }
        arena.close();
    }

    private void require(long answer, String what) {
        if (answer < 0) {
            throw new HostException("could not " + what + ": errno " + errno());
        }
    }

    private int errno() {
        return (int) ERRNO.get(state, 0L);
    }

    private interface Native {
        long call() throws Throwable;
    }

    private static long invoke(Native function) {
        try {
            return function.call();
        } catch (Throwable failed) {
            throw new IllegalStateException("native call failed", failed);
        }
    }

    @SuppressWarnings("restricted") // Native access is what this class is for; the launchers enable it.
    private static MethodHandle call(String name, MemoryLayout answer, MemoryLayout... arguments) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(answer, arguments),
                Linker.Option.captureCallState("errno"));
    }
}
