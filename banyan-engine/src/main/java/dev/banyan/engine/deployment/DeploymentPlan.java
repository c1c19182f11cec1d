package dev.banyan.engine.deployment;

import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.resource.Resource;
import java.util.List;

/**
 * What has to happen next for one app.
 *
 * @param rollouts how far each service of the release is; none when the app is being removed
 * @param waiting services that have to wait
 * @param waived services that go on without a dependency that is not required
 */
record DeploymentPlan(List<Action> actions, List<Rollout> rollouts, List<Waiting> waiting, List<Waived> waived) {
    DeploymentPlan {
        actions = List.copyOf(actions);
        rollouts = List.copyOf(rollouts);
        waiting = List.copyOf(waiting);
        waived = List.copyOf(waived);
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

    /**
     * Why a service has to wait.
     *
     * @param failure why it waits in vain; empty while it need not
     */
    record Waiting(String service, String reason, String failure) {}

    /** Without what a service goes on. */
    record Waived(String service, String reason) {}
}
