package dev.banyan.agent.container;

import dev.banyan.agent.container.ContainerException.Kind;
import dev.banyan.agent.container.FakeServer.FakeContainer;
import dev.banyan.agent.container.FakeServer.FakeSandbox;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** One agent's way to a {@link FakeServer}; has no state of its own. */
final class FakeContainerRuntime implements ContainerRuntime {
    private final FakeServer server;
    private final String cluster;

    FakeContainerRuntime(FakeServer server, String cluster) {
        this.server = server;
        this.cluster = cluster;
    }

    @Override
    public Version version() {
        return server.called(() -> new Version("fake", "1"));
    }

    @Override
    public Inventory list() {
        return server.called(() -> new Inventory(
                server.sandboxes().values().stream()
                        .filter(sandbox -> sandbox.cluster.equals(cluster))
                        .map(FakeSandbox::observed)
                        .toList(),
                server.containers().values().stream()
                        .filter(container -> container.cluster.equals(cluster))
                        .map(FakeContainer::observed)
                        .toList()));
    }

    @Override
    public PullOutcome pull(ImageReference image) throws InterruptedException {
        boolean present = server.called(() -> server.present().containsKey(image));
        if (present) {
            return new PullOutcome.Present();
        }
        server.env().signal().await(server.pullTime());
        return server.called(() -> server.pulled(image));
    }

    @Override
    public Optional<ImageConfig> imageConfig(ImageReference image) {
        return server.called(() -> Optional.ofNullable(server.present().get(image)));
    }

    @Override
    public List<ObservedImage> images() {
        return server.called(() -> server.present().keySet().stream()
                .map(image -> new ObservedImage(idOf(image), List.of(image.toString()), FakeServer.IMAGE_BYTES))
                .toList());
    }

    @Override
    public void removeImage(String id) {
        server.called(
                () -> server.present().keySet().removeIf(image -> idOf(image).equals(id)));
    }

    private static String idOf(ImageReference image) {
        return "id-of-" + image.digest();
    }

    @Override
    public ObservedSandbox runSandbox(SandboxSpec spec) {
        return server.called(() -> {
            var wanted = spec;
            while (taken(wanted)) {
                wanted = wanted.withAttempt(wanted.attempt() + 1);
            }
            var id = server.env().entropy().uid();
            var sandbox = new FakeSandbox(id, cluster, wanted, marked(spec.labels()), server.nextAddress());
            server.sandboxes().put(id, sandbox);
            return sandbox.observed();
        });
    }

    @Override
    public String createContainer(String sandboxId, ContainerSpec spec) {
        return server.called(() -> {
            var sandbox = owned(sandboxId);
            var image = Optional.ofNullable(server.present().get(spec.image()))
                    .orElseThrow(() -> new ContainerException(Kind.NOT_FOUND, "image not present: " + spec.image()));
            if (!sandbox.ready) {
                throw new ContainerException(Kind.FAILED, "sandbox " + sandboxId + " is not ready");
            }
            if (taken(sandboxId, spec)) {
                throw new ContainerException(Kind.NAME_RESERVED, spec.name() + " is taken");
            }
            var behaviour = server.behaviour(spec.process().commandLine(image));
            var id = server.env().entropy().uid();
            server.containers().put(id, new FakeContainer(id, sandbox, spec, marked(spec.labels()), behaviour));
            return id;
        });
    }

    @Override
    public void start(String containerId) {
        server.called(() -> {
            var container = container(containerId)
                    .orElseThrow(() -> new ContainerException(Kind.NOT_FOUND, "no container " + containerId));
            if (!(container.state instanceof ObservedContainer.State.Created)) {
                throw new ContainerException(Kind.FAILED, "container " + containerId + " was started before");
            }
            server.launch(container);
            return true;
        });
    }

    @Override
    public StopOutcome stop(String containerId, StopSignal signal, Duration grace) throws InterruptedException {
        var ended = server.env().signal();
        var done = server.called(() -> beginStop(containerId, signal, ended));
        if (done.isPresent()) {
            return done.get();
        }
        ended.await(grace);
        return server.called(() -> endStop(containerId));
    }

    @Override
    public void remove(String containerId) {
        server.called(() -> {
            container(containerId).ifPresent(container -> {
                server.finish(containerId, 137, false);
                server.containers().remove(containerId);
            });
            return true;
        });
    }

    @Override
    public void removeSandbox(String sandboxId) {
        server.called(() -> {
            if (!server.sandboxes().containsKey(sandboxId)) {
                return false;
            }
            owned(sandboxId);
            var inside = server.containers().values().stream()
                    .filter(container -> container.sandboxId.equals(sandboxId))
                    .map(container -> container.id)
                    .toList();
            inside.forEach(this::remove);
            server.killSandbox(sandboxId);
            server.sandboxes().remove(sandboxId);
            return true;
        });
    }

    @Override
    public ExecOutcome exec(String containerId, List<String> command, Duration timeout) throws InterruptedException {
        var behaviour = server.called(() -> {
            var container = container(containerId)
                    .orElseThrow(() -> new ContainerException(Kind.NOT_FOUND, "no container " + containerId));
            return container.running() ? Optional.of(server.behaviour(command)) : Optional.<Behaviour>empty();
        });
        if (behaviour.isEmpty()) {
            return new ExecOutcome.NotStarted("container " + containerId + " does not run");
        }
        return switch (behaviour.get()) {
            case Behaviour.Answers answers -> new ExecOutcome.Finished(answers.code(), answers.output());
            case Behaviour.Ends ends
            when ends.after().compareTo(timeout) < 0 -> {
                server.env().signal().await(ends.after());
                yield new ExecOutcome.Finished(ends.code(), "");
            }
            case Behaviour.Ends ends -> timedOut(timeout);
            case Behaviour.Heeds heeds -> timedOut(timeout);
            case Behaviour.Ignores ignores -> timedOut(timeout);
            case Behaviour.Exceeds exceeds -> timedOut(timeout);
        };
    }

    @Override
    public void reopenLog(String containerId) {
        server.called(() -> container(containerId)
                .orElseThrow(() -> new ContainerException(Kind.NOT_FOUND, "no container " + containerId)));
    }

    @Override
    public void watch(Consumer<ContainerEvent> listener) throws InterruptedException {
        var watcher = server.watcher(cluster);
        try {
            while (true) {
                listener.accept(watcher.next());
            }
        } finally {
            server.forget(watcher);
        }
    }

    private ExecOutcome timedOut(Duration timeout) throws InterruptedException {
        server.env().signal().await(timeout);
        return new ExecOutcome.TimedOut(timeout);
    }

    private Optional<StopOutcome> beginStop(String id, StopSignal signal, dev.banyan.runtime.env.Signal ended) {
        var found = container(id);
        if (found.isEmpty()) {
            return Optional.of(new StopOutcome.NotRunning());
        }
        var container = found.get();
        if (container.state instanceof ObservedContainer.State.Ended before) {
            return Optional.of(new StopOutcome.AlreadyEnded(before.exit()));
        }
        if (!container.running()) {
            return Optional.of(new StopOutcome.NotRunning());
        }
        if (container.behaviour instanceof Behaviour.Heeds || signal.equals(StopSignal.KILL)) {
            server.finish(id, signal.equals(StopSignal.KILL) ? 137 : 0, false);
            return Optional.of(new StopOutcome.Stopped(exit(container)));
        }
        container.waiting.add(ended);
        return Optional.empty();
    }

    private StopOutcome endStop(String id) {
        var found = container(id);
        if (found.isEmpty()) {
            return new StopOutcome.NotRunning();
        }
        boolean endedByItself = !found.get().running();
        server.finish(id, 137, false);
        var exit = exit(found.get());
        return endedByItself ? new StopOutcome.Stopped(exit) : new StopOutcome.Killed(exit);
    }

    private static ContainerExit exit(FakeContainer container) {
        return ((ObservedContainer.State.Ended) container.state).exit();
    }

    private boolean taken(SandboxSpec spec) {
        return server.sandboxes().values().stream()
                .anyMatch(sandbox -> sandbox.cluster.equals(cluster)
                        && sandbox.spec.name().equals(spec.name())
                        && sandbox.spec.uid().equals(spec.uid())
                        && sandbox.spec.attempt() == spec.attempt());
    }

    private boolean taken(String sandboxId, ContainerSpec spec) {
        return server.containers().values().stream()
                .anyMatch(container -> container.sandboxId.equals(sandboxId)
                        && container.spec.name().equals(spec.name())
                        && container.spec.attempt() == spec.attempt());
    }

    private Map<String, String> marked(Map<String, String> labels) {
        var all = new HashMap<>(labels);
        all.put(CLUSTER_LABEL, cluster);
        return all;
    }

    private FakeSandbox owned(String id) {
        var sandbox = Optional.ofNullable(server.sandboxes().get(id))
                .orElseThrow(() -> new ContainerException(Kind.NOT_FOUND, "no sandbox " + id));
        if (!sandbox.cluster.equals(cluster)) {
            throw new ContainerException(Kind.NOT_OWNED, "sandbox " + id + " belongs to another cluster");
        }
        return sandbox;
    }

    private Optional<FakeContainer> container(String id) {
        var container = Optional.ofNullable(server.containers().get(id));
        if (container.isPresent() && !container.get().cluster.equals(cluster)) {
            throw new ContainerException(Kind.NOT_OWNED, "container " + id + " belongs to another cluster");
        }
        return container;
    }
}
