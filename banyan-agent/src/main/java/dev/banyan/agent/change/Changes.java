package dev.banyan.agent.change;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.env.Signal;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Revisions at which what some informers follow changed. Thread-safe.
 *
 * <p>Revisions that the store reached otherwise are of no interest: an agent that confirmed them would write, and by that make a revision
 * for all others to confirm.
 */
public final class Changes {
    /** A later one stands for those that are left out. */
    private static final int KNOWN_MAX = 1_000;

    private final Signal changed;
    private final List<Informer<?, ?>> followed = new CopyOnWriteArrayList<>();
    private final ConcurrentSkipListSet<Long> revisions = new ConcurrentSkipListSet<>();
    private final AtomicInteger listed = new AtomicInteger(); // informers that have told of their first listing
    private volatile long confirmed; // the last answer of confirmable()

    /** {@code changed} is raised at each change, and when one that is known becomes confirmable. */
    public Changes(Signal changed) {
        this.changed = changed;
    }

    /** Counts the changes of {@code informer}; to be called before anything is asked. */
    public void follow(Informer<?, ?> informer) {
        followed.add(informer);
        var own = new AtomicBoolean(true); // the first listing is news, even if it is empty
        var first = new AtomicBoolean(true);
        informer.addDirectHandler(event -> own.set(true));
        informer.addProgressListener(revision -> {
            if (own.getAndSet(false)) {
                note(revision);
                listed.addAndGet(first.getAndSet(false) ? 1 : 0);
                changed.raise();
            } else if (last() > confirmed) {
                changed.raise();
            }
        });
    }

    private void note(long revision) {
        revisions.add(revision);
        if (revisions.size() > KNOWN_MAX) {
            var ignored = revisions.pollFirst();
        }
    }

    /** Wakes at changes of {@code informer}, too, which nobody waits for. */
    public void heed(Informer<?, ?> informer) {
        var own = new AtomicBoolean(true);
        informer.addDirectHandler(event -> own.set(true));
        informer.addProgressListener(revision -> {
            if (own.getAndSet(false)) {
                changed.raise();
            }
        });
    }

    /** Whether all followed informers show something. */
    public boolean begun() {
        return listed.get() == followed.size();
    }

    /**
     * The last change that is in the listers of all followed informers, with all that came before it; 0 before there is one. What is read
     * of the listers after this call contains it.
     */
    public long confirmable() {
        long last = last();
        revisions.headSet(last, false).clear();
        confirmed = last;
        return last;
    }

    private long last() {
        long all = followed.stream().mapToLong(Informer::appliedRevision).min().orElse(0);
        var last = revisions.floor(all);
        return last == null ? confirmed : Math.max(last, confirmed);
    }
}
