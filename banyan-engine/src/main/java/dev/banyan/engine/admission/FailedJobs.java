package dev.banyan.engine.admission;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;

/** Whether an app has tasks that ended in failure and are not tried again: who deploys the same once more means them. */
final class FailedJobs {
    private FailedJobs() {}

    static boolean any(Store store, ObjectKey deployment) {
        var selection = Selection.of(Kinds.TASKS.name())
                .in(deployment.namespace())
                .labelled(LabelSelector.of(Labels.DEPLOYMENT, deployment.name()));
        return store.list(selection, ReadAt.LATEST).objects().stream()
                .map(Kinds.TASKS::decode)
                .anyMatch(FailedJobs::failed);
    }

    private static boolean failed(Resource<TaskSpec, TaskStatus> task) {
        return task.spec().getDesired() == TaskSpec.Desired.RUN
                && task.status().getState() == TaskStatus.State.EXITED
                && task.status().getExitCode() != 0;
    }
}
