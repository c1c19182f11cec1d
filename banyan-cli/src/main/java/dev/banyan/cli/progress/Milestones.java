package dev.banyan.cli.progress;

import dev.banyan.api.v1.TaskStatus;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** When an app on its way passed which point. Stepped; for one thread. */
public final class Milestones {
    private long last;
    private final LinkedHashMap<String, Duration> phases = new LinkedHashMap<>();

    /** Starts the clock. */
    public Milestones(long nowNanos) {
        this.last = nowNanos;
    }

    /** Ends the phase that lasts since the one before; does nothing for a phase that has ended. */
    public void passed(String phase, long nowNanos) {
        if (!phases.containsKey(phase)) {
            phases.put(phase, Duration.ofNanos(nowNanos - last));
            last = nowNanos;
        }
    }

    /** Ends the phases that the state shows as passed. */
    public void step(AppState state, long nowNanos) {
        var progress = state.progress();
        if (progress.isEmpty()) {
            return;
        }
        int wanted = progress.get().services().stream()
                .mapToInt(service -> service.wanted())
                .sum();
        var tasks = state.wantedTasks();
        if (tasks.size() < wanted
                || tasks.stream().anyMatch(task -> !task.spec().hasAssignment())) {
            return;
        }
        passed("placed", nowNanos);
        boolean started =
                tasks.stream().allMatch(task -> task.status().getStateValue() >= TaskStatus.State.RUNNING_VALUE);
        if (started) {
            passed("started", nowNanos);
            if (progress.get().services().stream().allMatch(service -> service.ready() >= service.wanted())) {
                passed("ready", nowNanos);
            }
        }
    }

    /** Lengths of the phases in their order. */
    public Map<String, Duration> phases() {
        return Collections.unmodifiableMap(phases);
    }
}
