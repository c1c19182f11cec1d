package dev.banyan.agent.proxy;

import java.util.List;

/** Whether the kernel still serves what was applied. */
public sealed interface ProxyCheck {
    /** It does. */
    record Equal() implements ProxyCheck {}

    /** It does not, or a port that was taken may be free now: apply the set again. */
    record Different(List<String> reasons) implements ProxyCheck {
        public Different {
            reasons = List.copyOf(reasons);
        }
    }

    /** Nothing was applied by this object yet. */
    record NothingApplied() implements ProxyCheck {}
}
