package dev.banyan.engine.deployment;

import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.resource.Resource;
import java.util.List;

/**
 * What has to happen next for one app.
 *
 * @param waiting by service, why it has fewer ready replicas than wanted; empty services are absent
 */
record DeploymentPlan(List<Action> actions, List<Waiting> waiting) {
    DeploymentPlan {
        actions = List.copyOf(actions);
        waiting = List.copyOf(waiting);
    }

    /** One write. */
    sealed interface Action {
        /** A new task; its name follows from deployment, service, release, slot and ordinal. */
        record Create(TaskSpec spec) implements Action {}

        /** The task shall end; its agent stops it. */
        record Stop(Resource<TaskSpec, TaskStatus> task) implements Action {}

        /** The task ended, or never started: the object goes. */
        record Forget(Resource<TaskSpec, TaskStatus> task) implements Action {}

        /** Nothing of a deleting deployment is left. */
        record Release() implements Action {}
    }

    /** Why a service has to wait. */
    record Waiting(String service, String reason) {}
}
