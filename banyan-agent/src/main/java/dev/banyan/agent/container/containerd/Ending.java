package dev.banyan.agent.container.containerd;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerException.Kind;
import dev.banyan.agent.container.ContainerExit;
import dev.banyan.agent.container.StopOutcome;
import dev.banyan.agent.container.StopSignal;
import dev.banyan.agent.container.containerd.tasks.v1.KillRequest;
import dev.banyan.agent.container.containerd.tasks.v1.WaitRequest;
import dev.banyan.agent.container.cri.v1.ContainerState;
import dev.banyan.agent.container.cri.v1.ContainerStatus;
import dev.banyan.agent.container.cri.v1.StopContainerRequest;
import dev.banyan.runtime.env.Env;
import java.time.Duration;
import java.util.Optional;

/** Brings running containers to their end: the wanted signal, the grace, then the one that cannot be refused. Thread-safe. */
final class Ending {
    /** CRI takes note of an end a few milliseconds after containerd knows it. */
    private static final Duration NOTICE_INTERVAL = Duration.ofMillis(5);

    /** After this long containerd is stuck, and the caller should try again later. */
    private static final Duration NOTICE_LIMIT = Duration.ofSeconds(20);

    /** Looks up a container in CRI. */
    @FunctionalInterface
    interface Lookup {
        Optional<ContainerStatus> find(String id) throws InterruptedException;
    }

    private final Connection connection;
    private final Env env;
    private final Lookup lookup;

    Ending(Connection connection, Env env, Lookup lookup) {
        this.connection = connection;
        this.env = env;
        this.lookup = lookup;
    }

    StopOutcome end(String id, StopSignal signal, Duration grace) throws InterruptedException {
        long start = env.time().nanos();
        if (!send(id, signal) || awaitEnd(id, grace.minus(env.time().since(start)))) {
            return noticed(id).<StopOutcome>map(StopOutcome.Stopped::new).orElseGet(StopOutcome.NotRunning::new);
        }
        return kill(id);
    }

    /** CRI's own stop without patience; it also copes with containers whose task is lost. */
    StopOutcome kill(String id) throws InterruptedException {
        var request = StopContainerRequest.newBuilder().setContainerId(id).build();
        connection.call(
                "kill container " + id,
                () -> connection.runtime(Connection.LONG).stopContainer(request));
        return noticed(id).<StopOutcome>map(StopOutcome.Killed::new).orElseGet(StopOutcome.NotRunning::new);
    }

    /** False when the container has no process any more. */
    private boolean send(String id, StopSignal signal) throws InterruptedException {
        var request = KillRequest.newBuilder()
                .setContainerId(id)
                .setSignal(signal.number())
                .build();
        try {
            connection.call(
                    "signal container " + id,
                    () -> connection.tasks(Connection.SHORT).kill(request));
            return true;
        } catch (ContainerException refusal) {
            if (refusal.kind() == Kind.NOT_FOUND) {
                return false;
            }
            throw refusal;
        }
    }

    /** True when it ended; false when {@code grace} passed, also when containerd was away for the rest of it. */
    private boolean awaitEnd(String id, Duration grace) throws InterruptedException {
        if (!grace.isPositive()) {
            return false;
        }
        long start = env.time().nanos();
        var request = WaitRequest.newBuilder().setContainerId(id).build();
        try {
            connection.call(
                    "wait for the end of container " + id,
                    () -> connection.tasks(grace).withWaitForReady().wait(request));
            return true;
        } catch (ContainerException refusal) {
            return switch (refusal.kind()) {
                case NOT_FOUND -> true;
                case UNAVAILABLE -> awaitEndAgain(id, grace.minus(env.time().since(start)));
                case NOT_OWNED, NAME_RESERVED, INVALID, FAILED -> throw refusal;
            };
        }
    }

    /** The rest of the grace after the connection broke; the pause keeps a refusing containerd from being asked in a tight loop. */
    private boolean awaitEndAgain(String id, Duration rest) throws InterruptedException {
        if (!rest.isPositive()) {
            return false;
        }
        pause(NOTICE_INTERVAL.multipliedBy(20));
        return awaitEnd(id, rest.minus(NOTICE_INTERVAL.multipliedBy(20)));
    }

    private Optional<ContainerExit> noticed(String id) throws InterruptedException {
        long start = env.time().nanos();
        while (true) {
            var status = lookup.find(id);
            if (status.isEmpty()) {
                return Optional.empty();
            }
            if (status.get().getState() == ContainerState.CONTAINER_EXITED) {
                return status.map(ContainerConfigs::exit);
            }
            if (env.time().since(start).compareTo(NOTICE_LIMIT) > 0) {
                throw new ContainerException(
                        Kind.UNAVAILABLE, "container " + id + " was stopped but is still listed as running");
            }
            pause(NOTICE_INTERVAL);
        }
    }

    private void pause(Duration duration) throws InterruptedException {
        env.signal().await(duration);
    }
}
