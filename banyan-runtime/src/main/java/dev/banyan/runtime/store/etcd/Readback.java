package dev.banyan.runtime.store.etcd;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.CommitPlan.Change;
import dev.banyan.runtime.store.etcd.wire.KeyValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Tells whether an earlier sending of a transaction landed, from what is there after a later sending did not. One decided key decides,
 * since a commit lands whole or not at all. Pure but for the reader of older values that it is given.
 *
 * <p>A written key decides by its nonce, looking back over later writes of others. A removed key decides only while it is still there:
 * an absent key does not say who removed it.
 */
final class Readback {
    /** Later writes of others that are looked back over; a key written more often within seconds stays undecided. */
    private static final int STEPS_MAX = 8;

    private final Map<ObjectKey, StoredObject> before;
    private final String nonce;
    private final BiFunction<ObjectKey, Long, Optional<KeyValue>> older;

    /**
     * Judges a transaction that was marked with {@code nonce} and planned on {@code before}.
     *
     * @param older reads a key at an older revision; empty when it is absent there or that revision is gone
     */
    Readback(Map<ObjectKey, StoredObject> before, String nonce, BiFunction<ObjectKey, Long, Optional<KeyValue>> older) {
        this.before = before;
        this.nonce = nonce;
        this.older = older;
    }

    /** Whether it landed. */
    sealed interface Verdict {
        /** It did, at this revision. */
        record Landed(long revision) implements Verdict {}

        /** It did not and cannot any more: a key that it compares has moved on. */
        record NotLanded() implements Verdict {}

        /** What is there fits both. */
        record Undecided() implements Verdict {}
    }

    Verdict judge(List<Change> changes, Map<ObjectKey, KeyValue> now) {
        for (var change : changes) {
            var verdict = judge(change, Optional.ofNullable(now.get(change.key())));
            if (!(verdict instanceof Verdict.Undecided)) {
                return verdict;
            }
        }
        return new Verdict.Undecided();
    }

    private Verdict judge(Change change, Optional<KeyValue> pair) {
        if (pair.isEmpty()) {
            return new Verdict.Undecided();
        }
        return switch (change) {
            case Change.Put put -> judgePut(put.key(), pair.get());
            case Change.Remove remove -> judgeRemoval(remove.key(), pair.get());
        };
    }

    private Verdict judgePut(ObjectKey key, KeyValue newest) {
        long base = baseOf(key).map(object -> object.meta().revision()).orElse(0L);
        Optional<KeyValue> pair = Optional.of(newest);
        for (int step = 0; step < STEPS_MAX && pair.isPresent(); step++) {
            if (ObjectEnvelope.nonceOf(pair.get()).equals(nonce)) {
                return new Verdict.Landed(pair.get().getModRevision());
            }
            if (pair.get().getModRevision() <= base) {
                return new Verdict.NotLanded();
            }
            pair = older.apply(key, pair.get().getModRevision() - 1);
        }
        return new Verdict.Undecided();
    }

    private Verdict judgeRemoval(ObjectKey key, KeyValue pair) {
        boolean sameIncarnation = baseOf(key)
                .filter(object -> object.meta().createRevision() == pair.getCreateRevision())
                .isPresent();
        return sameIncarnation ? new Verdict.NotLanded() : new Verdict.Undecided();
    }

    private Optional<StoredObject> baseOf(ObjectKey key) {
        return Optional.ofNullable(before.get(key));
    }
}
