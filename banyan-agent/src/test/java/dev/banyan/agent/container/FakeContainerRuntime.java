package dev.banyan.agent.container;

import dev.banyan.agent.container.ContainerException.Kind;
import dev.banyan.runtime.env.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** One agent's way to a {@link FakeServer}; has no state of its own. */
final class FakeContainerRuntime implements ContainerRuntime {
    /** As many reserved names as the real runtime skips. */
    private static final int NAMES_SKIPPED = 5;

    private static final String NO_SPACE = "no space left on device";

    private final FakeServer server;
    private final String cluster;

    FakeContainerRuntime(FakeServer server, String cluster) {
        this.server = server;
        this.cluster = cluster;
    }

    @Override
    public Version version() {
        return server.called("version", () -> new Version("fake", "1"));
    }

    @Override
    public Inventory list() {
        return server.called(
                "list",
                () -> new Inventory(
                        server.sandboxes().values().stream()
                                .filter(sandbox -> sandbox.cluster.equals(cluster) && !sandbox.hidden)
                                .map(FakeSandbox::observed)
                                .toList(),
                        server.containers().values().stream()
                                .filter(container -> container.cluster.equals(cluster))
                                .map(container -> container.observed(server.now()))
                                .toList()));
    }

    @Override
    public PullOutcome pull(ImageReference image, Consumer<PullProgress> told) throws InterruptedException {
        boolean present = server.called("pull", () -> server.images().isPresent(image));
        return present ? new PullOutcome.Present() : new FakePull(server, image, told).run();
    }

    @Override
    public Optional<ImageConfig> imageConfig(ImageReference image) {
        return server.called("image-config", () -> server.images().config(image));
    }

    @Override
    public boolean copy(ImageReference image, String path, Path into) {
        var files = server.called("copy", () -> server.images().below(image, path));
        files.forEach((name, text) -> write(into.resolve(name), text));
        return !files.isEmpty();
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public List<ObservedImage> images() {
        return server.called("images", () -> server.images().list());
    }

    @Override
    public void removeImage(String id) {
        boolean ignored = server.called("remove-image", () -> {
            server.images().remove(id, server.now());
            return true;
        });
    }

    @Override
    public ObservedSandbox runSandbox(SandboxSpec spec) {
        return server.called("run-sandbox", () -> {
            var wanted = spec;
            while (taken(wanted)) {
                if (wanted.attempt() - spec.attempt() >= NAMES_SKIPPED) {
                    throw new ContainerException(Kind.NAME_RESERVED, "name of " + spec.name() + " is reserved");
                }
                removeRemains(wanted);
                wanted = wanted.withAttempt(wanted.attempt() + 1);
            }
            requireSpace("sandbox " + spec.name());
            var id = server.env().entropy().uid();
            var sandbox = new FakeSandbox(id, cluster, wanted, marked(spec.labels()), address(spec));
            var failure = server.faults().strike(ContainerFaults.SANDBOX_FAILS, server.name());
            if (failure.isPresent()) {
                sandbox.ready = false;
                sandbox.hidden = failure.get().nextBoolean();
                server.sandboxes().put(id, sandbox);
                server.note("sandbox " + wanted.name() + " fails");
                throw new ContainerException(Kind.FAILED, "failed to setup network for sandbox: drawn");
            }
            server.sandboxes().put(id, sandbox);
            server.note("sandbox " + wanted.name() + "/" + wanted.attempt() + " at "
                    + sandbox.address.orElse("its server"));
            return sandbox.observed();
        });
    }

    private Optional<String> address(SandboxSpec spec) {
        return spec.isolation().shared().contains(Isolation.Shared.NETWORK)
                ? Optional.empty()
                : Optional.of(server.nextAddress());
    }

    @Override
    public String createContainer(String sandboxId, ContainerSpec spec) {
        return server.called("create", () -> {
            var sandbox = owned(sandboxId);
            var image = server.images()
                    .config(spec.image())
                    .orElseThrow(() -> new ContainerException(Kind.NOT_FOUND, "image not present: " + spec.image()));
            if (!sandbox.spec.environments() && !spec.process().environment().isEmpty()) {
                throw new ContainerException(Kind.INVALID, "sandbox " + sandboxId + " is for no environments");
            }
            if (!sandbox.ready) {
                throw new ContainerException(Kind.NOT_FOUND, "no running task of sandbox " + sandboxId + ": not found");
            }
            if (taken(sandbox, spec)) {
                throw new ContainerException(Kind.NAME_RESERVED, spec.name() + " is taken");
            }
            requireSpace("container " + spec.name());
            var behaviour = server.behaviour(spec.process().commandLine(image));
            var id = server.env().entropy().uid();
            server.containers().put(id, new FakeContainer(id, sandbox, spec, marked(spec.labels()), behaviour));
            return id;
        });
    }

    @Override
    public void start(String containerId) {
        boolean ignored = server.called("start", () -> {
            var container = required(containerId);
            if (!container.created()) {
                throw new ContainerException(Kind.FAILED, "container " + containerId + " was started before");
            }
            server.launch(container, ready(container.sandboxId));
            return true;
        });
    }

    @Override
    public StopOutcome stop(String containerId, StopSignal signal, Duration grace) throws InterruptedException {
        var ended = server.env().signal();
        var done = server.called("stop", () -> beginStop(containerId, signal, ended));
        if (done.isEmpty()) {
            ended.await(grace);
            done = Optional.of(server.called("stop", () -> endStop(containerId)));
        }
        awaitNotice(containerId);
        return done.get();
    }

    /** An end is told once the daemon's own listing shows it. */
    private void awaitNotice(String containerId) throws InterruptedException {
        long rest = server.locked(() -> Optional.ofNullable(server.containers().get(containerId))
                .filter(container -> container.unnoticed(server.now()))
                .map(container -> container.noticedAt - server.now())
                .orElse(0L));
        if (rest > 0) {
            server.env().signal().await(Duration.ofNanos(rest));
            boolean ignored = server.called("stop", () -> true);
        }
    }

    @Override
    public void remove(String containerId) {
        boolean ignored = server.called("remove", () -> {
            container(containerId).ifPresent(this::discard);
            return true;
        });
    }

    private void discard(FakeContainer container) {
        if (container.unnoticed(server.now())) {
            throw new ContainerException(Kind.FAILED, "container " + container.id + " is still listed as running");
        }
        server.finish(container.id, 137, false);
        server.containers().remove(container.id);
        server.note("removal of " + container.title());
    }

    @Override
    public void removeSandbox(String sandboxId) {
        boolean ignored = server.called("remove-sandbox", () -> {
            if (!server.sandboxes().containsKey(sandboxId)) {
                return false;
            }
            discard(owned(sandboxId));
            return true;
        });
    }

    private void discard(FakeSandbox sandbox) {
        var inside = server.containers().values().stream()
                .filter(container -> container.sandboxId.equals(sandbox.id))
                .toList();
        inside.forEach(container -> {
            server.finish(container.id, 137, false);
            server.containers().remove(container.id);
        });
        server.killSandbox(sandbox.id);
        server.sandboxes().remove(sandbox.id);
        server.note("removal of sandbox " + sandbox.spec.name() + "/" + sandbox.spec.attempt());
    }

    @Override
    public ExecOutcome exec(String containerId, List<String> command, Duration timeout) throws InterruptedException {
        var interrupted = server.env().signal();
        var begun = server.called("exec", () -> begin(required(containerId), command, interrupted));
        try {
            return begun.isPresent()
                    ? executed(begun.get(), timeout, interrupted)
                    : new ExecOutcome.NotStarted("container " + containerId + " is in CONTAINER_EXITED state");
        } finally {
            server.locked(() -> server.over(interrupted));
        }
    }

    private record Command(Behaviour behaviour, long deaths) {}

    private Optional<Command> begin(FakeContainer container, List<String> command, Signal interrupted) {
        if (!container.running()) {
            return Optional.empty();
        }
        var usual = server.behaviour(command);
        return Optional.of(new Command(container.commands.getOrDefault(command, usual), server.until(interrupted)));
    }

    private ExecOutcome executed(Command command, Duration timeout, Signal interrupted) throws InterruptedException {
        return switch (command.behaviour()) {
            case Behaviour.Answers answers -> new ExecOutcome.Finished(answers.code(), answers.output());
            case Behaviour.Missing missing ->
                new ExecOutcome.NotStarted("exec failed: executable file not found in $PATH: unknown");
            case Behaviour.Ends ends
            when ends.after().compareTo(timeout) < 0 -> {
                wait(command, ends.after(), interrupted);
                yield new ExecOutcome.Finished(ends.code(), "");
            }
            case Behaviour.Ends ends -> timedOut(command, timeout, interrupted);
            case Behaviour.Heeds heeds -> timedOut(command, timeout, interrupted);
            case Behaviour.Drains drains -> timedOut(command, timeout, interrupted);
            case Behaviour.Ignores ignores -> timedOut(command, timeout, interrupted);
            case Behaviour.Exceeds exceeds -> timedOut(command, timeout, interrupted);
        };
    }

    @Override
    public void reopenLog(String containerId) {
        boolean ignored = server.called("reopen-log", () -> {
            if (!required(containerId).running()) {
                throw new ContainerException(Kind.FAILED, "container is not running");
            }
            return true;
        });
    }

    @Override
    public void watch(Consumer<ContainerEvent> listener) throws InterruptedException {
        var watcher = server.locked(() -> server.events().open(cluster, server.isAway()));
        try {
            while (true) {
                listener.accept(watcher.next());
            }
        } finally {
            server.locked(() -> server.events().close(watcher));
        }
    }

    private ExecOutcome timedOut(Command command, Duration timeout, Signal interrupted) throws InterruptedException {
        wait(command, timeout, interrupted);
        return new ExecOutcome.TimedOut(timeout);
    }

    /** A command is part of its daemon's call: when the daemon dies, nobody can say how it ended. */
    private void wait(Command command, Duration duration, Signal interrupted) throws InterruptedException {
        interrupted.await(duration);
        if (server.locked(() -> server.died(command.deaths()))) {
            throw new ContainerException(Kind.UNAVAILABLE, "the daemon is away");
        }
    }

    private Optional<StopOutcome> beginStop(String id, StopSignal signal, Signal ended) {
        var found = container(id);
        if (found.isEmpty()) {
            return Optional.of(new StopOutcome.NotRunning());
        }
        var container = found.get();
        if (container.exit().isPresent()) {
            var exit = container.exit().get();
            return Optional.of(
                    container.unnoticed(server.now())
                            ? new StopOutcome.Stopped(exit)
                            : new StopOutcome.AlreadyEnded(exit));
        }
        if (!container.running()) {
            return Optional.of(new StopOutcome.NotRunning());
        }
        server.receive(container, signal);
        if (container.exit().isPresent()) {
            return container.exit().map(StopOutcome.Stopped::new);
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
        var exit = found.get().exit().orElseThrow();
        return endedByItself ? new StopOutcome.Stopped(exit) : new StopOutcome.Killed(exit);
    }

    private boolean taken(SandboxSpec spec) {
        return server.sandboxes().values().stream().anyMatch(sandbox -> sandbox.named(cluster, spec));
    }

    /** A failed sandbox that is shown goes; one that is not keeps its name until the daemon is restarted. */
    private void removeRemains(SandboxSpec spec) {
        var remains = server.sandboxes().values().stream()
                .filter(sandbox -> sandbox.named(cluster, spec) && !sandbox.ready && !sandbox.hidden)
                .toList();
        remains.forEach(this::discard);
    }

    /** A container's name has its sandbox's name and uid in it, but not the sandbox's attempt. */
    private boolean taken(FakeSandbox sandbox, ContainerSpec spec) {
        return server.containers().values().stream()
                .filter(container ->
                        container.spec.name().equals(spec.name()) && container.spec.attempt() == spec.attempt())
                .flatMap(container -> Optional.ofNullable(server.sandboxes().get(container.sandboxId)).stream())
                .anyMatch(other -> other.named(cluster, sandbox.spec.withAttempt(other.spec.attempt())));
    }

    private boolean ready(String sandboxId) {
        return Optional.ofNullable(server.sandboxes().get(sandboxId))
                .filter(sandbox -> sandbox.ready)
                .isPresent();
    }

    private void requireSpace(String what) {
        if (server.images().full()) {
            throw new ContainerException(Kind.FAILED, "could not make " + what + ": " + NO_SPACE);
        }
    }

    private Map<String, String> marked(Map<String, String> labels) {
        var all = new HashMap<>(labels);
        all.put(CLUSTER_LABEL, cluster);
        return all;
    }

    private FakeSandbox owned(String id) {
        var sandbox = Optional.ofNullable(server.sandboxes().get(id))
                .filter(found -> !found.hidden)
                .orElseThrow(() -> new ContainerException(Kind.NOT_FOUND, "no sandbox " + id));
        if (!sandbox.cluster.equals(cluster)) {
            throw new ContainerException(Kind.NOT_OWNED, "sandbox " + id + " belongs to another cluster");
        }
        return sandbox;
    }

    private FakeContainer required(String id) {
        return container(id).orElseThrow(() -> new ContainerException(Kind.NOT_FOUND, "no container " + id));
    }

    private Optional<FakeContainer> container(String id) {
        var container = Optional.ofNullable(server.containers().get(id));
        if (container.isPresent() && !container.get().cluster.equals(cluster)) {
            throw new ContainerException(Kind.NOT_OWNED, "container " + id + " belongs to another cluster");
        }
        return container;
    }
}
