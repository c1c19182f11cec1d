package dev.banyan.engine.admission;

import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.runtime.resource.ObjectKey;
import java.util.List;

/** What admission would say, asked without changing anything. */
public sealed interface Outlook {
    /**
     * It would be admitted.
     *
     * @param deployment as it would be
     * @param changed false when the release is the one that is wanted already
     * @param claimed names of claims that would be made, such as {@code port.tcp.8080}
     * @param released names of claims that would be given back
     */
    record Admissible(
            ObjectKey key,
            DeploymentSpec deployment,
            ReleaseSpec release,
            boolean changed,
            List<String> claimed,
            List<String> released)
            implements Outlook {
        public Admissible {
            claimed = List.copyOf(claimed);
            released = List.copyOf(released);
        }
    }

    /** It would end like this. */
    record Otherwise(Verdict verdict) implements Outlook {}
}
