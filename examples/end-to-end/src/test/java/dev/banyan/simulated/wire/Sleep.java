package dev.banyan.simulated.wire;

import dev.banyan.engine.liveness.Thresholds;
import dev.banyan.runtime.election.Membership;
import dev.banyan.runtime.simulation.SimulatedProcess;
import java.time.Duration;

/** How long a process stands still, and what its clocks do meanwhile. Longer than everything that anybody waits for, or just shorter than it. */
enum Sleep {
    LONG(Duration.ofSeconds(25), Duration.ZERO, 0),
    LONG_AND_THE_WALL_CLOCK_AHEAD(Duration.ofSeconds(25), Duration.ofHours(6), 50_000),
    LONG_AND_THE_WALL_CLOCK_BACK(Duration.ofSeconds(25), Duration.ofHours(-6), -50_000),
    JUST_SHORTER_THAN_SUSPICION(Sleep.shorter(Thresholds.DEFAULT.suspect()), Duration.ZERO, 0),
    JUST_SHORTER_THAN_A_MEMBER_LIVES(Sleep.shorter(Membership.TTL), Duration.ZERO, 50_000),
    JUST_SHORTER_THAN_LOSS(Sleep.shorter(Thresholds.DEFAULT.lost()), Duration.ZERO, -50_000),

    /** The whole machine stands still, and only its wall clock goes on. */
    SUSPENDED(Duration.ofSeconds(25), Duration.ZERO, 0) {
        @Override
        void befall(SessionWorld world, SimulatedProcess process) {
            process.host().freeze();
            world.simulation().after(duration(), process.host()::thaw);
        }
    };

    private final Duration duration;
    private final Duration jump;
    private final int driftPpm;

    Sleep(Duration duration, Duration jump, int driftPpm) {
        this.duration = duration;
        this.jump = jump;
        this.driftPpm = driftPpm;
    }

    Duration duration() {
        return duration;
    }

    void befall(SessionWorld world, SimulatedProcess process) {
        world.pause(process, duration);
        process.host().jumpWallClock(jump);
        process.host().drift(driftPpm);
    }

    private static Duration shorter(Duration than) {
        return than.minusMillis(100);
    }
}
