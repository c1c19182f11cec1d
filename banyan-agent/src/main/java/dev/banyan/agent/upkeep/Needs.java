package dev.banyan.agent.upkeep;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Says what must stay. */
@FunctionalInterface
public interface Needs {
    /** What is needed at the moment of asking; empty while nobody knows: then nothing is removed. */
    Optional<Needed> now() throws InterruptedException;

    /**
     * What is needed.
     *
     * @param images references by digest that tasks or containers have
     * @param logs directories of known tasks' output and when each task ended, {@link Instant#MAX} while it goes on
     */
    record Needed(Set<String> images, Map<Path, Instant> logs) {
        public Needed {
            images = Set.copyOf(images);
            logs = Map.copyOf(logs);
        }
    }
}
