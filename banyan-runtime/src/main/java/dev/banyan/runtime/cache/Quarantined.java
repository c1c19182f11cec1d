package dev.banyan.runtime.cache;

import dev.banyan.runtime.resource.ObjectKey;

/**
 * An object that could not be decoded or indexed and is therefore left out.
 *
 * @param revision its revision when that was tried
 * @param reason what failed, for people
 */
public record Quarantined(ObjectKey key, long revision, String reason) {
    /** What to throw by whoever would have to decide from the object's content or absence. */
    public QuarantinedException refusal() {
        return new QuarantinedException(this);
    }

    /** Somebody asked for an object that exists and cannot be decoded: nothing may be decided from its content or its absence. */
    public static final class QuarantinedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Quarantined quarantined;

        QuarantinedException(Quarantined quarantined) {
            super(quarantined.key() + " at revision " + quarantined.revision() + " cannot be decoded: "
                    + quarantined.reason() + "; correct or delete the object");
            this.quarantined = quarantined;
        }

        /** Which object, and why. */
        public Quarantined quarantined() {
            return quarantined;
        }
    }
}
