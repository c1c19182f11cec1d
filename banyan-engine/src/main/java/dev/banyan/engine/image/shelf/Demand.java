package dev.banyan.engine.image.shelf;

import dev.banyan.runtime.env.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** When each repository of the cluster's registry was last asked for. Thread-safe. */
public final class Demand {
    /** Names are told by callers: what is older than this is forgotten once there are many. */
    private static final Duration KEPT = Duration.ofDays(1);

    private static final int MANY = 1_000;

    private final TimeSource time;
    private final Map<String, Instant> asked = new HashMap<>(); // guarded by this

    public Demand(TimeSource time) {
        this.time = time;
    }

    /** To be told before the registry is asked: what is found then is not deleted for a while. */
    public synchronized void ask(String repository) {
        var now = time.now();
        asked.put(repository, now);
        if (asked.size() > MANY) {
            asked.values().removeIf(last -> last.isBefore(now.minus(KEPT)));
        }
    }

    synchronized Optional<Instant> last(String repository) {
        return Optional.ofNullable(asked.get(repository));
    }

    /** Something that is done at once or not at all. */
    interface Deed {
        void run() throws InterruptedException;
    }

    /** Runs unless the repository was asked for at {@code since} or later; who asks meanwhile waits. Whether it ran. */
    synchronized boolean unlessAsked(String repository, Instant since, Deed deed) throws InterruptedException {
        if (last(repository).filter(last -> !last.isBefore(since)).isPresent()) {
            return false;
        }
        deed.run();
        return true;
    }
}
