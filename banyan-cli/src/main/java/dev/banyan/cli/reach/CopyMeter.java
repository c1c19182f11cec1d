package dev.banyan.cli.reach;

import dev.banyan.api.source.Visible;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.cli.cluster.Passage;
import dev.banyan.cli.output.Console;
import dev.banyan.runtime.env.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Shows on a terminal how far a copy is, and says what is said meanwhile. Thread-safe. */
final class CopyMeter {
    private static final Duration PACE = Duration.ofMillis(200);
    private static final double MEGABYTE = 1_000_000.0;
    private static final double NANOS = 1_000_000_000.0;

    private final ReentrantLock lock = new ReentrantLock(); // guards all below
    private final Console console;
    private final TimeSource time;
    private final boolean shown;
    private final long begun;
    private long drawn;
    private long bytes;

    private CopyMeter(Console console, TimeSource time, boolean shown) {
        this.console = console;
        this.time = time;
        this.shown = shown;
        this.begun = time.nanos();
        this.drawn = begun;
    }

    /** Shows nothing where nobody watches, as when what comes is a program's. */
    static CopyMeter of(Console console, TimeSource time, boolean quiet) {
        return new CopyMeter(console, time, console.terminal() && !quiet);
    }

    /** The same session, with what goes through it counted. */
    Passage over(Passage passage) {
        return new Metered(passage);
    }

    /** Words beside the copy, on a line of their own. */
    void say(String words) {
        lock.lock();
        try {
            console.say(Visible.text(words) + "\n");
        } finally {
            lock.unlock();
        }
    }

    /** Takes away what is shown: the last word is somebody else's. */
    void end() {
        lock.lock();
        try {
            if (shown) {
                console.draw(List.of());
            }
        } finally {
            lock.unlock();
        }
    }

    private void moved(int more) {
        lock.lock();
        try {
            bytes += more;
            long now = time.nanos();
            if (shown && now - drawn >= PACE.toNanos()) {
                drawn = now;
                console.draw(List.of(words(bytes, now - begun)));
            }
        } finally {
            lock.unlock();
        }
    }

    /** As {@code 38.1 MB, 12.7 MB/s}. */
    static String words(long bytes, long nanos) {
        return String.format(
                Locale.ROOT, "%.1f MB, %.1f MB/s", bytes / MEGABYTE, bytes / MEGABYTE / (Math.max(1, nanos) / NANOS));
    }

    private final class Metered implements Passage {
        private final Passage passage;

        private Metered(Passage passage) {
            this.passage = passage;
        }

        @Override
        public boolean send(ReachUp part) throws InterruptedException {
            boolean sent = passage.send(part);
            moved(part.getData().size());
            return sent;
        }

        @Override
        public Optional<ReachDown> receive(Duration atMost) throws InterruptedException {
            var part = passage.receive(atMost);
            part.ifPresent(down -> moved(down.getData().size()));
            return part;
        }

        @Override
        public void close() {
            passage.close();
        }
    }
}
