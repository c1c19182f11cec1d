package dev.banyan.agent;

import dev.banyan.agent.container.logs.LogFollower;
import dev.banyan.agent.session.LogSource;
import dev.banyan.agent.workload.WorkloadConfig;
import dev.banyan.agent.workload.settings.TaskLogging;
import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.LogRequest;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.Resource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The output of this server's tasks, from the log files of their newest attempts. */
final class TaskLogs implements LogSource {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Env env;
    private final Lister<TaskSpec, TaskStatus> tasks;
    private final WorkloadConfig config;

    TaskLogs(Env env, Lister<TaskSpec, TaskStatus> tasks, WorkloadConfig config) {
        this.env = env;
        this.tasks = tasks;
        this.config = config;
    }

    @Override
    public void read(LogRequest request, Sink sink) throws InterruptedException {
        var task = tasks.list().stream()
                .filter(candidate -> candidate.name().equals(request.getTask())
                        && candidate.key().namespace().equals(request.getNamespace()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("task " + request.getTask() + " is not on this agent"));
        int attempt = Math.max(1, task.status().getAttempt());
        var rotation = TaskLogging.rotation(task.spec().getContainer());
        int tail = request.getTail() < 0 ? Integer.MAX_VALUE : request.getTail();
        try (var follower = LogFollower.fromTail(file(task, attempt), rotation, tail)) {
            var pause = env.signal();
            boolean open = drain(follower, task, sink);
            while (open
                    && request.getFollow()
                    && newestAttempt(task).filter(newest -> newest <= attempt).isPresent()) {
                var ignored = pause.await(POLL);
                open = drain(follower, task, sink);
            }
            // What was written before the end was known, and after the last look.
            if (!open || request.getFollow() && !drain(follower, task, sink)) {
                return;
            }
        }
        if (request.getFollow()
                && newestAttempt(task).filter(newest -> newest > attempt).isPresent()) {
            // The container was restarted: what follows is in the next attempt's file, from its beginning.
            read(request.toBuilder().setTail(-1).build(), sink);
        }
    }

    /** Empty once the task is gone. */
    private Optional<Integer> newestAttempt(Resource<TaskSpec, TaskStatus> task) {
        return tasks.get(task.key()).filter(now -> now.uid().equals(task.uid())).map(now -> now.status()
                .getAttempt());
    }

    private static boolean drain(LogFollower follower, Resource<TaskSpec, TaskStatus> task, Sink sink)
            throws InterruptedException {
        for (var lines = follower.poll(); !lines.isEmpty(); lines = follower.poll()) {
            if (!sink.accept(lines.stream().map(line -> line(task, line)).toList())) {
                return false;
            }
        }
        return true;
    }

    private static LogLine line(Resource<TaskSpec, TaskStatus> task, dev.banyan.agent.container.logs.LogLine line) {
        var stream =
                switch (line.stream()) {
                    case STDOUT -> LogLine.Stream.STDOUT;
                    case STDERR -> LogLine.Stream.STDERR;
                };
        return LogLine.newBuilder()
                .setTask(task.name())
                .setTimeNs(Math.addExact(
                        Math.multiplyExact(line.time().getEpochSecond(), 1_000_000_000L),
                        line.time().getNano()))
                .setStream(stream)
                .setText(line.text())
                .build();
    }

    private Path file(Resource<TaskSpec, TaskStatus> task, int attempt) {
        return config.logsOf(task.spec().getDeployment(), task.name()).resolve(attempt + ".log");
    }
}
