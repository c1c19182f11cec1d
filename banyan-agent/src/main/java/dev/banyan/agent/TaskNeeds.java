package dev.banyan.agent;

import dev.banyan.agent.upkeep.Needs;
import dev.banyan.agent.workload.WorkloadConfig;
import dev.banyan.agent.workload.WorkloadController;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.resource.Resource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;

/** What this server's tasks and containers need to stay, once an engine has said which tasks those are. */
final class TaskNeeds implements Needs {
    private final Informer<TaskSpec, TaskStatus> tasks;
    private final WorkloadController workload;
    private final WorkloadConfig config;

    TaskNeeds(Informer<TaskSpec, TaskStatus> tasks, WorkloadController workload, WorkloadConfig config) {
        this.tasks = tasks;
        this.workload = workload;
        this.config = config;
    }

    @Override
    public Optional<Needed> now() throws InterruptedException {
        boolean answered = tasks.awaitAnswer(Duration.ZERO); // before the look, so that what is seen is at least as new
        var now = tasks.snapshot();
        if (!answered || !now.quarantined().isEmpty()) {
            return Optional.empty(); // nobody knows what a task needs that cannot be decoded
        }
        var images = new HashSet<>(workload.images());
        Map<Path, Instant> logs = new HashMap<>();
        for (var task : now.list()) {
            images.add(task.spec().getContainer().getImage());
            // Of two tasks of one name the one that goes on counts.
            logs.merge(
                    config.logsOf(task.spec().getDeployment(), task.name()),
                    ended(task),
                    (one, other) -> one.isAfter(other) ? one : other);
        }
        return Optional.of(new Needed(images, logs));
    }

    private static Instant ended(Resource<TaskSpec, TaskStatus> task) {
        long finished = task.status().getFinishedAtMs();
        return finished == 0 ? Instant.MAX : Instant.ofEpochMilli(finished);
    }
}
