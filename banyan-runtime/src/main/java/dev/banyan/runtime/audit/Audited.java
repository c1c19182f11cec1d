package dev.banyan.runtime.audit;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.WatchCache;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import java.util.HashMap;
import java.util.Map;

/** A copy that can be compared with the store. Thread-safe. */
public interface Audited {
    /** For logs and figures. */
    String name();

    /** What of the store it keeps. */
    Selection selection();

    /** What it shows now. */
    Contents contents();

    /** The store has reached {@code revision}. */
    void storeReached(long revision);

    /** It is wrong: it lists again. */
    void relist();

    /**
     * Every object of a copy with the revision of its last write.
     *
     * @param revision the state that is shown; 0 when nothing is shown yet
     */
    record Contents(long revision, Map<ObjectKey, Long> objects) {
        public Contents {
            objects = Map.copyOf(objects);
        }
    }

    /** An informer; what it has quarantined counts as shown. */
    static Audited of(Informer<?, ?> informer) {
        return new Audited() {
            @Override
            public String name() {
                return informer.name();
            }

            @Override
            public Selection selection() {
                return informer.selection();
            }

            @Override
            public Contents contents() {
                var snapshot = informer.snapshot();
                var objects = new HashMap<ObjectKey, Long>();
                snapshot.list()
                        .forEach(object ->
                                objects.put(object.key(), object.meta().revision()));
                snapshot.quarantined().forEach(held -> objects.put(held.key(), held.revision()));
                return new Contents(snapshot.revision(), objects);
            }

            @Override
            public void storeReached(long revision) {
                informer.storeReached(revision);
            }

            @Override
            public void relist() {
                informer.relist();
            }
        };
    }

    /** A cache that serves others; it is compared with what lies behind it, so the auditor must be given that. */
    static Audited of(WatchCache cache) {
        return new Audited() {
            @Override
            public String name() {
                return cache.name();
            }

            @Override
            public Selection selection() {
                return Selection.EVERYTHING;
            }

            @Override
            public Contents contents() {
                if (!cache.synced()) {
                    return new Contents(0, Map.of());
                }
                var listing = cache.list(Selection.EVERYTHING, new ReadAt.AtLeast(0));
                var objects = new HashMap<ObjectKey, Long>();
                listing.objects()
                        .forEach(object ->
                                objects.put(object.key(), object.meta().revision()));
                return new Contents(listing.revision(), objects);
            }

            @Override
            public void storeReached(long revision) {
                // a watch cache makes its readers wait instead of counting how far it is behind
            }

            @Override
            public void relist() {
                cache.relist();
            }
        };
    }
}
