package dev.banyan.agent.workload;

import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.resource.Resource;
import java.time.Duration;

/** Asked before a container is stopped whose task shall not run any more. Thread-safe. */
@FunctionalInterface
public interface StopGate {
    /** Zero when it may be stopped now, otherwise how long to wait before asking again. */
    Duration before(Resource<TaskSpec, TaskStatus> task);
}
