package dev.banyan.agent.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.container.ContainerRuntimeContract.Home;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.env.TaskSpawner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The fake keeps the contract that containerd keeps. */
class FakeContainerRuntimeTest implements ContainerRuntimeContract, Home {
    private static final ImageReference IMAGE =
            ImageReference.parse("registry.banyan/test/bb@sha256:" + "a".repeat(64));

    private final SystemEnv env = new SystemEnv();
    private final FakeServer server = server(env);
    private final List<Task> tasks = new ArrayList<>();
    private int names;

    private static FakeServer server(SystemEnv env) {
        var server = new FakeServer(env);
        server.offer(
                IMAGE,
                new ImageConfig(
                        List.of(), RUNS_UNTIL_ASKED, Map.of(), Optional.empty(), Optional.empty(), Optional.empty()));
        server.script(ENDS_WITH_0, new Behaviour.Ends(Duration.ofMillis(1), 0));
        server.script(ENDS_WITH_3, new Behaviour.Ends(Duration.ofMillis(1), 3));
        server.script(RUNS_UNTIL_KILLED, new Behaviour.Ignores());
        server.script(EXCEEDS_ITS_MEMORY, new Behaviour.Exceeds(Duration.ofMillis(1)));
        server.script(HEALTHY, new Behaviour.Answers(0, "fine\n"));
        server.script(UNHEALTHY, new Behaviour.Answers(7, "broken\n"));
        server.script(HANGS, new Behaviour.Ignores());
        return server;
    }

    @AfterEach
    void endTasks() throws Exception {
        for (var task : tasks) {
            task.cancel();
            task.join();
        }
    }

    @Test
    void failsEveryCallWhileTheDaemonIsAwayButKeepsContainersRunning() throws Exception {
        var story = new ContractStory(this);
        story.started("app", RUNS_UNTIL_KILLED);

        server.daemonDies();

        assertThatThrownBy(() -> story.runtime().list())
                .isInstanceOfSatisfying(ContainerException.class, refusal -> assertThat(refusal.kind())
                        .isEqualTo(ContainerException.Kind.UNAVAILABLE));
        assertThat(server.running()).hasSize(1);
    }

    @Test
    void tellsResynchroniseInsteadOfWhatHappenedWhileTheDaemonWasAway() throws Exception {
        var story = new ContractStory(this);
        story.watch();
        var id = story.started("app", RUNS_UNTIL_KILLED);
        story.awaitEvent(event -> event.equals(new ContainerEvent.Started(id)));

        server.daemonDies();
        server.end(id, 5);
        server.daemonReturns();

        story.awaitEvent(event -> event.equals(new ContainerEvent.Resynchronise("the daemon was restarted")));
        assertThat(story.events()).noneMatch(event -> event instanceof ContainerEvent.Exited);
        assertThat(story.end(id).code()).isEqualTo(5);
    }

    @Test
    void refusesPullsAsTold() throws Exception {
        var refusal = new PullOutcome.Failed(PullOutcome.Cause.UNREACHABLE, "connection refused");
        server.refuseNextPull(IMAGE, refusal);
        var runtime = server.runtime("c");

        assertThat(runtime.pull(IMAGE)).isEqualTo(refusal);
        assertThat(runtime.pull(IMAGE)).isInstanceOf(PullOutcome.Pulled.class);
    }

    @Override
    public Home home() {
        return this;
    }

    @Override
    public ContainerRuntime of(String cluster) {
        return server.runtime(cluster);
    }

    @Override
    public ImageReference image() {
        return IMAGE;
    }

    @Override
    public ImageReference missingImage() {
        return new ImageReference(IMAGE.repository(), "sha256:" + "0".repeat(64));
    }

    @Override
    public SandboxSpec sandbox() {
        var name = "task" + names++;
        return new SandboxSpec(
                name, name, 0, name, Path.of("/logs"), "/banyan", SandboxSpec.Dns.OF_THE_SERVER, Map.of(), Map.of());
    }

    @Override
    public void spawn(TaskSpawner.Body body) {
        tasks.add(env.tasks().spawn("test", body));
    }

    @Override
    public String freshCluster() {
        return "cluster" + names++;
    }
}
