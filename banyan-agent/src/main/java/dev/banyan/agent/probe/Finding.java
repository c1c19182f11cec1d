package dev.banyan.agent.probe;

import dev.banyan.api.v1.ProbeResult.Outcome;

/**
 * What one attempt came to.
 *
 * @param detail more words for people; may be empty
 */
public record Finding(Outcome outcome, String detail) {
    static final Finding WELL = new Finding(Outcome.WELL, "");

    static Finding of(Outcome outcome) {
        return new Finding(outcome, "");
    }
}
