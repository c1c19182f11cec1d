package dev.banyan.agent.workload;

import dev.banyan.api.v1.RestartPolicy;
import java.time.Duration;
import java.util.Optional;

/**
 * What the agent must not forget about a task over its own restarts.
 *
 * @param taskUid whose record it is
 * @param token create revision of the Task: the fencing token of the assignment
 * @param attempt number of the newest attempt, from 1; 0 before the first
 * @param endsInARow ends since a container last ran healthy for long
 * @param agentFailures failures on this agent's side (pull, disk, sandbox) in a row
 * @param firstAgentFailureMs boot-time clock of the first of them
 * @param nextStartMs boot-time clock before which no attempt starts; 0 for at once
 * @param bootId boot that the two clocks belong to
 * @param finish how the task ended; empty while it is to run
 */
record AttemptRecord(
        String taskUid,
        long token,
        int attempt,
        int endsInARow,
        int agentFailures,
        long firstAgentFailureMs,
        long nextStartMs,
        String bootId,
        Optional<Step.Finish> finish) {

    static AttemptRecord first(String taskUid, long token, String bootId) {
        return new AttemptRecord(taskUid, token, 0, 0, 0, 0, 0, bootId, Optional.empty());
    }

    /** The record as it reads after a reboot: clocks of another boot mean nothing, so waiting starts from now. */
    AttemptRecord inBoot(String currentBootId) {
        return bootId.equals(currentBootId)
                ? this
                : new AttemptRecord(taskUid, token, attempt, endsInARow, 0, 0, 0, currentBootId, finish);
    }

    /** The same record after attempts that it does not know of. */
    AttemptRecord atAttempt(int newest) {
        return new AttemptRecord(
                taskUid, token, newest, endsInARow, agentFailures, firstAgentFailureMs, nextStartMs, bootId, finish);
    }

    /** A new attempt begins. */
    AttemptRecord started() {
        return new AttemptRecord(
                taskUid, token, attempt + 1, endsInARow, agentFailures, firstAgentFailureMs, 0, bootId, finish);
    }

    /** The container of the newest attempt ended. */
    AttemptRecord ended(RestartPolicy policy, Duration ranFor, long nowMs) {
        int ends = endsAfter(policy, ranFor);
        long next = nowMs + RestartBackoff.before(policy, ends).toMillis();
        return new AttemptRecord(taskUid, token, attempt, ends, 0, 0, next, bootId, finish);
    }

    /** Ends in a row with one that is not recorded yet, of a container that ran so long. */
    int endsAfter(RestartPolicy policy, Duration ranFor) {
        return RestartBackoff.startedWell(policy, ranFor) ? 1 : endsInARow + 1;
    }

    /** The attempt could not be made for a reason on this agent's side. */
    AttemptRecord failedHere(long nowMs) {
        int failures = agentFailures + 1;
        long first = agentFailures == 0 ? nowMs : firstAgentFailureMs;
        // The first try again is not at once: a pull that failed would fail again.
        long next = nowMs + RestartBackoff.after(failures + 1).toMillis();
        return new AttemptRecord(taskUid, token, attempt, endsInARow, failures, first, next, bootId, finish);
    }

    /** The task has ended for good: it is not started again, however much of it is forgotten elsewhere. */
    AttemptRecord finished(Step.Finish how) {
        return new AttemptRecord(
                taskUid,
                token,
                attempt,
                endsInARow,
                agentFailures,
                firstAgentFailureMs,
                nextStartMs,
                bootId,
                Optional.of(how));
    }
}
