package dev.banyan.runtime.simulation.etcd;

import com.google.protobuf.ByteString;
import java.util.Comparator;
import java.util.NavigableMap;

/**
 * The keys that a request means, by etcd's rule: an empty end is the key alone, an end of one zero byte is everything from the key on.
 */
record KeySpan(ByteString key, ByteString end) {
    static final Comparator<ByteString> ORDER = ByteString.unsignedLexicographicalComparator();

    private static final ByteString ZERO = ByteString.copyFrom(new byte[1]);

    boolean single() {
        return end.isEmpty();
    }

    boolean open() {
        return end.equals(ZERO);
    }

    /** True for a span that no key can be in. */
    boolean nothing() {
        return !single() && !open() && ORDER.compare(key, end) >= 0;
    }

    boolean holds(ByteString candidate) {
        if (single()) {
            return candidate.equals(key);
        }
        return ORDER.compare(candidate, key) >= 0 && (open() || ORDER.compare(candidate, end) < 0);
    }

    /** The part of {@code keys} in this span. */
    <V> NavigableMap<ByteString, V> of(NavigableMap<ByteString, V> keys) {
        if (single()) {
            return keys.subMap(key, true, key, true);
        }
        if (open()) {
            return keys.tailMap(key, true);
        }
        return nothing() ? keys.subMap(key, false, key, false) : keys.subMap(key, true, end, false);
    }
}
