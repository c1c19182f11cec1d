package dev.banyan.runtime.cache;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Codec;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.SharedTypes;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * A cached, indexed copy of one kind, or a selection of it, with handlers that learn of each change. Thread-safe.
 *
 * <p><b>Expected flow.</b> Build, add handlers, {@link #start}, wait for {@link #awaitReady}, read {@link #lister()}. After an own write at
 * revision r, {@link #awaitRevision} says when the copy contains it.
 *
 * <p><b>Guarantees.</b> See the package. The lister shows a change before any handler is called. {@link #awaitRevision} and progress
 * listeners come after the direct handlers of that revision; they do not wait for the others.
 */
public final class Informer<S, T> implements Component {
    private final String name;
    private final Selection selection;
    private final Feed feed;
    private final Copy<S, T> copy;
    private final Optional<String> group;
    private final Lister<S, T> lister;

    private Informer(Builder<S, T> builder, Feed feed) {
        this.name = builder.name;
        this.selection = builder.selection;
        this.group = builder.group.map(InformerGroup::name);
        this.feed = feed;
        this.copy = new Copy<>(name, feed.nextSlot(), builder.shape(), builder.metrics);
        feed.add(copy, Snapshot.empty(builder.indexes.values()));
        this.lister = new Snapshot.Live<>(this::current);
    }

    /** Starts to describe an informer of all objects of {@code kind}, with a watch of its own. */
    public static <S, T> Builder<S, T> of(Kind<S, T> kind, Store store, Env env) {
        return Builder.over(kind, Optional.of(store), env, Optional.empty());
    }

    /** Starts to describe an informer that keeps metadata alone: the halves of its objects are empty bytes. */
    public static Builder<Bytes, Bytes> ofMetadata(Kind<?, ?> kind, Store store, Env env) {
        return of(kind.undecoded(), store, env)
                .selection(Selection.of(kind.name()).with(Selection.Detail.METADATA));
    }

    /** The copy as it is at each call. */
    public Lister<S, T> lister() {
        return lister;
    }

    /** The copy as it is now, for several reads at one revision. */
    public Lister<S, T> snapshot() {
        return current();
    }

    /** Which objects it keeps. */
    public Selection selection() {
        return selection;
    }

    /**
     * Adds a handler, at any time; it is told {@code Added} for each object that is there. It has a task and a buffer of its own: it may be
     * slow or block without delaying the cache or other handlers, and is then told the newest state of each object that changed meanwhile,
     * once. What came and went between two calls it does not hear of. It starts with the informer.
     *
     * @return its place, to look after it or to take it away
     */
    public ResourceHandler.Registration addHandler(ResourceHandler<S, T> handler) {
        return addHandler("handler/" + name, handler);
    }

    /** The same under a name for logs and health. */
    public ResourceHandler.Registration addHandler(String handlerName, ResourceHandler<S, T> handler) {
        Objects.requireNonNull(handler, "handler");
        return feed.addLoop(copy, handlerName, HandlerLoop.oneByOne(handlerName, handler));
    }

    /** Adds a handler, as {@link #addHandler} does, that is told whole revisions at a time. */
    public ResourceHandler.Registration addBatchHandler(String handlerName, ResourceHandler.OfBatches<S, T> handler) {
        return feed.addLoop(copy, handlerName, Objects.requireNonNull(handler, "handler"));
    }

    /**
     * Adds a handler that is told every single change, in order, on the informer's own task. While it runs the cache stands still: it is for
     * code that notes something and returns, such as putting keys into a queue, and must not block. A handler that is added late is told on
     * that task what is there.
     */
    public void addDirectHandler(ResourceHandler<S, T> handler) {
        feed.addDirect(copy, name, Objects.requireNonNull(handler, "handler"));
    }

    /**
     * Calls {@code listener} on the informer's task with each applied revision, after the direct handlers. It must be quick and not fail.
     */
    public void addProgressListener(LongConsumer listener) {
        feed.addProgressListener(Objects.requireNonNull(listener, "listener"));
    }

    /**
     * Adds an index, at any time. When this returns the lister has it; what is there is filed without listing again. Objects that it cannot
     * file are quarantined.
     *
     * @throws IllegalArgumentException when the informer has an index of that name
     */
    public <I> void addIndex(Index<S, T, I> index) {
        feed.reshape(copy, now -> {
            if (now.filings().containsKey(index.name())) {
                throw new IllegalArgumentException("informer " + name + " has two indexes named " + index.name());
            }
            return SnapshotStep.index(now, index);
        });
    }

    /** Whether it, or its group, was started. */
    public boolean started() {
        return feed.started();
    }

    /** True once the first listing, or what was kept instead of it, is in the lister and was told to the direct handlers. */
    public boolean synced() {
        return feed.synced();
    }

    /**
     * True while the lister shows what was kept from an earlier life, because the store has not answered yet. Once false it stays false.
     * Whoever decides by it asks before it reads the lister: then what it reads is at least as new as the answer.
     */
    public boolean stale() {
        return feed.stale();
    }

    /** Waits at most {@code atMost} until the store itself has answered; true when it has. Waits for nothing that was kept. */
    public boolean awaitAnswer(Duration atMost) throws InterruptedException {
        return feed.answered().await(0, atMost);
    }

    /** The newest revision that the lister shows and the direct handlers know of; 0 before it shows anything. */
    public long appliedRevision() {
        return feed.gate().passed();
    }

    /**
     * Waits at most {@code timeout} until {@code revision} is applied; true when it is. The revision is that of a commit, from {@link
     * dev.banyan.runtime.store.WriteOutcome.Written}: the lister then contains that write.
     */
    public boolean awaitRevision(long revision, Duration timeout) throws InterruptedException {
        return feed.gate().await(revision, timeout);
    }

    /** How far the copy is behind what is known of the store. */
    public Lag lag() {
        return feed.lag();
    }

    /**
     * Tells that the store has reached {@code revision}, as somebody has seen: {@link #lag} counts from there. Revisions of another history
     * than the store's present one must not be told.
     */
    public void storeReached(long revision) {
        feed.storeReached(revision);
    }

    /** Makes the informer, with all of its group, list again soon, though nothing seems to be missing. */
    public void relist() {
        feed.relist();
    }

    /** Objects left out because they cannot be decoded or indexed, by key. */
    public List<Quarantined> quarantined() {
        return current().quarantined();
    }

    /**
     * Bytes of what is kept: keys, metadata, and spec and status as they are encoded, unless a projection or selection drops them. The heap
     * holds more: some 300 bytes an object, and whatever decoding adds.
     */
    public long bytes() {
        return current().bytes();
    }

    /** The handlers with tasks of their own, and how far each is. */
    public List<ResourceHandler.Registration> handlers() {
        return feed.registrations(copy);
    }

    /** Why nothing comes in; empty while all is well. */
    public Optional<Trouble> trouble() {
        return feed.trouble();
    }

    @Override
    public String name() {
        return "informer/" + name;
    }

    @Override
    public Stage stage() {
        return Stage.SOURCE;
    }

    @Override
    public void start() {
        refuseInGroup();
        feed.start();
    }

    @Override
    public void stop() {
        refuseInGroup();
        feed.stop();
    }

    /** Ready while the copy is filled and not too far behind, and the store can be read. */
    @Override
    public Health health() {
        var now = current();
        var held = now.held().isEmpty() ? "" : ", " + now.held().size() + " quarantined";
        return feed.health(now.size() + " objects of " + now.bytes() + " bytes at revision " + now.revision() + held
                + feed.slowHandlers(copy));
    }

    /** Waits for the first listing, or for what was kept instead of it. */
    @Override
    public boolean awaitReady(Duration atMost) throws InterruptedException {
        return feed.gate().await(0, atMost);
    }

    /** Its part of what a feed has published. */
    Lister<S, T> in(Feed.Published published) {
        return copy.in(published.snapshots());
    }

    Feed feed() {
        return feed;
    }

    private Snapshot<S, T> current() {
        return copy.in(feed.published().snapshots());
    }

    private void refuseInGroup() {
        if (group.isPresent()) {
            throw new IllegalStateException(name() + " belongs to " + group.get() + ": start and stop that");
        }
    }

    /** Describes an informer. Not thread-safe. */
    public static final class Builder<S, T> {
        private final Optional<Store> store;
        private final Env env;
        private final Optional<InformerGroup> group;
        private final Map<String, Index<S, T, ?>> indexes = new TreeMap<>();
        private Function<StoredObject, Resource<S, T>> decoder;
        private boolean whole = true;
        private Selection selection;
        private String name;
        private Optional<RelistBudget> budget = Optional.empty();
        private CacheMetrics metrics = CacheMetrics.NONE;
        private Optional<Supplier<Optional<Listing>>> kept = Optional.empty();

        private Builder(
                String kind,
                Optional<Store> store,
                Env env,
                Optional<InformerGroup> group,
                Function<StoredObject, Resource<S, T>> decoder) {
            this.store = store;
            this.env = Objects.requireNonNull(env, "env");
            this.group = group;
            this.decoder = decoder;
            this.selection = Selection.of(kind);
            this.name = kind;
        }

        static <S, T> Builder<S, T> over(
                Kind<S, T> kind, Optional<Store> store, Env env, Optional<InformerGroup> group) {
            Objects.requireNonNull(kind, "kind");
            var types = new SharedTypes();
            refuseMutable(kind, types);
            return new Builder<>(kind.name(), store, env, group, object -> {
                var resource = kind.decode(object);
                types.check(resource.spec());
                types.check(resource.status());
                return resource;
            });
        }

        /** A name for logs and health, when one process has several informers of a kind. The default is the kind's. */
        public Builder<S, T> named(String newName) {
            this.name = Objects.requireNonNull(newName, "newName");
            return this;
        }

        /** Only these objects of the kind; with metadata only, spec and status decode from empty bytes. */
        public Builder<S, T> selection(Selection newSelection) {
            this.selection = Objects.requireNonNull(newSelection, "newSelection");
            return this;
        }

        /**
         * Files each object under any number of texts; {@code values} depends on nothing but the object.
         *
         * @throws IllegalArgumentException when two indexes have one name
         */
        public Builder<S, T> index(String index, Function<Resource<S, T>, ? extends Collection<String>> values) {
            return index(Index.ofTexts(index, values));
        }

        /**
         * Files each object by {@code index}.
         *
         * @throws IllegalArgumentException when two indexes have one name
         */
        public <I> Builder<S, T> index(Index<S, T, I> index) {
            if (indexes.put(index.name(), index) != null) {
                throw new IllegalArgumentException("informer " + name + " has two indexes named " + index.name());
            }
            return this;
        }

        /**
         * Keeps of each object only what {@code projection} makes of it, usually {@link Resource#with} of small records; the rest is dropped
         * as it comes in. An object for which it fails is quarantined. Indexes and handlers, which are added after this, see the projection.
         *
         * @throws IllegalStateException when there are indexes already
         */
        public <P, Q> Builder<P, Q> project(Function<Resource<S, T>, Resource<P, Q>> projection) {
            Objects.requireNonNull(projection, "projection");
            if (!indexes.isEmpty()) {
                throw new IllegalStateException("informer " + name + " is projected after it was indexed");
            }
            var types = new SharedTypes();
            var full = decoder;
            var projected = new Builder<P, Q>(name, store, env, group, object -> {
                var kept = projection.apply(full.apply(object));
                if (!kept.key().equals(object.key())
                        || kept.meta().revision() != object.meta().revision()) {
                    throw new IllegalArgumentException("a projection keeps key and revision");
                }
                types.check(kept.spec());
                types.check(kept.status());
                return kept;
            });
            projected.selection = selection;
            projected.whole = false;
            projected.budget = budget;
            projected.metrics = metrics;
            projected.kept = kept;
            return projected;
        }

        /** What listing again may cost, shared by the informers of the process. By default this informer has a budget for itself. */
        public Builder<S, T> budget(RelistBudget shared) {
            this.budget = Optional.of(shared);
            return this;
        }

        /**
         * What to show, marked as {@link Informer#stale}, when the store cannot be reached at the start: a listing of the same selection,
         * kept from an earlier life. Asked once at most, on the informer's reflector; must not fail. The store's first answer replaces it:
         * handlers are told the difference.
         */
        public Builder<S, T> kept(Supplier<Optional<Listing>> listing) {
            this.kept = Optional.of(listing);
            return this;
        }

        /** Tells {@code newMetrics} of listings and quarantines; nobody unless told. */
        public Builder<S, T> metrics(CacheMetrics newMetrics) {
            this.metrics = Objects.requireNonNull(newMetrics, "newMetrics");
            return this;
        }

        /**
         * The informer; in a group, a member of it.
         *
         * @throws IllegalStateException when the group is started already, or a budget or a kept listing is given to a member of one
         */
        public Informer<S, T> build() {
            if (group.isPresent()) {
                if (budget.isPresent() || kept.isPresent()) {
                    throw new IllegalStateException(
                            "informer " + name
                                    + " lists with its group: give the budget to that, and a kept listing to an informer of its own");
                }
                var member = new Informer<>(this, group.get().feed());
                group.get().joined(member);
                return member;
            }
            var source = new Reflector.Source(
                    name,
                    store.orElseThrow(),
                    selection,
                    budget.orElseGet(() -> RelistBudget.standard(env)),
                    metrics,
                    kept.orElse(Optional::empty));
            return new Informer<>(this, new Feed(source, env));
        }

        private SnapshotStep.Shape<S, T> shape() {
            return new SnapshotStep.Shape<>(selection, decoder, whole);
        }

        /** The empty value of a codec shows the type before there is any object. A codec without one is looked at later. */
        private static void refuseMutable(Kind<?, ?> kind, SharedTypes types) {
            for (var codec : List.<Codec<?>>of(kind.spec(), kind.status())) {
                emptyOf(codec).forEach(types::check);
            }
        }

        private static List<Object> emptyOf(Codec<?> codec) {
            var empty = new ArrayList<Object>(1);
            try {
                empty.add(codec.decode(Bytes.EMPTY));
            } catch (RuntimeException none) {
                empty.clear();
            }
            return empty;
        }
    }

    /**
     * Why a copy cannot be filled or kept up.
     *
     * @param reason what kind of failure it is
     * @param detail what was read, from where, and what came back; for people
     * @param attempts failures in a row
     */
    public record Trouble(StoreException.Reason reason, String detail, int attempts) {
        static Trouble of(RuntimeException failure, int attempts) {
            var reason = failure instanceof StoreException known ? known.reason() : StoreException.Reason.CORRUPT;
            return new Trouble(reason, String.valueOf(failure.getMessage()), attempts);
        }

        /** One line: what is wrong, and what helps. */
        public String describe() {
            var what =
                    switch (reason) {
                        case UNAVAILABLE -> "the store is unreachable, trying again";
                        case DENIED -> "reading is denied: the login or the rights must be changed";
                        case CORRUPT -> "the store's answer is corrupt or was not understood";
                        case COMPACTED -> "history is compacted faster than it is read, listing again";
                    };
            return what + " (attempt " + attempts + "): " + detail;
        }
    }
}
