package dev.banyan.agent.host.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** openat2(2), setns(2), mkfifo(3) and close(2). Numbers are those of Linux, the same on every architecture the agent runs on. */
final class Calls {
    static final int ENOENT = 2;
    static final int EAGAIN = 11;
    static final int ENOTDIR = 20;
    static final int ELOOP = 40;

    static final int AT_FDCWD = -100;
    static final long RESOLVE_NO_MAGICLINKS = 0x02;
    static final long RESOLVE_NO_SYMLINKS = 0x04;
    static final long RESOLVE_IN_ROOT = 0x10;

    private static final long OPENAT2 = 437;
    private static final long O_PATH = 0x200000;
    private static final long O_CLOEXEC = 0x80000;
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int OPEN_HOW_SIZE = 24;

    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SYSCALL = call(
            "syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    private static final MethodHandle SETNS = call("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle MKFIFO = call("mkfifo", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle CLOSE = call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private Calls() {}

    /** A descriptor of what {@code path} leads to from {@code directory}, good for naming it alone; or a negative error's number. */
    static int open(int directory, String path, long resolve) {
        return open(directory, path, O_PATH | O_CLOEXEC, resolve);
    }

    /** A descriptor for reading; or a negative error's number. */
    static int read(String path) {
        return open(AT_FDCWD, path, O_CLOEXEC, 0);
    }

    private static int open(int directory, String path, long flags, long resolve) {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            var how = arena.allocate(OPEN_HOW_SIZE, Long.BYTES);
            how.set(JAVA_LONG, 0, flags);
            how.set(JAVA_LONG, 16, resolve);
            long descriptor = (long) SYSCALL.invokeExact(
                    state, OPENAT2, (long) directory, arena.allocateFrom(path), how, (long) OPEN_HOW_SIZE);
            return descriptor < 0 ? -errno(state) : (int) descriptor;
        } catch (Throwable failed) {
            throw unexpected(failed);
        }
    }

    /** Moves the calling thread into a network; 0, or the error's number. */
    static int enterNetwork(int descriptor) {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            int done = (int) SETNS.invokeExact(state, descriptor, CLONE_NEWNET);
            return done == 0 ? 0 : errno(state);
        } catch (Throwable failed) {
            throw unexpected(failed);
        }
    }

    /** 0, or the error's number. */
    static int mkfifo(String path, int mode) {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            int done = (int) MKFIFO.invokeExact(state, arena.allocateFrom(path), mode);
            return done == 0 ? 0 : errno(state);
        } catch (Throwable failed) {
            throw unexpected(failed);
        }
    }

    static void close(int descriptor) {
        try (var arena = Arena.ofConfined()) {
            // Linux releases the descriptor whatever the answer; there is nothing to do about an error.
            int ignored = (int) CLOSE.invokeExact(arena.allocate(STATE), descriptor);
        } catch (Throwable failed) {
            throw unexpected(failed);
        }
    }

    private static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    private static IllegalStateException unexpected(Throwable failed) {
        return new IllegalStateException("native call failed", failed);
    }

    @SuppressWarnings("restricted") // Native access is what this class is for; the launchers enable it.
    private static MethodHandle call(String name, FunctionDescriptor function, Linker.Option... options) {
        var linker = Linker.nativeLinker();
        var all = new Linker.Option[options.length + 1];
        System.arraycopy(options, 0, all, 0, options.length);
        all[options.length] = Linker.Option.captureCallState("errno");
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), function, all);
    }
}
