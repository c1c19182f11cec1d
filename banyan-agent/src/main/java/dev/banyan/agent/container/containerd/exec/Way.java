package dev.banyan.agent.container.containerd.exec;

import dev.banyan.agent.container.containerd.containers.v1.ContainersGrpc.ContainersBlockingStub;
import dev.banyan.agent.container.containerd.tasks.v1.TasksGrpc.TasksBlockingStub;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The way to containerd.
 *
 * @param tasks stubs with a deadline
 * @param containers stubs with one
 * @param calls makes calls whose failures are explained
 * @param owned refuses containers of others, and those that are not there
 * @param environments that lie in memory
 */
public record Way(
        Function<Duration, TasksBlockingStub> tasks,
        Supplier<ContainersBlockingStub> containers,
        Calls calls,
        Owned owned,
        Environments environments) {
    /** For what containerd answers from memory. */
    static final Duration SHORT = Duration.ofSeconds(10);

    /** For what runs runc. */
    static final Duration LONG = Duration.ofSeconds(60);

    /** Makes calls. */
    @FunctionalInterface
    public interface Calls {
        /** {@code what} completes the sentence "could not ...". */
        <T> T call(String what, Supplier<T> call) throws InterruptedException;
    }

    /** Knows whose containers are whose. */
    @FunctionalInterface
    public interface Owned {
        void require(String containerId) throws InterruptedException;
    }

    /** Environments of containers, and of single commands in them. */
    public interface Environments {
        /** Keeps the container's with {@code more} over it for one command; false when the container has none in memory. */
        boolean keep(String containerId, String command, Map<String, String> more);

        /** Forgets it. Nothing happens when there is none. */
        void forget(String containerId, String command);
    }
}
