package dev.banyan.engine.admission;

import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.List;

/** Makes manifests fit to be stored: no value that nobody shall read is in one after that. Implementations do I/O and are thread-safe. */
@FunctionalInterface
public interface Sealing {
    /**
     * A manifest for one app.
     *
     * @param trial nothing is written, and contents that would be sent first count as sent
     */
    record Wish(String namespace, String deployment, Manifest manifest, List<ReleaseSpec> earlier, boolean trial) {
        public Wish {
            earlier = List.copyOf(earlier);
        }
    }

    /** The manifest as it may be stored; adds to {@code violations} what is missing, and then it is none. */
    Manifest seal(Wish wish, List<Violation> violations);
}
