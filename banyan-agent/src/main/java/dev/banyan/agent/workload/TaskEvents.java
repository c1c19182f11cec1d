package dev.banyan.agent.workload;

import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.StopOutcome;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.resource.ObjectKey;
import java.time.Duration;
import java.util.List;

/**
 * Tells people what happens to the containers of a task, as events of the Task. Messages have nothing in them that varies from one time to
 * the next, so that repetitions are counted, and neither environment nor output, which may hold secrets. Thread-safe.
 */
final class TaskEvents {
    private final EventRecorder recorder;

    TaskEvents(EventRecorder recorder) {
        this.recorder = recorder;
    }

    void pulled(ObjectKey task, ImageReference image) {
        recorder.normal(task, "Pulled", image.toString());
    }

    /** The attempt could not be made: the image could not be pulled, or something else on this server failed. */
    void couldNotStart(ObjectKey task, TaskStarter.Started.Failed failed) {
        recorder.warning(task, failed.reason(), failed.message());
    }

    /** The container gets less than its service asks for. */
    void cut(ObjectKey task, List<String> cuts) {
        cuts.forEach(cut -> recorder.warning(task, "Cut", cut));
    }

    void started(ObjectKey task) {
        recorder.normal(task, "Started", "container started");
    }

    /** A container ended by itself; {@code reason} is in words for people, such as {@code exit code 3}. */
    void exited(ObjectKey task, int exitCode, String reason) {
        if (exitCode == 0) {
            recorder.normal(task, "Exited", reason);
        } else {
            recorder.warning(task, "Exited", reason);
        }
    }

    /** It ended too often to be started again at once. */
    void backsOff(ObjectKey task, String reason) {
        recorder.warning(task, "BackOff", "ends again and again, last by " + reason + ": the next start waits");
    }

    void health(ObjectKey task, HealthTracker.State state) {
        switch (state) {
            case STARTING -> {}
            case HEALTHY -> recorder.normal(task, "Healthy", "health check succeeded");
            case UNHEALTHY ->
                recorder.warning(task, "Unhealthy", "health check failed too often in a row: container is restarted");
        }
    }

    void stopped(ObjectKey task, StopOutcome outcome, Duration grace) {
        switch (outcome) {
            case StopOutcome.Stopped stopped -> recorder.normal(task, "Stopped", "container ended when asked to");
            case StopOutcome.Killed killed ->
                recorder.warning(
                        task, "Killed", "container did not end within its grace of " + grace.toMillis() + " ms");
            case StopOutcome.AlreadyEnded ended -> {}
            case StopOutcome.NotRunning not -> {}
        }
    }

    /** The task is given up: this server failed it too often, and it is replaced elsewhere. */
    void gaveUp(ObjectKey task) {
        recorder.warning(task, "GaveUp", "this server failed to run it " + Workload.AGENT_FAILURES_MAX + " times");
    }
}
