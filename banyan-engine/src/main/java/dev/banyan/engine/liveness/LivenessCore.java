package dev.banyan.engine.liveness;

import dev.banyan.api.v1.AgentStatus.State;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** Judges silence. Stepped and without a clock; one caller at a time. */
final class LivenessCore {
    private final Thresholds thresholds;
    private final Map<String, Long> heardNanos = new TreeMap<>();
    private final Set<String> spoke = new TreeSet<>(); // heard, and not only awaited or forgiven
    private final Map<String, Verdict> written = new TreeMap<>();
    private long lastTickNanos;
    private boolean ticked;
    private long awakeSince; // when it was last seen that this engine had slept
    private boolean slept;

    /** What an agent was judged by a write of this engine, and the revision at which that landed. */
    private record Verdict(State state, long revision) {}

    LivenessCore(Thresholds thresholds) {
        this.thresholds = thresholds;
    }

    /** A heartbeat arrived at {@code atNanos}, which may be told late. */
    void heard(String agent, long atNanos) {
        heardNanos.put(agent, slept ? Math.max(atNanos, awakeSince) : atNanos);
        if (!slept || isRecent(atNanos)) {
            spoke.add(agent);
        }
    }

    /** What was heard long before this engine woke up says nothing of now. */
    private boolean isRecent(long heard) {
        return awakeSince - heard < thresholds.suspect().toNanos();
    }

    /** This engine is responsible for the agent from now on and may not have heard it yet. */
    void expect(String agent, long nowNanos) {
        heardNanos.putIfAbsent(agent, nowNanos + thresholds.arrival().toNanos());
    }

    /** For all but {@code responsible} another engine is responsible from now on, or they were removed. */
    void keepOnly(Set<String> responsible) {
        heardNanos.keySet().retainAll(responsible);
        spoke.retainAll(responsible);
        written.keySet().retainAll(responsible);
    }

    /** To be called every fraction of a second, and before each judgement: notices a pause of this engine and forgives the silence in it. */
    void tick(long nowNanos) {
        boolean paused = ticked && nowNanos - lastTickNanos > thresholds.pause().toNanos();
        if (paused) {
            slept = true;
            awakeSince = nowNanos;
            spoke.removeIf(agent -> !isRecent(heardNanos.getOrDefault(agent, nowNanos)));
            heardNanos.replaceAll((agent, heard) -> Math.max(heard, nowNanos));
        }
        ticked = true;
        lastTickNanos = nowNanos;
    }

    /**
     * What an agent that is judged {@code present} is judged from now on. Empty when that is the same or this engine is not responsible for
     * it. Who was not heard is judged no better than he is: he may only be awaited, or forgiven a silence that this engine slept through.
     */
    Optional<State> judge(String agent, State present, long nowNanos) {
        return Optional.ofNullable(heardNanos.get(agent))
                .map(heard -> state(nowNanos - heard))
                .filter(state -> spoke.contains(agent) ? state != present : isWorse(state, present));
    }

    private static boolean isWorse(State state, State present) {
        return switch (present) {
            case STATE_UNSPECIFIED, READY, UNRECOGNIZED -> state != State.READY;
            case SUSPECT -> state == State.LOST;
            case LOST -> false;
        };
    }

    /** A judgement of this engine landed at {@code revision}. */
    void landed(String agent, State state, long revision) {
        written.put(agent, new Verdict(state, revision));
    }

    /** How the agent is judged at present, going by a cache that shows its {@code state} as of {@code revision} and may be behind. */
    State judged(String agent, State state, long revision) {
        var own = written.get(agent);
        return own != null && own.revision() > revision ? own.state() : state;
    }

    private State state(long silenceNanos) {
        if (silenceNanos >= thresholds.lost().toNanos()) {
            return State.LOST;
        }
        return silenceNanos >= thresholds.suspect().toNanos() ? State.SUSPECT : State.READY;
    }

    /** Silence of an agent in milliseconds, for messages; 0 while it is awaited. */
    long silenceMillis(String agent, long nowNanos) {
        var heard = heardNanos.get(agent);
        return heard == null ? 0 : Math.max(0, TimeUnit.NANOSECONDS.toMillis(nowNanos - heard));
    }
}
