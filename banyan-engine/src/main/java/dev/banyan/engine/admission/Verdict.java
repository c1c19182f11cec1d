package dev.banyan.engine.admission;

import dev.banyan.runtime.store.WriteOutcome;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.List;

/** How admission ended. All but {@link Admitted} mean: nothing was changed. */
public sealed interface Verdict {
    /** Wanted from now on; {@code changed} is false when it was wanted already. */
    record Admitted(String deployment, long release, long revision, boolean changed) implements Verdict {}

    /** Every reason, with field paths such as {@code services.web.ports[0]}. */
    record Refused(List<Violation> violations) implements Verdict {
        public Refused {
            violations = List.copyOf(violations);
        }
    }

    /** Somebody changed the deployment since the caller looked. */
    record Overtaken(String deployment, long revision, String author) implements Verdict {}

    /** No such deployment. */
    record Unknown(String deployment) implements Verdict {}

    /** The store did not take it. */
    record Failed(WriteOutcome outcome) implements Verdict {}
}
