package dev.banyan.runtime.audit;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What gates write into the store that they guard: past the gate, since it is about the gate. Thread-safe. */
final class SharedSigns {
    /** Revisions that an acceptance makes up for, at some thousand a second. */
    static final int BUMPS_MAX = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(SharedSigns.class);

    private static final ObjectKey BUMP = ObjectKey.cluster(Testimony.ACCEPTED.kind(), "bump");

    private final Store store;
    private final Env env;
    private final ObjectKey sign;

    /** Of the gate {@code name}. */
    SharedSigns(Store store, Env env, String name) {
        this.store = store;
        this.env = env;
        this.sign = Testimony.signOf(name);
    }

    ObjectKey key() {
        return sign;
    }

    /** A text that nobody else will ever write. */
    String fresh() {
        return env.entropy().uid();
    }

    Testimony testimony() {
        return Testimony.in(store.list(Testimony.QUESTION, ReadAt.LATEST), sign);
    }

    /** Signs what {@code base} shows; the revision when it landed, empty when it did not or that is not known. */
    OptionalLong sign(Testimony base, String text) {
        return store.commit(putting(sign, base.signed(), text)) instanceof WriteOutcome.Written(var revision)
                ? OptionalLong.of(revision)
                : OptionalLong.empty();
    }

    /**
     * Tells all gates that the operator has accepted what is there.
     *
     * @throws StoreException when that could not be written
     */
    Testimony decide() {
        var outcome = store.commit(putting(Testimony.ACCEPTED, testimony().decided(), fresh()));
        if (!outcome.written()) {
            throw unwritten(outcome);
        }
        return testimony();
    }

    /**
     * Brings the store's revision beyond {@code seen}, or as far as {@link #BUMPS_MAX} writes bring it: nobody who has seen the lost history
     * may take one of its revisions for one of this.
     *
     * @throws StoreException when the store cannot be written
     */
    void passBeyond(long seen) {
        long revision = testimony().revision();
        for (int bump = 0; revision <= seen && bump < BUMPS_MAX; bump++) {
            revision = switch (store.commit(putting(BUMP, store.get(BUMP, ReadAt.LATEST), fresh()))) {
                case WriteOutcome.Written(var reached) -> reached;
                case WriteOutcome.Conflict another -> testimony().revision();
                case WriteOutcome.AlreadyExists another -> testimony().revision();
                case WriteOutcome failed -> throw unwritten(failed);
            };
        }
        if (revision <= seen) {
            LOG.atWarn()
                    .addKeyValue("seen", seen)
                    .addKeyValue("revision", revision)
                    .log("too much history is lost to make up for it: restart every reader of this store");
        }
    }

    private static StoreException unwritten(WriteOutcome outcome) {
        return new StoreException(
                StoreException.Reason.UNAVAILABLE,
                "the decision could not be written to the store (" + outcome + "); work is still stopped, try again");
    }

    private static Commit putting(ObjectKey key, Optional<StoredObject> base, String text) {
        var draft = Draft.of(key, Bytes.utf8(text));
        return Commit.of(
                base.<Write>map(known -> new Write.Update(known, draft)).orElseGet(() -> new Write.Create(draft)));
    }
}
