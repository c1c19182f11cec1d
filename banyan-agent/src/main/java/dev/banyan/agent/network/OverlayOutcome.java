package dev.banyan.agent.network;

import java.util.List;

/** What came of applying a plan. */
public sealed interface OverlayOutcome {
    /** The revision of the plan that was to be applied. */
    long revision();

    /** The kernel follows the plan. */
    record Applied(long revision) implements OverlayOutcome {}

    /**
     * As much as possible was done; {@code problems} says for each missing piece what was tried and what was said. Applying again does what
     * is left.
     */
    record Failed(long revision, List<String> problems) implements OverlayOutcome {
        public Failed {
            problems = List.copyOf(problems);
        }
    }
}
