package dev.banyan.runtime.store.etcd;

import com.google.protobuf.ByteString;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Selection;
import java.util.Optional;

/** Where objects lie in etcd: {@code <prefix><kind>/<namespace>/<name>}. */
record KeyLayout(String prefix) {
    /** Keys from {@code start} up to, not including, {@code end}. */
    record KeyRange(ByteString start, ByteString end) {}

    ByteString encode(ObjectKey key) {
        return ByteString.copyFromUtf8(prefix + key.path());
    }

    /** The object's key; empty for a key that is not one of ours, which is left alone. */
    Optional<ObjectKey> decode(ByteString bytes) {
        var text = bytes.toStringUtf8();
        if (!text.startsWith(prefix)) {
            return Optional.empty();
        }
        var parts = text.substring(prefix.length()).split("/", -1);
        try {
            return parts.length == 3 ? Optional.of(new ObjectKey(parts[0], parts[1], parts[2])) : Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    KeyRange everything() {
        return below(prefix);
    }

    /** The smallest range that contains the selection. */
    KeyRange rangeOf(Selection selection) {
        if (selection.kind().isEmpty()) {
            return everything();
        }
        var start = new StringBuilder(prefix).append(selection.kind().get()).append('/');
        if (selection.namespace().isEmpty()) {
            return below(start.toString());
        }
        start.append(selection.namespace().get()).append('/');
        if (selection.name().isEmpty()) {
            return below(start.toString());
        }
        var key = ByteString.copyFromUtf8(start.append(selection.name().get()).toString());
        return new KeyRange(key, successor(key));
    }

    /** The first key after {@code key}. */
    static ByteString successor(ByteString key) {
        return key.concat(ByteString.copyFrom(new byte[1]));
    }

    /** Everything that starts with {@code start}, which ends with a slash: the next character ends the range. */
    private static KeyRange below(String start) {
        var end = start.substring(0, start.length() - 1) + (char) ('/' + 1);
        return new KeyRange(ByteString.copyFromUtf8(start), ByteString.copyFromUtf8(end));
    }
}
