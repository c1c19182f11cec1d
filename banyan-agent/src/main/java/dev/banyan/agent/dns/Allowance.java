package dev.banyan.agent.dns;

import dev.banyan.agent.host.Ipv4Address;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How often one asker may ask within a second, so that one that asks without end leaves time for the others. Stepped; for one caller. */
final class Allowance {
    /** A tenth of what one core answers. */
    static final int A_SECOND = 10_000;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Map<Ipv4Address, Integer> asked = new HashMap<>();
    private long beganNanos;

    Allowance(long nowNanos) {
        this.beganNanos = nowNanos;
    }

    /** Whether one more question is heard. */
    boolean admits(Ipv4Address asker, long nowNanos) {
        if (nowNanos - beganNanos >= SECOND) {
            asked.clear();
            beganNanos = nowNanos;
        }
        return asked.merge(asker, 1, Integer::sum) <= A_SECOND;
    }
}
