package dev.banyan.engine.cluster;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import java.util.Optional;

/**
 * What a store says of whose it is.
 *
 * @param id empty in a store that nobody has claimed
 * @param level empty likewise
 * @param view the members' object, if there ever was a member
 */
record StoreMark(Optional<StoredObject> id, Optional<StoredObject> level, Optional<StoredObject> view) {
    static final ObjectKey ID = ObjectKey.cluster(".cluster", "id");
    static final ObjectKey LEVEL = ObjectKey.cluster(".cluster", "level");

    /** What that means for an engine. */
    sealed interface Finding {
        /** It may work here; {@code raise} when the level in force is below its own. */
        record Ours(boolean raise) implements Finding {}

        /** Nobody's yet, or not fully claimed. */
        record Unclaimed() implements Finding {}

        /** Another cluster's. */
        record Foreign(String cluster) implements Finding {}

        /** Of a level that the engine does not understand. */
        record Newer(String level) implements Finding {}
    }

    static StoreMark read(Store store, ObjectKey view) {
        return new StoreMark(
                store.get(ID, ReadAt.LATEST), store.get(LEVEL, ReadAt.LATEST), store.get(view, ReadAt.LATEST));
    }

    /** For an engine of {@code cluster} that understands up to {@code own}. */
    Finding judge(String cluster, int own) {
        var owner = id.map(StoreMark::text).orElse(cluster);
        if (!owner.equals(cluster)) {
            return new Finding.Foreign(owner);
        }
        if (level.isPresent() && number(level.get()) > own) {
            return new Finding.Newer(text(level.get()));
        }
        return id.isEmpty() || level.isEmpty() ? new Finding.Unclaimed() : new Finding.Ours(number(level.get()) < own);
    }

    static Draft draft(ObjectKey key, String text) {
        return Draft.of(key, Bytes.utf8(text));
    }

    private static String text(StoredObject object) {
        return object.spec().toUtf8();
    }

    /** A level that is no number was written by a program of the future. */
    private static int number(StoredObject object) {
        try {
            return Integer.parseInt(text(object));
        } catch (NumberFormatException other) {
            return Integer.MAX_VALUE;
        }
    }
}
