package dev.banyan.cli.reach;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.banyan.api.v1.TerminalSize;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The terminal at standard input: tcgetattr(3), tcsetattr(3), cfmakeraw(3) and ioctl(2), for Linux. */
final class Terminal {
    private static final int STANDARD_INPUT = 0;
    private static final int TCSADRAIN = 1;
    private static final long TIOCGWINSZ = 0x5413;

    /** A termios has 60 bytes. */
    private static final int TERMIOS_ROOM = 256;

    private static final MethodHandle TCGETATTR = call("tcgetattr", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle TCSETATTR =
            call("tcsetattr", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle CFMAKERAW = call("cfmakeraw", FunctionDescriptor.ofVoid(ADDRESS));
    private static final MethodHandle IOCTL = call(
            "ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), Linker.Option.firstVariadicArg(2));

    private Terminal() {}

    /** Every key goes through as it is pressed, until this is closed. */
    interface Raw extends AutoCloseable {
        @Override
        void close();
    }

    /** Empty when standard input is no terminal. */
    static Optional<Raw> raw() {
        try (var arena = Arena.ofConfined()) {
            var before = arena.allocate(TERMIOS_ROOM, Long.BYTES);
            if ((int) TCGETATTR.invokeExact(STANDARD_INPUT, before) != 0) {
                return Optional.empty();
            }
            var kept = before.toArray(JAVA_BYTE);
            CFMAKERAW.invokeExact(before);
            int ignored = (int) TCSETATTR.invokeExact(STANDARD_INPUT, TCSADRAIN, before);
            return Optional.of(() -> restore(kept));
        } catch (Throwable failed) {
            throw unexpected(failed);
        }
    }

    private static void restore(byte[] kept) {
        try (var arena = Arena.ofConfined()) {
            var before = arena.allocate(TERMIOS_ROOM, Long.BYTES);
            MemorySegment.copy(kept, 0, before, JAVA_BYTE, 0, kept.length);
            int ignored = (int) TCSETATTR.invokeExact(STANDARD_INPUT, TCSADRAIN, before);
        } catch (Throwable failed) {
            throw unexpected(failed);
        }
    }

    /** Its size now; empty when there is no terminal, or it does not know. */
    static Optional<TerminalSize> size() {
        try (var arena = Arena.ofConfined()) {
            var size = arena.allocate(8, Short.BYTES);
            int refused = (int) IOCTL.invokeExact(STANDARD_INPUT, TIOCGWINSZ, size);
            int rows = size.get(JAVA_SHORT, 0) & 0xFFFF;
            int columns = size.get(JAVA_SHORT, 2) & 0xFFFF;
            return refused != 0 || rows == 0 || columns == 0
                    ? Optional.empty()
                    : Optional.of(TerminalSize.newBuilder()
                            .setRows(rows)
                            .setColumns(columns)
                            .build());
        } catch (Throwable failed) {
            throw unexpected(failed);
        }
    }

    private static IllegalStateException unexpected(Throwable failed) {
        return new IllegalStateException("native call failed", failed);
    }

    @SuppressWarnings("restricted") // Native access is what this class is for; the launcher enables it.
    private static MethodHandle call(String name, FunctionDescriptor function, Linker.Option... options) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), function, options);
    }
}
