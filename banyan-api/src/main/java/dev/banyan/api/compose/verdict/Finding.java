package dev.banyan.api.compose.verdict;

import dev.banyan.api.compose.schema.ComposeKeys;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.compose.verdict.Verdict.Refused;

/** A key of a project with its verdict. */
record Finding(Spot spot, String key, Verdict verdict) {
    boolean isRefused() {
        return verdict instanceof Refused;
    }

    /** Complains of it, if it is refused. */
    void tell(boolean accepted) {
        if (!(verdict instanceof Refused refused)) {
            return;
        }
        if (accepted) {
            spot.warn("\"" + key + "\" is ignored: " + refused.words(), "it is listed under " + ComposeKeys.IGNORE);
        } else {
            spot.refuse(
                    refused.complaint(key),
                    refused.instead().orElse("to go on without it, list it under " + ComposeKeys.IGNORE));
        }
    }
}
