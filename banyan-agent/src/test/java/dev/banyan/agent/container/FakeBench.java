package dev.banyan.agent.container;

import dev.banyan.runtime.env.Env;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The model under {@link DrawnCalls}. */
public final class FakeBench implements RuntimeBench {
    private static final Duration LOOK = Duration.ofMillis(1);

    private final Env env;
    private final FakeServer server;
    private final ImageReference image = ImageReference.parse("registry.banyan/test/bb@sha256:" + "a".repeat(64));

    public FakeBench(Env env) {
        this.env = env;
        this.server = new FakeServer(env);
        DrawnCalls.script(server);
        server.offer(
                image,
                new ImageConfig(List.of(), List.of(), Map.of(), Optional.empty(), Optional.empty(), Optional.empty()));
    }

    @Override
    public ContainerRuntime runtime() {
        return server.runtime("c1");
    }

    @Override
    public ImageReference image() {
        return image;
    }

    @Override
    public ImageReference missingImage() {
        return new ImageReference(image.repository(), "sha256:" + "0".repeat(64));
    }

    @Override
    public SandboxSpec sandbox(int number) {
        var name = "task" + number;
        return new SandboxSpec(
                name, name, 0, name, Path.of("/logs"), "/banyan", SandboxSpec.Dns.OF_THE_SERVER, Map.of(), Map.of());
    }

    @Override
    public void kill(String containerId) {
        server.signal(containerId, StopSignal.KILL);
    }

    @Override
    public void killSandbox(String sandboxId) {
        server.sandboxDies(sandboxId);
    }

    @Override
    public void restartDaemon() {
        server.daemonDies();
        server.daemonReturns();
    }

    @Override
    public void awaitHeeding(String containerId) {}

    @Override
    public void await(Condition condition) throws Exception {
        while (!condition.holds()) {
            env.signal().await(LOOK);
        }
    }
}
