package dev.banyan.api.wire;

import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.List;
import java.util.Map;

/** A call that the engine refused or could not answer. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final transient Map<String, String> details;
    private final transient List<Violation> violations;

    /**
     * Says what failed.
     *
     * @param details facts about the failure by name, such as {@code key} and {@code revision}
     * @param violations for {@link Reason#REJECTED}, every reason to refuse
     */
    public ApiException(Reason reason, String message, Map<String, String> details, List<Violation> violations) {
        super(message);
        this.reason = reason;
        this.details = Map.copyOf(details);
        this.violations = List.copyOf(violations);
    }

    /** A failure without details. */
    public ApiException(Reason reason, String message) {
        this(reason, message, Map.of(), List.of());
    }

    public Reason reason() {
        return reason;
    }

    /** Facts about the failure by name. */
    public Map<String, String> details() {
        return details;
    }

    /** Every reason to refuse; empty unless the reason is {@link Reason#REJECTED}. */
    public List<Violation> violations() {
        return violations;
    }
}
