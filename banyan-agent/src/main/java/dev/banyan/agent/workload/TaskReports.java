package dev.banyan.agent.workload;

import dev.banyan.api.v1.PullStatus;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/** Puts what happens to a task into its status. A status that the store shows already is not sent. Thread-safe. */
final class TaskReports {
    private final Env env;
    private final StatusReporter reporter;
    private final BiFunction<Resource<TaskSpec, TaskStatus>, Integer, List<String>> lastOutput;

    /** The newest status by uid, as handed to the reporter. */
    private final Map<String, TaskStatus> newest = new ConcurrentHashMap<>();

    /** {@code lastOutput} answers the last lines of an attempt of a task. */
    TaskReports(
            Env env,
            StatusReporter reporter,
            BiFunction<Resource<TaskSpec, TaskStatus>, Integer, List<String>> lastOutput) {
        this.env = env;
        this.reporter = reporter;
        this.lastOutput = lastOutput;
    }

    void starting(Resource<TaskSpec, TaskStatus> task, int attempt) {
        send(task, TaskStatus.newBuilder().setState(TaskStatus.State.STARTING).setAttempt(attempt));
    }

    /** Its image is on its way, as far as {@code pull} says. */
    void pulling(Resource<TaskSpec, TaskStatus> task, int attempt, PullStatus pull) {
        send(
                task,
                TaskStatus.newBuilder()
                        .setState(TaskStatus.State.STARTING)
                        .setAttempt(attempt)
                        .setPull(pull));
    }

    /** The image is there: the status does not go on telling that it comes. Nothing is sent when it never did. */
    void pulled(Resource<TaskSpec, TaskStatus> task) {
        var before = current(task);
        if (before.hasPull()) {
            send(task, before.toBuilder().clearPull());
        }
    }

    /** It cannot start for want of something that an engine alone has; {@code attempt} is the newest that has begun. */
    void waiting(Resource<TaskSpec, TaskStatus> task, int attempt, String why) {
        send(
                task,
                TaskStatus.newBuilder()
                        .setState(TaskStatus.State.STARTING)
                        .setAttempt(attempt)
                        .setReason("WaitsForEngine")
                        .setMessage("its environment and files are not here yet: " + why));
    }

    void couldNotStart(
            Resource<TaskSpec, TaskStatus> task,
            AttemptRecord record,
            TaskStarter.Started.Failed failed,
            Duration delay) {
        send(
                task,
                TaskStatus.newBuilder()
                        .setState(TaskStatus.State.STARTING)
                        .setAttempt(record.attempt())
                        .setReason(failed.reason())
                        .setMessage(failed.message())
                        .setNextStartMs(wallClockIn(delay)));
    }

    void running(Resource<TaskSpec, TaskStatus> task, Observed.Running running, boolean ready, String message) {
        var before = current(task);
        boolean same = before.getState() == TaskStatus.State.RUNNING && before.getAttempt() == running.attempt();
        send(
                task,
                TaskStatus.newBuilder()
                        .setState(TaskStatus.State.RUNNING)
                        .setReady(ready)
                        .setAttempt(running.attempt())
                        .setContainerId(running.containerId())
                        .setAddress(running.address())
                        .setMessage(message)
                        .setStartedAtMs(
                                same
                                        ? before.getStartedAtMs()
                                        : env.time().now().toEpochMilli()));
    }

    void backingOff(Resource<TaskSpec, TaskStatus> task, AttemptRecord record, Observed.Ended ended, Duration delay) {
        send(
                task,
                TaskStatus.newBuilder()
                        .setState(TaskStatus.State.STARTING)
                        .setAttempt(record.attempt() + 1)
                        .setReason("BackOff")
                        .setMessage("attempt " + ended.attempt() + " ended: " + ended.reason())
                        .setExitCode(ended.exitCode())
                        .addAllLastOutput(lastOutput.apply(task, ended.attempt()))
                        .setNextStartMs(wallClockIn(delay)));
    }

    void stopping(Resource<TaskSpec, TaskStatus> task, Observed.Running running) {
        send(
                task,
                TaskStatus.newBuilder()
                        .setState(TaskStatus.State.STOPPING)
                        .setAttempt(running.attempt())
                        .setContainerId(running.containerId())
                        .setAddress(running.address()));
    }

    void finished(Resource<TaskSpec, TaskStatus> task, AttemptRecord record, Step.Finish finish) {
        var before = current(task);
        var state = finish.outcome() == Step.Outcome.FAILED ? TaskStatus.State.FAILED : TaskStatus.State.EXITED;
        if (before.getState() == state) {
            send(task, before.toBuilder()); // as it was told, when the task ended
            return;
        }
        var builder = TaskStatus.newBuilder()
                .setState(state)
                .setAttempt(record.attempt())
                .setExitCode(finish.exitCode())
                .setReason(finish.reason())
                .setMessage(before.getReason().isEmpty() ? "" : before.getReason() + ": " + before.getMessage())
                .setFinishedAtMs(env.time().now().toEpochMilli());
        if (finish.exitCode() != 0 || state == TaskStatus.State.FAILED) {
            builder.addAllLastOutput(lastOutput.apply(task, record.attempt()));
        }
        send(task, builder);
    }

    /** Forgets a task that is gone. */
    void forget(String taskUid) {
        newest.remove(taskUid);
    }

    private TaskStatus current(Resource<TaskSpec, TaskStatus> task) {
        return newest.getOrDefault(task.uid(), task.status());
    }

    private void send(Resource<TaskSpec, TaskStatus> task, TaskStatus.Builder builder) {
        var status = builder.build();
        var before = newest.put(task.uid(), status);
        // The cache has the last word: a report whose outcome nobody knew may have landed after a newer one. While it
        // is only behind, the same is told twice, which writes nothing.
        boolean known = status.equals(task.status()) && (before == null || status.equals(before));
        if (!known) {
            reporter.report(task.key(), task.uid(), status);
        }
    }

    private long wallClockIn(Duration delay) {
        // To the second: a status that differs in milliseconds only is not worth a write.
        return env.time().now().plus(delay).getEpochSecond() * 1_000;
    }
}
