package dev.banyan.cli.progress;

import dev.banyan.runtime.env.Env;
import java.time.Duration;

/** The loop that follows an app. */
public final class Follower {
    /** Nothing is silent for longer. */
    private static final Duration STEP_MAX = Duration.ofSeconds(1);

    private final Env env;
    private final AppWatch watch;
    private final Judge judge;

    public Follower(Env env, AppWatch watch, Judge judge) {
        this.env = env;
        this.watch = watch;
        this.judge = judge;
    }

    /** Is told of each step. */
    @FunctionalInterface
    public interface Listener {
        /** The state at a monotonic time; called at least once a second. */
        void step(AppState state, long nowNanos);
    }

    /** Follows until the judge says that it is over, at most {@code timeout}. */
    public Ending follow(Duration timeout, Listener listener) throws InterruptedException {
        long begun = env.time().nanos();
        while (true) {
            var state = watch.state();
            long now = env.time().nanos();
            listener.step(state, now);
            var ending = judge.step(state, now);
            if (ending.isPresent()) {
                return ending.get();
            }
            var left = timeout.minusNanos(now - begun);
            if (!left.isPositive()) {
                return new Ending.TimedOut();
            }
            var _ = watch.await(left.compareTo(STEP_MAX) < 0 ? left : STEP_MAX);
        }
    }
}
