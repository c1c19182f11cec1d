package dev.banyan.agent.workload;

import dev.banyan.api.v1.RestartPolicy;
import dev.banyan.api.v1.TaskSpec;
import java.time.Duration;

/** Decides the next step of one task. Pure: {@code nowMs} is the boot-time clock. */
final class Workload {
    /** Failures on the agent's side after which the task is given up, so that it is replaced elsewhere. */
    static final int AGENT_FAILURES_MAX = 5;

    /** The time within which they must happen. */
    static final Duration AGENT_FAILURES_WITHIN = Duration.ofMinutes(10);

    private final TaskSpec spec;
    private final AttemptRecord record;
    private final long nowMs;

    Workload(TaskSpec spec, AttemptRecord record, long nowMs) {
        this.spec = spec;
        this.record = record;
        this.nowMs = nowMs;
    }

    Step next(Observed observed) {
        if (record.finish().isPresent()) {
            return record.finish().get();
        }
        return spec.getDesired() == TaskSpec.Desired.RUN ? run(observed) : stop(observed);
    }

    private Step run(Observed observed) {
        return switch (observed) {
            case Observed.Running running -> new Step.Keep(running);
            case Observed.Created created -> new Step.Discard();
            case Observed.Nothing nothing -> start();
            case Observed.Ended ended -> afterEnd(ended);
        };
    }

    private static Step stop(Observed observed) {
        return switch (observed) {
            case Observed.Running running -> new Step.Stop(running);
            case Observed.Created created -> new Step.Discard();
            case Observed.Nothing nothing -> new Step.Finish(Step.Outcome.EXITED, 0, "Stopped");
            case Observed.Ended ended -> new Step.Finish(Step.Outcome.EXITED, ended.exitCode(), "Stopped");
        };
    }

    private Step start() {
        if (givenUp()) {
            return new Step.Finish(Step.Outcome.FAILED, 0, "AgentFailure");
        }
        return record.nextStartMs() > nowMs
                ? new Step.Wait(Duration.ofMillis(record.nextStartMs() - nowMs), NO_END)
                : new Step.Start();
    }

    private Step afterEnd(Observed.Ended ended) {
        if (!restarts(ended)) {
            return new Step.Finish(Step.Outcome.EXITED, ended.exitCode(), ended.reason());
        }
        if (givenUp()) {
            return new Step.Finish(Step.Outcome.FAILED, ended.exitCode(), "AgentFailure");
        }
        if (!recorded(ended)) {
            return new Step.RecordEnd(ended);
        }
        return record.nextStartMs() > nowMs
                ? new Step.Wait(Duration.ofMillis(record.nextStartMs() - nowMs), ended)
                : new Step.Start();
    }

    private boolean restarts(Observed.Ended ended) {
        var policy = spec.getContainer().getRestart();
        return switch (policy.getMode()) {
            case ALWAYS -> retriesLeft(policy, ended);
            case UNLESS_STOPPED, MODE_UNSPECIFIED, UNRECOGNIZED -> true;
            case NEVER -> false;
            case ON_FAILURE -> ended.exitCode() != 0 && retriesLeft(policy, ended);
        };
    }

    private boolean retriesLeft(RestartPolicy policy, Observed.Ended ended) {
        // The first start is no retry: so many starts may come to nothing, and one more.
        return policy.getRetriesMax() == 0 || startsInVain(policy, ended) <= policy.getRetriesMax();
    }

    /** All of them, or with a window those since the last one that lasted so long. */
    private int startsInVain(RestartPolicy policy, Observed.Ended ended) {
        if (policy.getWindowMs() == 0) {
            return ended.attempt();
        }
        return recorded(ended) ? record.endsInARow() : record.endsAfter(policy, ended.ranFor());
    }

    private boolean recorded(Observed.Ended ended) {
        return record.nextStartMs() != 0 || record.attempt() > ended.attempt();
    }

    private boolean givenUp() {
        return record.agentFailures() >= AGENT_FAILURES_MAX
                && nowMs - record.firstAgentFailureMs() <= AGENT_FAILURES_WITHIN.toMillis();
    }

    private static final Observed.Ended NO_END = new Observed.Ended(0, "", 0, "", Duration.ZERO);
}
