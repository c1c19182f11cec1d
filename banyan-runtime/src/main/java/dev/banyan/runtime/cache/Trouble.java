package dev.banyan.runtime.cache;

import dev.banyan.runtime.store.StoreException;

/**
 * Why a copy cannot be filled or kept up.
 *
 * @param reason what kind of failure it is
 * @param detail what was read, from where, and what came back; for people
 * @param attempts failures in a row
 */
public record Trouble(StoreException.Reason reason, String detail, int attempts) {
    static Trouble of(RuntimeException failure, int attempts) {
        var reason = failure instanceof StoreException known ? known.reason() : StoreException.Reason.CORRUPT;
        return new Trouble(reason, String.valueOf(failure.getMessage()), attempts);
    }

    /** One line: what is wrong, and what helps. */
    public String describe() {
        var what =
                switch (reason) {
                    case UNAVAILABLE -> "the store is unreachable, trying again";
                    case DENIED -> "reading is denied: the login or the rights must be changed";
                    case CORRUPT -> "the store's answer is corrupt or was not understood";
                    case COMPACTED -> "history is compacted faster than it is read, listing again";
                };
        return what + " (attempt " + attempts + "): " + detail;
    }
}
