package dev.banyan.agent.network;

import java.util.List;

/** What came of applying a plan. */
public sealed interface OverlayOutcome {
    /** The revision of the plan that was to be applied. */
    long revision();

    /** {@link Applied} when there are no problems, else {@link Failed}. */
    static OverlayOutcome of(long revision, List<String> problems) {
        return problems.isEmpty() ? new Applied(revision) : new Failed(revision, problems);
    }

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

    /**
     * This server cannot be connected with any other: what is needed is missing. {@code reason} says what, and what helps. Applying again
     * finds out whether it is there meanwhile.
     */
    record Refused(long revision, String reason) implements OverlayOutcome {}
}
