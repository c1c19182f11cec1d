package dev.banyan.engine.deployment;

import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.resource.Resource;

/**
 * A task with what deployment needs to know of its agent.
 *
 * @param agent of the agent it is assigned to; WELL for a task without one
 */
record TaskView(Resource<TaskSpec, TaskStatus> task, Fate agent) {
    /** What became of an agent. */
    enum Fate {
        /** In the cluster, heard or only briefly silent. */
        WELL,
        /** Silent for long. It may come back, so its tasks stay known to it. */
        LOST,
        /** Silent for long, and volumes of the task are there: no other agent can take its place. */
        AWAY,
        /** Removed from the cluster: nobody will ever report of its tasks. */
        GONE
    }

    boolean agentLost() {
        return agent != Fate.WELL;
    }

    /** Nothing of it can still be running for the cluster. */
    boolean over() {
        return ended() || !assigned() || agent == Fate.GONE;
    }

    /** It runs for all that is known, or may yet begin to. */
    boolean mayRun() {
        return !ended() && agent != Fate.GONE && (wanted() || assigned());
    }

    TaskSpec spec() {
        return task.spec();
    }

    TaskStatus status() {
        return task.status();
    }

    boolean wanted() {
        return spec().getDesired() == TaskSpec.Desired.RUN && !task.meta().deleting();
    }

    boolean assigned() {
        return spec().hasAssignment();
    }

    boolean ended() {
        return switch (status().getState()) {
            case EXITED, FAILED -> true;
            case STATE_UNSPECIFIED, PENDING, PREPARING, STARTING, RUNNING, STOPPING, UNRECOGNIZED -> false;
        };
    }

    /** It did what it was for, or ended in a way that its restart policy accepts: its slot is not filled again. */
    boolean settled() {
        return status().getState() == TaskStatus.State.EXITED;
    }

    /** It holds its slot: nothing else is created for it. */
    boolean holdsSlot() {
        return wanted() && !agentLost() && status().getState() != TaskStatus.State.FAILED;
    }

    /** Its agent is lost with its volumes: nothing is won by another task, which could only wait for the same agent. */
    boolean stranded() {
        return wanted() && agent == Fate.AWAY && status().getState() != TaskStatus.State.FAILED;
    }

    boolean running() {
        return wanted() && !agentLost() && status().getState() == TaskStatus.State.RUNNING;
    }

    boolean ready() {
        return running() && status().getReady();
    }

    /** It ended as its restart policy accepts, and not well. */
    boolean endedInFailure() {
        return settled() && status().getExitCode() != 0;
    }

    boolean completedSuccessfully() {
        return settled() && status().getExitCode() == 0;
    }
}
