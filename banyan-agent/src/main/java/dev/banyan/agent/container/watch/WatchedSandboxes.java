package dev.banyan.agent.container.watch;

import dev.banyan.agent.container.ContainerEvent;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.ExecOutcome;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.ObservedImage;
import dev.banyan.agent.container.ObservedSandbox;
import dev.banyan.agent.container.PullOutcome;
import dev.banyan.agent.container.PullProgress;
import dev.banyan.agent.container.SandboxSpec;
import dev.banyan.agent.container.StopOutcome;
import dev.banyan.agent.container.StopSignal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A runtime that tells of its sandboxes before anything runs in them; all else is the other's. */
public record WatchedSandboxes(ContainerRuntime runtime, SandboxWatcher watcher) implements ContainerRuntime {
    @Override
    public Inventory list() throws InterruptedException {
        var inventory = runtime.list();
        inventory.sandboxes().forEach(watcher::seen);
        watcher.allSeen();
        return inventory;
    }

    @Override
    public Inventory list(String label, String value) throws InterruptedException {
        var inventory = runtime.list(label, value);
        inventory.sandboxes().forEach(watcher::seen);
        return inventory;
    }

    @Override
    public ObservedSandbox runSandbox(SandboxSpec spec) throws InterruptedException {
        var sandbox = runtime.runSandbox(spec);
        watcher.came(sandbox);
        return sandbox;
    }

    @Override
    public void removeSandbox(String sandboxId) throws InterruptedException {
        runtime.removeSandbox(sandboxId);
        watcher.went(sandboxId);
    }

    @Override
    public Version version() throws InterruptedException {
        return runtime.version();
    }

    @Override
    public PullOutcome pull(ImageReference image, Consumer<PullProgress> told) throws InterruptedException {
        return runtime.pull(image, told);
    }

    @Override
    public Optional<ImageConfig> imageConfig(ImageReference image) throws InterruptedException {
        return runtime.imageConfig(image);
    }

    @Override
    public boolean copy(ImageReference image, String path, Path into) throws InterruptedException {
        return runtime.copy(image, path, into);
    }

    @Override
    public List<ObservedImage> images() throws InterruptedException {
        return runtime.images();
    }

    @Override
    public void removeImage(String id) throws InterruptedException {
        runtime.removeImage(id);
    }

    @Override
    public String createContainer(String sandboxId, ContainerSpec spec) throws InterruptedException {
        return runtime.createContainer(sandboxId, spec);
    }

    @Override
    public List<String> cuts(ContainerSpec spec) {
        return runtime.cuts(spec);
    }

    @Override
    public void start(String containerId) throws InterruptedException {
        runtime.start(containerId);
    }

    @Override
    public StopOutcome stop(String containerId, StopSignal signal, Duration grace) throws InterruptedException {
        return runtime.stop(containerId, signal, grace);
    }

    @Override
    public void remove(String containerId) throws InterruptedException {
        runtime.remove(containerId);
    }

    @Override
    public ExecOutcome exec(String containerId, List<String> command, Duration timeout) throws InterruptedException {
        return runtime.exec(containerId, command, timeout);
    }

    @Override
    public void reopenLog(String containerId) throws InterruptedException {
        runtime.reopenLog(containerId);
    }

    @Override
    public void watch(Consumer<ContainerEvent> listener) throws InterruptedException {
        runtime.watch(listener);
    }
}
