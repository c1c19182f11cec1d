package dev.banyan.runtime.store.etcd;

import com.google.protobuf.ByteString;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.KeyRange;
import dev.banyan.runtime.store.Selection;
import java.util.Optional;

/** Where objects lie in etcd: {@code <prefix><kind>/<namespace>/<name>}. */
record KeyLayout(String prefix) {
    /** Keys from {@code start} up to, not including, {@code end}. */
    record Stretch(ByteString start, ByteString end) {}

    ByteString encode(ObjectKey key) {
        return ByteString.copyFromUtf8(prefix + key.path());
    }

    /** The object's key; empty for a key that is not one of ours, which is left alone. */
    Optional<ObjectKey> decode(ByteString bytes) {
        return decode(bytes, Optional.empty());
    }

    /** The same with the texts of {@code neighbour} where they are equal: a listing has few kinds and namespaces. */
    Optional<ObjectKey> decode(ByteString bytes, Optional<ObjectKey> neighbour) {
        var text = bytes.toStringUtf8();
        if (!text.startsWith(prefix)) {
            return Optional.empty();
        }
        var parts = text.substring(prefix.length()).split("/", -1);
        try {
            return parts.length == 3
                    ? Optional.of(new ObjectKey(
                            shared(neighbour.map(ObjectKey::kind), parts[0]),
                            shared(neighbour.map(ObjectKey::namespace), parts[1]),
                            parts[2]))
                    : Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static String shared(Optional<String> known, String read) {
        return known.filter(read::equals).orElse(read);
    }

    Stretch everything() {
        return stretch(KeyRange.startingWith(prefix));
    }

    /** The smallest stretch that contains the selection; an empty one, at its start, when nothing can be in it. */
    Stretch rangeOf(Selection selection) {
        var wanted = selection.keys();
        var below = KeyRange.startingWith(prefix);
        var end = wanted.until().isEmpty() ? below.until() : prefix + wanted.until();
        return KeyRange.startingWith(prefix + pathOf(selection))
                .and(new KeyRange(prefix + wanted.from(), end))
                .flatMap(found -> exactly(selection, found))
                .map(KeyLayout::stretch)
                .orElse(new Stretch(ByteString.copyFromUtf8(prefix), ByteString.copyFromUtf8(prefix)));
    }

    /** How the paths of a selection begin: everything up to the first part that is not fixed. */
    private static String pathOf(Selection selection) {
        if (selection.kind().isEmpty()) {
            return "";
        }
        var path = selection.kind().get() + "/";
        if (selection.namespace().isEmpty()) {
            return path;
        }
        path += selection.namespace().get() + "/";
        return path + selection.name().orElse("");
    }

    /** A fixed name is one key, not all that start so. */
    private Optional<KeyRange> exactly(Selection selection, KeyRange found) {
        boolean one = selection.kind().isPresent()
                && selection.namespace().isPresent()
                && selection.name().isPresent();
        var key = prefix + pathOf(selection);
        return one ? found.and(new KeyRange(key, key + '\0')) : Optional.of(found);
    }

    /** The first key after {@code key}. */
    static ByteString successor(ByteString key) {
        return key.concat(ByteString.copyFrom(new byte[1]));
    }

    private static Stretch stretch(KeyRange range) {
        return new Stretch(ByteString.copyFromUtf8(range.from()), ByteString.copyFromUtf8(range.until()));
    }
}
