package dev.banyan.runtime.resource;

import java.time.Instant;

/**
 * One fact in a status, with its reason.
 *
 * @param type CamelCase name of the fact, such as {@code Ready}
 * @param reason CamelCase word a program may switch on
 * @param message a sentence for people
 * @param observedGeneration generation of the spec that this fact speaks of
 * @param lastChange wall clock when {@code status} last changed; for people only
 */
public record Condition(
        String type, Status status, String reason, String message, long observedGeneration, Instant lastChange) {
    /** Whether the fact holds. */
    public enum Status {
        /** It holds. */
        TRUE,
        /** It does not. */
        FALSE,
        /** Nobody can tell. */
        UNKNOWN
    }
}
