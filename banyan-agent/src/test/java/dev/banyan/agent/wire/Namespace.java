package dev.banyan.agent.wire;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.HostCommand;
import dev.banyan.runtime.env.SystemEnv;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A named network namespace. */
public record Namespace(String name) {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final MethodHandle OPEN = call("open", ADDRESS, JAVA_INT);
    private static final MethodHandle SETNS = call("setns", JAVA_INT, JAVA_INT);
    private static final MethodHandle CLOSE = call("close", JAVA_INT);

    /** Runs {@code body} on a thread of its own inside this namespace: its sockets and the programs it starts belong to it. */
    public <T> T call(Callable<T> body) throws Exception {
        var task = new FutureTask<>(() -> {
            enter();
            return body.call();
        });
        Thread.ofPlatform().name(name).start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** The output of a program run inside; it must succeed. */
    public String run(String... arguments) throws Exception {
        return call(() -> commands().run(CommandLine.of(arguments)).require());
    }

    /** Feeds {@code input} to a program run inside; it must succeed. */
    public String feed(String input, String... arguments) throws Exception {
        return call(
                () -> commands().run(CommandLine.of(arguments).reading(input)).require());
    }

    /** Rules, routes and settings that an agent may change, for comparison; without counters. */
    public List<String> state() throws Exception {
        var state = new ArrayList<String>();
        state.addAll(run("nft", "-s", "list", "ruleset").lines().toList());
        state.addAll(run("ip", "-4", "route", "show", "table", "all").lines().toList());
        state.addAll(run("ip", "-4", "rule", "show").lines().toList());
        state.addAll(run("sysctl", "-a", "-r", "net.ipv4.(ip_forward$|conf.(all|eth0|lo))")
                .lines()
                .toList());
        state.addAll(run("ss", "-H", "-a", "-n", "-t", "-u").lines().toList());
        return state;
    }

    public static HostCommand commands() {
        return new HostCommand(new SystemEnv().tasks());
    }

    private void enter() throws Exception {
        try (var arena = Arena.ofConfined()) {
            int descriptor = (int) OPEN.invokeExact(arena.allocateFrom("/run/netns/" + name), 0);
            int entered = (int) SETNS.invokeExact(descriptor, CLONE_NEWNET);
            int closed = (int) CLOSE.invokeExact(descriptor);
            if (descriptor < 0 || entered != 0 || closed != 0) {
                throw new IllegalStateException("could not enter namespace " + name);
            }
        } catch (Exception e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("native call failed", e);
        }
    }

    @SuppressWarnings("restricted") // Entering a namespace is a system call.
    private static MethodHandle call(String name, MemoryLayout... arguments) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(JAVA_INT, arguments));
    }
}
