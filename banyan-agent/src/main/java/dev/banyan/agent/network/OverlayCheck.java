package dev.banyan.agent.network;

import java.util.List;

/** Whether the kernel still follows the plan. */
public sealed interface OverlayCheck {
    /** {@link Equal} when there are no reasons, else {@link Different}. */
    static OverlayCheck of(List<String> reasons) {
        return reasons.isEmpty() ? new Equal() : new Different(reasons);
    }

    /** It does. */
    record Equal() implements OverlayCheck {}

    /** It does not: apply the plan again. */
    record Different(List<String> reasons) implements OverlayCheck {
        public Different {
            reasons = List.copyOf(reasons);
        }
    }

    /** Nothing was applied by this object yet. */
    record NothingApplied() implements OverlayCheck {}
}
