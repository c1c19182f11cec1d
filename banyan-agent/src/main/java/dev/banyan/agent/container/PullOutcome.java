package dev.banyan.agent.container;

import java.time.Duration;

/** What became of making an image present. */
public sealed interface PullOutcome {
    /** It was there already. */
    record Present() implements PullOutcome {}

    /** It was fetched; {@code sizeBytes} is its compressed size. */
    record Pulled(long sizeBytes, Duration duration) implements PullOutcome {}

    /** It could not be fetched; {@code reason} is the runtime's own sentence. */
    record Failed(Cause cause, String reason) implements PullOutcome {}

    /** Why an image could not be fetched. */
    enum Cause {
        /** The registry answered and does not have it. */
        NOT_FOUND,
        /** The registry refuses this agent. */
        UNAUTHORISED,
        /** No registry answered: trying again can help. */
        UNREACHABLE,
        OTHER
    }
}
