package dev.banyan.engine.server.session;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Notices that one identity is used by two machines: their registrations alternate. Stepped; one caller at a time. A legitimate agent
 * reconnects under one boot id, and a machine that reboots does not come back under the former one.
 */
final class CloneAlarm {
    /** Alternations within the window that are still taken for mishaps. */
    private static final int ALTERNATIONS_MAX = 3;

    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final Map<String, History> histories = new HashMap<>();

    private static final class History {
        private String bootId = "";
        private final ArrayDeque<Long> alternations = new ArrayDeque<>();
    }

    /** A registration; true when it is one alternation too many. */
    boolean registered(String agent, String bootId, long nowNanos) {
        var history = histories.computeIfAbsent(agent, name -> new History());
        if (!history.bootId.isEmpty() && !history.bootId.equals(bootId)) {
            history.alternations.add(nowNanos);
        }
        history.bootId = bootId;
        while (!history.alternations.isEmpty() && nowNanos - history.alternations.peek() > WINDOW.toNanos()) {
            history.alternations.remove();
        }
        return history.alternations.size() > ALTERNATIONS_MAX;
    }
}
