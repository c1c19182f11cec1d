package dev.banyan.agent.container;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A server without containers: sandboxes and processes that outlive every agent and every {@link ContainerRuntime} made for it. What
 * programs do, which images there are, and what goes wrong is said by the test. Thread-safe; blocks only through its {@link Env}.
 */
public final class FakeServer {
    /** Size of every image. */
    public static final long IMAGE_BYTES = 1_000_000;

    private final Env env;
    private final ReentrantLock lock = new ReentrantLock(); // guards all below; never held while blocking
    private final Map<ImageReference, ImageConfig> registry = new HashMap<>();
    private final Map<ImageReference, ImageConfig> present = new HashMap<>();
    private final Map<ImageReference, Deque<PullOutcome.Failed>> refusals = new HashMap<>();
    private final Map<List<String>, Behaviour> behaviours = new HashMap<>();
    private final Map<String, FakeSandbox> sandboxes = new LinkedHashMap<>();
    private final Map<String, FakeContainer> containers = new LinkedHashMap<>();
    private final List<Watcher> watchers = new ArrayList<>();
    private Duration pullTime = Duration.ZERO;
    private boolean away;
    private int addresses;
    private int starts;

    public FakeServer(Env env) {
        this.env = env;
    }

    /** The server's runtime as an agent of {@code cluster} has it. */
    public ContainerRuntime runtime(String cluster) {
        return new FakeContainerRuntime(this, cluster);
    }

    /** The registry has {@code image} from now on. */
    public void offer(ImageReference image, ImageConfig config) {
        locked(() -> registry.put(image, config));
    }

    /** Every pull takes this long from now on. */
    public void pullsTake(Duration time) {
        locked(() -> pullTime = time);
    }

    /** The next pull of {@code image} ends so; may be said several times. */
    public void refuseNextPull(ImageReference image, PullOutcome.Failed refusal) {
        locked(() ->
                refusals.computeIfAbsent(image, unused -> new ArrayDeque<>()).add(refusal));
    }

    /** What a command line does; others run until a signal. */
    public void script(List<String> commandLine, Behaviour behaviour) {
        locked(() -> behaviours.put(List.copyOf(commandLine), behaviour));
    }

    /** The runtime's daemon dies: calls fail, events are lost; containers go on. */
    public void daemonDies() {
        locked(() -> away = true);
    }

    /** The daemon is back: calls work, and watchers learn that they missed something. */
    public void daemonReturns() {
        locked(() -> {
            away = false;
            watchers.forEach(watcher -> watcher.add("", new ContainerEvent.Resynchronise("the daemon was restarted")));
        });
    }

    /** The container's process ends, whatever it was doing. */
    public void end(String containerId, int code) {
        locked(() -> finish(containerId, code, false));
    }

    /** The kernel kills the container for its memory. */
    public void exceedMemory(String containerId) {
        locked(() -> finish(containerId, 137, true));
    }

    /** The process that holds the sandbox dies. */
    public void sandboxDies(String sandboxId) {
        locked(() -> killSandbox(sandboxId));
    }

    /** How many containers were started since the server was made: no more than that ever ran. */
    public int starts() {
        return locked(() -> starts);
    }

    /** Ids of the containers that run now, of whichever cluster. */
    public List<String> running() {
        return locked(() -> containers.values().stream()
                .filter(FakeContainer::running)
                .map(container -> container.id)
                .toList());
    }

    /** What the containers of {@code cluster} that run now were made from, oldest first. */
    public List<ContainerSpec> alive(String cluster) {
        return locked(() -> containers.values().stream()
                .filter(container -> container.running() && container.cluster.equals(cluster))
                .map(container -> container.spec)
                .toList());
    }

    Env env() {
        return env;
    }

    <T> T locked(Supplier<T> body) {
        lock.lock();
        try {
            return body.get();
        } finally {
            lock.unlock();
        }
    }

    void locked(Runnable body) {
        locked(() -> {
            body.run();
            return true;
        });
    }

    /** Begins a call of an agent. */
    <T> T called(Supplier<T> body) {
        return locked(() -> {
            if (away) {
                throw new ContainerException(ContainerException.Kind.UNAVAILABLE, "the daemon is away");
            }
            return body.get();
        });
    }

    Duration pullTime() {
        return locked(() -> pullTime);
    }

    /** Takes note of a pull's end: the outcome, and the image from now on present. Called with the lock held. */
    PullOutcome pulled(ImageReference image) {
        var refused = refusals.getOrDefault(image, new ArrayDeque<>()).poll();
        if (refused != null) {
            return refused;
        }
        var config = registry.get(image);
        if (config == null) {
            return new PullOutcome.Failed(PullOutcome.Cause.NOT_FOUND, image + ": not found");
        }
        present.put(image, config);
        return new PullOutcome.Pulled(IMAGE_BYTES, pullTime);
    }

    Map<ImageReference, ImageConfig> present() {
        return present;
    }

    Map<String, FakeSandbox> sandboxes() {
        return sandboxes;
    }

    Map<String, FakeContainer> containers() {
        return containers;
    }

    String nextAddress() {
        addresses++;
        return "10.222." + addresses / 250 + "." + (addresses % 250 + 2);
    }

    Behaviour behaviour(List<String> commandLine) {
        return behaviours.getOrDefault(commandLine, new Behaviour.Heeds());
    }

    /** Called with the lock held. */
    void launch(FakeContainer container) {
        starts++;
        container.state = new ObservedContainer.State.Running();
        tell(container.cluster, new ContainerEvent.Started(container.id));
        switch (container.behaviour) {
            case Behaviour.Heeds heeds -> {}
            case Behaviour.Ignores ignores -> {}
            case Behaviour.Ends ends -> later(ends.after(), () -> finish(container.id, ends.code(), false));
            case Behaviour.Exceeds exceeds -> later(exceeds.after(), () -> finish(container.id, 137, true));
            case Behaviour.Answers answers -> later(Duration.ZERO, () -> finish(container.id, answers.code(), false));
        }
    }

    /** Called with the lock held. */
    void finish(String id, int code, boolean oomKilled) {
        var container = containers.get(id);
        if (container == null || !container.running()) {
            return;
        }
        var exit = new ContainerExit(code, env.time().now(), oomKilled);
        container.state = new ObservedContainer.State.Ended(exit);
        if (oomKilled) {
            tell(container.cluster, new ContainerEvent.OutOfMemory(id));
        }
        tell(container.cluster, new ContainerEvent.Exited(id, exit));
        container.waiting.forEach(Signal::raise);
    }

    /** Called with the lock held. */
    void killSandbox(String id) {
        var sandbox = sandboxes.get(id);
        if (sandbox != null && sandbox.ready) {
            sandbox.ready = false;
            tell(sandbox.cluster, new ContainerEvent.SandboxExited(id));
        }
    }

    Watcher watcher(String cluster) {
        return locked(() -> {
            var watcher = new Watcher(cluster, env.signal());
            watcher.add("", new ContainerEvent.Resynchronise("subscribed"));
            watchers.add(watcher);
            return watcher;
        });
    }

    void forget(Watcher watcher) {
        locked(() -> watchers.remove(watcher));
    }

    private void tell(String cluster, ContainerEvent event) {
        if (!away) {
            watchers.forEach(watcher -> watcher.add(cluster, event));
        }
    }

    private void later(Duration after, Runnable body) {
        env.tasks().spawn("fake-process", () -> {
            env.signal().await(after);
            locked(body);
        });
    }

    /** One listener's events, in order. Guarded by the server's lock. */
    final class Watcher {
        private final String cluster;
        private final Signal arrived;
        private final Deque<ContainerEvent> events = new ArrayDeque<>();

        private Watcher(String cluster, Signal arrived) {
            this.cluster = cluster;
            this.arrived = arrived;
        }

        /** The empty name is every cluster's. */
        private void add(String of, ContainerEvent event) {
            if (of.isEmpty() || of.equals(cluster)) {
                events.add(event);
                arrived.raise();
            }
        }

        ContainerEvent next() throws InterruptedException {
            while (true) {
                var event = locked(() -> Optional.ofNullable(events.poll()));
                if (event.isPresent()) {
                    return event.get();
                }
                arrived.await();
            }
        }
    }

    /** A sandbox as it truly is. */
    static final class FakeSandbox {
        final String id;
        final String cluster;
        final SandboxSpec spec;
        final Map<String, String> labels;
        final String address;
        boolean ready = true;

        FakeSandbox(String id, String cluster, SandboxSpec spec, Map<String, String> labels, String address) {
            this.id = id;
            this.cluster = cluster;
            this.spec = spec;
            this.labels = labels;
            this.address = address;
        }

        ObservedSandbox observed() {
            return new ObservedSandbox(
                    id,
                    spec.name(),
                    spec.uid(),
                    spec.attempt(),
                    ready,
                    ready ? Optional.of(address) : Optional.empty(),
                    labels,
                    spec.annotations());
        }
    }

    /** A container as it truly is. */
    static final class FakeContainer {
        final String id;
        final String cluster;
        final String sandboxId;
        final ContainerSpec spec;
        final Map<String, String> labels;
        final Behaviour behaviour;
        final List<Signal> waiting = new ArrayList<>();
        ObservedContainer.State state = new ObservedContainer.State.Created();

        FakeContainer(
                String id, FakeSandbox sandbox, ContainerSpec spec, Map<String, String> labels, Behaviour behaviour) {
            this.id = id;
            this.cluster = sandbox.cluster;
            this.sandboxId = sandbox.id;
            this.spec = spec;
            this.labels = labels;
            this.behaviour = behaviour;
        }

        boolean running() {
            return state instanceof ObservedContainer.State.Running;
        }

        ObservedContainer observed() {
            return new ObservedContainer(id, sandboxId, spec.name(), spec.attempt(), state, labels, spec.annotations());
        }
    }
}
