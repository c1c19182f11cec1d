package dev.banyan.agent.host;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.function.ToIntFunction;

/**
 * socket(2), bind(2) and close(2). The JDK's own server sockets listen as soon as they are bound, which is exactly what a held port must
 * not do. Numbers are those of Linux, the same on every architecture the agent runs on.
 */
final class NativeSockets {
    /** How bind(2) ended. */
    sealed interface Bound {
        record Socket(int descriptor) implements Bound {}

        record AddressInUse() implements Bound {}

        record NoSuchAddress() implements Bound {}
    }

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int EADDRINUSE = 98;
    private static final int EADDRNOTAVAIL = 99;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;
    private static final int SOCKADDR_SIZE = 16;
    private static final int SOCKADDR_IN6_SIZE = 28;
    private static final int IN6_ADDRESS = 8;
    private static final ValueLayout.OfShort PORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private static final ValueLayout.OfInt BITS = JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);

    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle BIND = call("bind", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SETSOCKOPT = call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle CLOSE = call("close", JAVA_INT);

    private NativeSockets() {}

    /**
     * A socket bound to {@code port} on {@code address}.
     *
     * <p>A TCP socket has SO_REUSEADDR while it is bound, since otherwise connections that a former server on the port left in TIME_WAIT
     * would keep it taken for a minute. It loses it at once: another program could listen beside a socket that has it.
     */
    static Bound bind(PortHold.Transport transport, Ipv4Address address, int port) {
        return bind(new Wanted(transport, AF_INET, port), name -> {
            name.set(BITS, 4, address.bits());
            return SOCKADDR_SIZE;
        });
    }

    /** As the other one, on an IPv6 address of sixteen octets, and none of IPv4; all zeros are all addresses. */
    static Bound bindIpv6(PortHold.Transport transport, byte[] address, int port) {
        return bind(new Wanted(transport, AF_INET6, port), name -> {
            MemorySegment.copy(MemorySegment.ofArray(address), 0, name, IN6_ADDRESS, address.length);
            return SOCKADDR_IN6_SIZE;
        });
    }

    private record Wanted(PortHold.Transport transport, int family, int port) {}

    /** {@code address} writes the address into the name, whose family and port are there, and answers how long the name is. */
    private static Bound bind(Wanted wanted, ToIntFunction<MemorySegment> address) {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            int descriptor = open(state, wanted);
            if (wanted.family == AF_INET6) {
                option(arena, state, descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1);
            }
            boolean reuse = wanted.transport == PortHold.Transport.TCP;
            if (reuse) {
                option(arena, state, descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
            }
            int errno = bind(arena, state, descriptor, wanted, address);
            if (errno == 0 && reuse) {
                option(arena, state, descriptor, SOL_SOCKET, SO_REUSEADDR, 0);
            }
            if (errno != 0) {
                close(descriptor);
            }
            return switch (errno) {
                case 0 -> new Bound.Socket(descriptor);
                case EADDRINUSE -> new Bound.AddressInUse();
                case EADDRNOTAVAIL -> new Bound.NoSuchAddress();
                default -> throw failed("bind to", wanted, errno);
            };
        } catch (HostException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("native call failed", e);
        }
    }

    private static int open(MemorySegment state, Wanted wanted) throws Throwable {
        int type = wanted.transport == PortHold.Transport.TCP ? SOCK_STREAM : SOCK_DGRAM;
        int descriptor = (int) SOCKET.invokeExact(state, wanted.family, type | SOCK_CLOEXEC, 0);
        if (descriptor < 0) {
            throw failed("open a socket for", wanted, errno(state));
        }
        return descriptor;
    }

    private static void option(Arena arena, MemorySegment state, int descriptor, int level, int name, int value)
            throws Throwable {
        var option = arena.allocateFrom(JAVA_INT, value);
        int set = (int) SETSOCKOPT.invokeExact(state, descriptor, level, name, option, Integer.BYTES);
        if (set != 0) {
            throw new HostException("could not set option " + name + " of a socket: errno " + errno(state));
        }
    }

    /** Zero, or the error's number. */
    private static int bind(
            Arena arena, MemorySegment state, int descriptor, Wanted wanted, ToIntFunction<MemorySegment> address)
            throws Throwable {
        var name = arena.allocate(SOCKADDR_IN6_SIZE);
        name.set(JAVA_SHORT, 0, (short) wanted.family);
        name.set(PORT, 2, (short) wanted.port);
        int length = address.applyAsInt(name);
        int bound = (int) BIND.invokeExact(state, descriptor, name, length);
        return bound == 0 ? 0 : errno(state);
    }

    static void close(int descriptor) {
        try (var arena = Arena.ofConfined()) {
            // Linux releases the descriptor whatever the answer; there is nothing to do about an error.
            int ignored = (int) CLOSE.invokeExact(arena.allocate(STATE), descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException("native call failed", e);
        }
    }

    private static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    private static HostException failed(String what, Wanted wanted, int errno) {
        return new HostException(
                "could not " + what + " " + wanted.transport + " port " + wanted.port + ": errno " + errno);
    }

    @SuppressWarnings("restricted") // Native access is what this class is for; the launchers enable it.
    private static MethodHandle call(String name, MemoryLayout... arguments) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(JAVA_INT, arguments),
                Linker.Option.captureCallState("errno"));
    }
}
