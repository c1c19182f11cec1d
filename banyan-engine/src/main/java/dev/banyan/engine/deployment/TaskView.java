package dev.banyan.engine.deployment;

import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.resource.Resource;

/**
 * A task with what deployment needs to know of its agent.
 *
 * @param agentLost true when the agent it is assigned to is lost or gone
 */
record TaskView(Resource<TaskSpec, TaskStatus> task, boolean agentLost) {
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
        return wanted() && !agentLost && status().getState() != TaskStatus.State.FAILED;
    }

    boolean running() {
        return wanted() && !agentLost && status().getState() == TaskStatus.State.RUNNING;
    }

    boolean ready() {
        return running() && status().getReady();
    }

    boolean completedSuccessfully() {
        return settled() && status().getExitCode() == 0;
    }
}
