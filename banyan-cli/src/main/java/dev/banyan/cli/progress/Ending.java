package dev.banyan.cli.progress;

import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.resource.Resource;

/** How following an app ended. */
public sealed interface Ending {
    /** Everything that is wanted is ready. */
    record Ready() implements Ending {}

    /** The app is gone. */
    record Gone() implements Ending {}

    /** A task failed for good, or so often that it will not come up by itself. */
    record Failed(Resource<TaskSpec, TaskStatus> task) implements Ending {}

    /** No agent can take a task; {@code reasons} is what the engine says of each. */
    record Unplaceable(Resource<TaskSpec, TaskStatus> task, String reasons) implements Ending {}

    /** A service waits in vain: {@code reason} is for what. */
    record Blocked(String service, String reason) implements Ending {}

    /** Somebody wants another release now. */
    record Superseded(long release) implements Ending {}

    /** The time was over first. */
    record TimedOut() implements Ending {}
}
