package dev.banyan.agent.isolation;

/** What came of applying a view. */
public sealed interface IsolationOutcome {
    /** The kernel keeps apart what that revision says, and no flow is left that it does not allow. */
    record Applied(long revision) implements IsolationOutcome {}

    /**
     * It could not be applied; the kernel goes on with complete rules of this view or the one before.
     *
     * @param reason what was run and what it said
     */
    record Failed(String reason) implements IsolationOutcome {}
}
