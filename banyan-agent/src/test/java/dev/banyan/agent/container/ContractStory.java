package dev.banyan.agent.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.container.ContainerRuntimeContract.Home;
import dev.banyan.runtime.env.SystemEnv;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** One case of the contract: a cluster of its own with one sandbox, and what was heard of it. */
final class ContractStory {
    /** Far beyond what anything here takes; reached only when something is broken. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final SystemEnv env = new SystemEnv();
    private final Home home;
    private final String cluster;
    private final ContainerRuntime runtime;
    private final ObservedSandbox sandbox;
    private final List<ContainerEvent> events = new CopyOnWriteArrayList<>();

    ContractStory(Home home) throws InterruptedException {
        this.home = home;
        this.cluster = home.freshCluster();
        this.runtime = home.of(cluster);
        assertThat(runtime.pull(home.image())).isNotInstanceOf(PullOutcome.Failed.class);
        this.sandbox = runtime.runSandbox(home.sandbox());
    }

    String cluster() {
        return cluster;
    }

    ContainerRuntime runtime() {
        return runtime;
    }

    ObservedSandbox sandbox() {
        return sandbox;
    }

    List<ContainerEvent> events() {
        return new ArrayList<>(events);
    }

    ContainerSpec spec(String name, List<String> command) {
        return ContainerSpec.of(name, 0, home.image(), name + ".log")
                .withProcess(ContainerSpec.Process.running(command.toArray(String[]::new)));
    }

    String started(String name, List<String> command) throws InterruptedException {
        return started(spec(name, command));
    }

    String started(ContainerSpec spec) throws InterruptedException {
        var id = runtime.createContainer(sandbox.id(), spec);
        runtime.start(id);
        return id;
    }

    void watch() throws InterruptedException {
        home.spawn(() -> runtime.watch(events::add));
        awaitEvent(event -> event instanceof ContainerEvent.Resynchronise);
    }

    void awaitEvent(Predicate<ContainerEvent> wanted) throws InterruptedException {
        await(() -> events.stream().anyMatch(wanted), "the event; heard " + events);
    }

    ObservedContainer observed(String id) throws InterruptedException {
        return runtime.list().containers().stream()
                .filter(container -> container.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    ObservedContainer.State state(String id) throws InterruptedException {
        return observed(id).state();
    }

    ContainerExit end(String id) throws InterruptedException {
        await(() -> state(id) instanceof ObservedContainer.State.Ended, "the end of " + id);
        return ((ObservedContainer.State.Ended) state(id)).exit();
    }

    /** Until the shell had the time to set its trap: it answers a command only after it was loaded. */
    void awaitRunning(String id) throws InterruptedException {
        await(() -> runtime.exec(id, ContainerRuntimeContract.HEALTHY, PATIENCE) instanceof ExecOutcome.Finished, id);
    }

    static void refusedAsNotOwned(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ContainerException.class, refusal -> assertThat(refusal.kind())
                .isEqualTo(ContainerException.Kind.NOT_OWNED));
    }

    private void await(Condition condition, String what) throws InterruptedException {
        long start = env.time().nanos();
        while (!condition.holds()) {
            assertThat(env.time().since(start)).as("time waited for %s", what).isLessThan(PATIENCE);
            env.signal().await(Duration.ofMillis(5));
        }
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds() throws InterruptedException;
    }
}
