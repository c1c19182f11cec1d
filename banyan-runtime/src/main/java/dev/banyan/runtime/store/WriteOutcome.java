package dev.banyan.runtime.store;

import dev.banyan.runtime.resource.ObjectKey;
import java.util.List;

/** How a commit ended. All but {@link Written} and {@link Unknown} mean: nothing was written. */
public sealed interface WriteOutcome {
    /** Everything landed at {@code revision}. A commit that changed nothing answers the newest revision it saw. */
    record Written(long revision) implements WriteOutcome {}

    /** {@code key} was written since it was read, or is another incarnation; {@code revision} is what it has now, 0 if absent. */
    record Conflict(ObjectKey key, long revision) implements WriteOutcome {}

    /** A created key is taken. */
    record AlreadyExists(ObjectKey key) implements WriteOutcome {}

    /** An object to be changed is gone. */
    record NotFound(ObjectKey key) implements WriteOutcome {}

    /** The content is refused; each violation names a field path. */
    record Rejected(List<Violation> violations) implements WriteOutcome {
        public Rejected {
            violations = List.copyOf(violations);
        }
    }

    /** The caller may not do this. */
    record Denied(String reason) implements WriteOutcome {}

    /** The writer acted under a right that it no longer has. It stops acting until it has a new one. */
    record Fenced(ObjectKey key, long expectedRevision, long actualRevision) implements WriteOutcome {}

    /** An object or the commit exceeds its limit. */
    record TooLarge(ObjectKey key, long bytes, long limit) implements WriteOutcome {}

    /** It may have landed or not: the answer was lost and reading back did not tell. */
    record Unknown(String nonce, String reason) implements WriteOutcome {}

    /** The store could not be reached; nothing was written. */
    record Unavailable(String reason) implements WriteOutcome {}

    /** One reason to refuse a content: {@code field} is a path such as {@code services.web.ports[0]}. */
    record Violation(String field, String message) {}

    /** True when everything landed. */
    default boolean written() {
        return this instanceof Written;
    }

    /**
     * The revision at which everything landed, for writers who have no plan for anything else.
     *
     * @throws IllegalStateException saying how the commit ended instead
     */
    default long orFail() {
        if (this instanceof Written(var revision)) {
            return revision;
        }
        throw new IllegalStateException("not written: " + this);
    }
}
