package dev.banyan.runtime.audit;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.Selection;
import java.util.Optional;

/**
 * What a store says of its own history in one answer: how far it is, what this gate last signed there, and what an operator last decided.
 */
record Testimony(long revision, Optional<StoredObject> signed, Optional<StoredObject> decided) {
    private static final String KIND = ".sync";

    /** What gates ask for: a handful of small objects, one for each gate and one for all. */
    static final Selection QUESTION = Selection.of(KIND);

    /** The operator's newest decision, for all gates of a store. */
    static final ObjectKey ACCEPTED = ObjectKey.cluster(KIND, "accepted");

    /** The object that only the gate {@code name} writes. */
    static ObjectKey signOf(String name) {
        return ObjectKey.cluster(KIND, "gate." + name);
    }

    static Testimony in(Listing listing, ObjectKey sign) {
        return new Testimony(listing.revision(), find(listing, sign), find(listing, ACCEPTED));
    }

    /** Empty when there is none. */
    String sign() {
        return text(signed);
    }

    /** Empty when there never was one. */
    String acceptance() {
        return text(decided);
    }

    private static Optional<StoredObject> find(Listing listing, ObjectKey key) {
        return listing.objects().stream()
                .filter(object -> object.key().equals(key))
                .findFirst();
    }

    private static String text(Optional<StoredObject> object) {
        return object.map(found -> found.spec().toUtf8()).orElse("");
    }
}
