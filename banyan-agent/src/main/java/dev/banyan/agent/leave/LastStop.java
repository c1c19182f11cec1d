package dev.banyan.agent.leave;

import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ObservedContainer;
import dev.banyan.agent.container.StopSignal;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Task;
import java.time.Duration;
import java.util.ArrayList;

/** Ends all containers of the cluster on this server. */
public final class LastStop {
    /** As Compose has it where nobody says otherwise; what a service asked for is not asked any more. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Env env;
    private final ContainerRuntime runtime;

    public LastStop(Env env, ContainerRuntime runtime) {
        this.env = env;
        this.runtime = runtime;
    }

    /** Stops what runs, all at a time, then removes containers, sandboxes and their addresses; how many containers ran. */
    public int run() throws InterruptedException {
        var there = runtime.list();
        var running = there.containers().stream()
                .filter(container -> container.state() instanceof ObservedContainer.State.Running)
                .toList();
        var stopping = new ArrayList<Task>();
        for (var container : running) {
            stopping.add(env.tasks().spawn("last stop", () -> stop(container.id())));
        }
        for (var task : stopping) {
            task.join();
        }
        for (var sandbox : there.sandboxes()) {
            runtime.removeSandbox(sandbox.id());
        }
        return running.size();
    }

    /** What does not stop is killed with its sandbox. */
    private void stop(String container) throws InterruptedException {
        var ignored = runtime.stop(container, StopSignal.TERM, GRACE);
    }
}
