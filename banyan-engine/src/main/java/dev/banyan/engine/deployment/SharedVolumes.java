package dev.banyan.engine.deployment;

import dev.banyan.api.v1.Mount;
import dev.banyan.api.v1.TaskSpec;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether tasks get into each other's way on a volume. Pure. */
final class SharedVolumes {
    private SharedVolumes() {}

    /** Both mount a volume, and one of them may write to it. */
    static boolean written(TaskSpec one, TaskSpec other) {
        return meets(mounted(one, false), mounted(other, true)) || meets(mounted(one, true), mounted(other, false));
    }

    private static boolean meets(Set<String> some, Set<String> others) {
        return some.stream().anyMatch(others::contains);
    }

    private static Set<String> mounted(TaskSpec task, boolean readOnlyToo) {
        return task.getContainer().getMountsList().stream()
                .filter(Mount::hasVolume)
                .filter(mount -> readOnlyToo || !mount.getReadOnly())
                .map(mount -> mount.getVolume().getName())
                .collect(Collectors.toSet());
    }
}
