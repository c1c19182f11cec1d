package dev.banyan.simulated.wire;

import dev.banyan.api.v1.AgentStatus.State;
import dev.banyan.engine.liveness.Thresholds;
import dev.banyan.runtime.simulation.SimulatedTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Knows when any engine answered an agent and when any engine stood still, and refuses judgements that do not fit that. */
final class Judgements {
    /** An agent that is answered at least so often is acknowledged: four chances of a beat. */
    private static final Duration GAP = Duration.ofSeconds(2);

    /** Less than what makes an agent lost, by what the way of a judgement and of its cause may take. */
    private static final Duration SPAN = Thresholds.DEFAULT.lost().minus(Duration.ofSeconds(1));

    /** What makes an agent suspect, by the quickest clock. */
    private static final Duration FORGIVEN =
            Thresholds.DEFAULT.suspect().multipliedBy(9).dividedBy(10);

    /**
     * Silence that may go unnoticed by the slowest clock: what makes an agent suspect, once before an engine woke up, which it forgives, and
     * once after.
     */
    private static final Duration READY_MAX =
            Thresholds.DEFAULT.suspect().multipliedBy(2).multipliedBy(10).dividedBy(9);

    private final SimulatedTime time;
    private final Map<String, ArrayDeque<Long>> heard = new HashMap<>();
    private final Map<String, Long> wentOn = new HashMap<>();
    private final Map<String, State> states = new HashMap<>();
    private final Set<String> cloned = new HashSet<>();

    Judgements(SimulatedTime time) {
        this.time = time;
    }

    /** Some engine answers {@code agent}. */
    void heard(String agent) {
        var times = heard.computeIfAbsent(agent, name -> new ArrayDeque<>());
        times.add(time.nanos());
        while (times.size() > 1 && time.nanos() - times.peek() > 2 * SPAN.toNanos()) {
            times.remove();
        }
    }

    /**
     * Two machines are {@code agent} from now on. Whichever has the newest session speaks for it: an engine that is behind may go on answering
     * the other, whose writes are refused, while the newest falls silent and is judged.
     */
    void cloned(String agent) {
        cloned.add(agent);
    }

    /** An engine went on after standing still for {@code pause}. */
    void wentOn(String engine, Duration pause) {
        if (pause.compareTo(Thresholds.DEFAULT.pause().multipliedBy(2)) > 0) {
            wentOn.put(engine, time.nanos());
        }
    }

    /** Throws for a judgement that must not be made. */
    void made(String engine, String agent, State state) {
        boolean against = state == State.SUSPECT || state == State.LOST;
        long awakeFor =
                time.nanos() - wentOn.getOrDefault(engine, -Duration.ofDays(1).toNanos());
        if (against && awakeFor < FORGIVEN.toNanos()) {
            throw new AssertionError(engine + " judges " + agent + " " + state + " " + Duration.ofNanos(awakeFor)
                    + " after it slept itself");
        }
        if (state == State.READY && silence(agent) > READY_MAX.toNanos()) {
            throw new AssertionError(engine + " judges " + agent + " ready, whom nobody has heard for "
                    + Duration.ofNanos(silence(agent)));
        }
    }

    private long silence(String agent) {
        var times = heard.getOrDefault(agent, new ArrayDeque<>());
        return times.isEmpty() ? Long.MAX_VALUE : time.nanos() - times.getLast();
    }

    /** Throws for what an agent must not be judged, as of now. */
    void landed(String agent, State state) {
        var before = states.put(agent, state);
        if (state == State.LOST && before != State.LOST && !cloned.contains(agent) && isAcknowledged(agent)) {
            throw new AssertionError(agent + " is judged lost, and some engine answered it all the time for " + SPAN);
        }
    }

    private boolean isAcknowledged(String agent) {
        long from = time.nanos() - SPAN.toNanos();
        long last = Long.MIN_VALUE;
        for (long at : heard.getOrDefault(agent, new ArrayDeque<>())) {
            if (at > from && (last == Long.MIN_VALUE || at - last > GAP.toNanos())) {
                return false;
            }
            last = at;
        }
        return last != Long.MIN_VALUE && time.nanos() - last <= GAP.toNanos();
    }
}
