package dev.banyan.agent.container.containerd.exec;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerException.Kind;
import dev.banyan.agent.container.containerd.tasks.v1.CloseIORequest;
import dev.banyan.agent.container.containerd.tasks.v1.DeleteProcessRequest;
import dev.banyan.agent.container.containerd.tasks.v1.KillRequest;
import dev.banyan.agent.container.containerd.tasks.v1.ResizePtyRequest;
import dev.banyan.agent.container.containerd.tasks.v1.WaitRequest;
import dev.banyan.agent.container.door.CommandSpec;
import dev.banyan.agent.container.door.RunningCommand;
import dev.banyan.runtime.env.Env;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** A command that containerd runs in a container. */
final class ExecutedCommand implements RunningCommand {
    private static final int SIGHUP = 1;
    private static final int SIGKILL = 9;

    /** Time to save one's work when the terminal goes. */
    private static final Duration HANG_UP_GRACE = Duration.ofSeconds(2);

    /** While containerd is away, which the command does not notice. */
    private static final Duration AGAIN = Duration.ofMillis(200);

    /** Of a command that containerd has forgotten. */
    private static final int KILLED = 128 + SIGKILL;

    private final Way way;
    private final Env env;
    private final Name name;
    private final Pipes pipes;
    private final long pid;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Container and command. */
    record Name(String container, String command) {
        @Override
        public String toString() {
            return "command " + command + " in container " + container;
        }
    }

    ExecutedCommand(Way way, Env env, Name name, Pipes pipes, long pid) {
        this.way = way;
        this.env = env;
        this.name = name;
        this.pipes = pipes;
        this.pid = pid;
    }

    @Override
    public OutputStream input() {
        return pipes.toCommand();
    }

    @Override
    public InputStream output() {
        return pipes.output();
    }

    @Override
    public InputStream errors() {
        return pipes.errors();
    }

    /** containerd holds the pipe open as well, so that its caller may come and go. */
    @Override
    public void endInput() throws InterruptedException {
        Pipes.close(pipes.toCommand());
        var request = CloseIORequest.newBuilder()
                .setContainerId(name.container())
                .setExecId(name.command())
                .setStdin(true)
                .build();
        unlessGone(
                "end the input of " + name, () -> way.tasks().apply(Way.SHORT).closeIO(request));
    }

    @Override
    public void resize(CommandSpec.Size size) throws InterruptedException {
        var request = ResizePtyRequest.newBuilder()
                .setContainerId(name.container())
                .setExecId(name.command())
                .setWidth(size.columns())
                .setHeight(size.rows())
                .build();
        unlessGone(
                "resize the terminal of " + name,
                () -> way.tasks().apply(Way.SHORT).resizePty(request));
    }

    @Override
    public int await() throws InterruptedException {
        var code = awaitFor(Duration.ofDays(1));
        while (code < 0) {
            code = awaitFor(Duration.ofDays(1));
        }
        return code;
    }

    /** Its exit code; negative when it goes on, or containerd is away. */
    private int awaitFor(Duration limit) throws InterruptedException {
        var request = WaitRequest.newBuilder()
                .setContainerId(name.container())
                .setExecId(name.command())
                .build();
        try {
            return way.calls()
                    .call("wait for " + name, () -> way.tasks().apply(limit).wait(request))
                    .getExitStatus();
        } catch (ContainerException refused) {
            if (refused.kind() == Kind.NOT_FOUND) {
                return KILLED;
            }
            if (refused.kind() == Kind.UNAVAILABLE) {
                var ignored = env.signal().await(AGAIN.compareTo(limit) < 0 ? AGAIN : limit);
                return -1;
            }
            throw refused;
        }
    }

    @Override
    public void hangUp() throws InterruptedException {
        signal(SIGHUP);
        long begun = env.time().nanos();
        int code = awaitFor(HANG_UP_GRACE);
        while (code < 0 && env.time().since(begun).compareTo(HANG_UP_GRACE) < 0) {
            code = awaitFor(HANG_UP_GRACE.minus(env.time().since(begun)));
        }
        // Also when it has ended: what it started in its session has no terminal any more.
        SessionProcesses.of(pid, name.container()).forEach(ProcessHandle::destroyForcibly);
        signal(SIGKILL);
    }

    @Override
    public void close() throws InterruptedException {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            signal(SIGKILL);
            var ignored = awaitFor(Way.SHORT);
            var request = DeleteProcessRequest.newBuilder()
                    .setContainerId(name.container())
                    .setExecId(name.command())
                    .build();
            unlessGone("forget " + name, () -> way.tasks().apply(Way.LONG).deleteProcess(request));
        } finally {
            pipes.close();
        }
    }

    private void signal(int number) throws InterruptedException {
        var request = KillRequest.newBuilder()
                .setContainerId(name.container())
                .setExecId(name.command())
                .setSignal(number)
                .build();
        unlessGone("signal " + name, () -> way.tasks().apply(Way.SHORT).kill(request));
    }

    private <T> void unlessGone(String what, java.util.function.Supplier<T> call) throws InterruptedException {
        try {
            T ignored = way.calls().call(what, call);
        } catch (ContainerException refused) {
            if (refused.kind() != Kind.NOT_FOUND
                    && !String.valueOf(refused.getMessage()).contains("process already finished")) {
                throw refused;
            }
        }
    }
}
