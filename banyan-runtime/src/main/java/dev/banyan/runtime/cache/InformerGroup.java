package dev.banyan.runtime.cache;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Informers of several kinds that share one list and one watch and therefore move together: what one commit wrote appears in all of them
 * at once. Thread-safe.
 *
 * <p><b>Expected flow.</b> Make the group, build its informers with {@link #informer}, start the group. {@link #snapshot} then shows all of
 * them at one revision. Each is read and awaited like any other.
 *
 * <p><b>Caveats.</b> The watch is of everything in the store, so the group needs the right to read all of it, and what no informer wants is
 * dropped as it comes in. One handler that blocks the informers' task - direct ones only can - holds up all.
 */
public final class InformerGroup implements Component {
    private final String name;
    private final Env env;
    private final Feed feed;
    private final List<Informer<?, ?>> members = new CopyOnWriteArrayList<>();

    private InformerGroup(String name, Env env, Feed feed) {
        this.name = name;
        this.env = env;
        this.feed = feed;
    }

    /** A group without members; {@code name} is for logs and health. */
    public static InformerGroup over(Store store, Env env, String name) {
        return over(store, env, name, RelistBudget.standard(env), CacheMetrics.NONE);
    }

    /** A group that pays its listings from a shared budget and says what it does. */
    public static InformerGroup over(Store store, Env env, String name, RelistBudget budget, CacheMetrics metrics) {
        Objects.requireNonNull(store, "store");
        var source = new Reflector.Source(name, store, Selection.EVERYTHING, budget, metrics, Optional::empty);
        return new InformerGroup(name, env, new Feed(source, env));
    }

    /** Starts to describe a member; {@link Informer.Builder#build} makes it one. A budget is the group's and not the member's. */
    public <S, T> Informer.Builder<S, T> informer(Kind<S, T> kind) {
        return Informer.Builder.over(kind, Optional.empty(), env, Optional.of(this));
    }

    /** All members as they are now, at one revision. */
    public Snapshots snapshot() {
        return new Snapshots(feed, feed.published());
    }

    /** Several kinds at one revision. Immutable. */
    public static final class Snapshots {
        private final Feed feed;
        private final Feed.Published published;

        private Snapshots(Feed feed, Feed.Published published) {
            this.feed = feed;
            this.published = published;
        }

        /** The revision that all of them show; 0 before the first listing. */
        public long revision() {
            return published.revision();
        }

        /**
         * One member's objects.
         *
         * @throws IllegalArgumentException when {@code informer} is not of this group
         */
        public <S, T> Lister<S, T> of(Informer<S, T> informer) {
            if (informer.feed() != feed) {
                throw new IllegalArgumentException(informer.name() + " is not of this group");
            }
            return informer.in(published);
        }
    }

    /** The newest revision that all members show and their direct handlers know of; 0 before the first listing. */
    public long appliedRevision() {
        return feed.gate().passed();
    }

    /** Waits at most {@code timeout} until all members show {@code revision}; true when they do. */
    public boolean awaitRevision(long revision, Duration timeout) throws InterruptedException {
        return feed.gate().await(revision, timeout);
    }

    /** See {@link Informer#lag}. */
    public Lag lag() {
        return feed.lag();
    }

    @Override
    public String name() {
        return "informers/" + name;
    }

    @Override
    public Stage stage() {
        return Stage.SOURCE;
    }

    /** Starts all members; none can be added after it. */
    @Override
    public void start() {
        feed.start();
    }

    @Override
    public void stop() {
        feed.stop();
    }

    /** Ready when every member is. */
    @Override
    public Health health() {
        for (var member : members) {
            var health = member.health();
            if (!health.ready()) {
                return health;
            }
        }
        return feed.health(members.size() + " informers at revision " + appliedRevision());
    }

    @Override
    public boolean awaitReady(Duration atMost) throws InterruptedException {
        return feed.gate().await(0, atMost);
    }

    Feed feed() {
        return feed;
    }

    void joined(Informer<?, ?> member) {
        members.add(member);
    }
}
