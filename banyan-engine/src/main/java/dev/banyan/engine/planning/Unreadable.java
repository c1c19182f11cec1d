package dev.banyan.engine.planning;

import dev.banyan.api.kinds.TaskName;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.cache.Quarantined;
import dev.banyan.runtime.resource.ObjectKey;
import java.util.Optional;

/**
 * Keeps lists and indexes from being read as complete while an object that belongs there cannot be decoded. Its name alone says whose it is;
 * where the name does not tell, it may be anybody's.
 */
public final class Unreadable {
    private Unreadable() {}

    /** Fails if a task that cannot be decoded may be one of {@code deployment}'s. */
    public static void refuseTasks(Lister<?, ?> tasks, ObjectKey deployment) {
        for (var held : tasks.quarantined()) {
            var owner = TaskName.parsed(held.key().name()).map(TaskName::deployment);
            if (sameNamespace(held, deployment)
                    && owner.map(deployment.name()::equals).orElse(true)) {
                throw held.refusal();
            }
        }
    }

    /** Fails if a service, or what goes with one, that cannot be decoded may be one of {@code deployment}'s. */
    public static void refuseServices(Lister<?, ?> services, ObjectKey deployment) {
        for (var held : services.quarantined()) {
            if (sameNamespace(held, deployment) && held.key().name().startsWith(deployment.name() + ".")) {
                throw held.refusal();
            }
        }
    }

    /** The object with this key, if it is there and cannot be decoded. */
    public static Optional<Quarantined> at(Lister<?, ?> lister, ObjectKey key) {
        return lister.quarantined().stream()
                .filter(held -> held.key().equals(key))
                .findFirst();
    }

    private static boolean sameNamespace(Quarantined held, ObjectKey deployment) {
        return held.key().namespace().equals(deployment.namespace());
    }
}
