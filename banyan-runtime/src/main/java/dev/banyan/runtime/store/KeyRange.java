package dev.banyan.runtime.store;

import dev.banyan.runtime.resource.ObjectKey;
import java.util.Optional;

/**
 * A stretch of keys in the order of their paths ({@link ObjectKey#path()}), which is the order of etcd. It differs from the order of
 * {@link ObjectKey} where one name continues another: {@code a-b/x} lies before {@code a/x}.
 *
 * @param from the first path, included; empty begins at the first of all
 * @param until the first path behind it; empty goes to the last of all
 */
public record KeyRange(String from, String until) {
    /** All keys. */
    public static final KeyRange ALL = new KeyRange("", "");

    /** Checks that the range is not upside down. */
    public KeyRange {
        if (!until.isEmpty() && from.compareTo(until) > 0) {
            throw new IllegalArgumentException("a range of keys from '" + from + "' until '" + until + "'");
        }
    }

    /** From {@code from}, included, to {@code until}, not included. */
    public static KeyRange between(ObjectKey from, ObjectKey until) {
        return new KeyRange(from.path(), until.path());
    }

    /**
     * The keys whose path starts so, such as {@code tasks/default/shard-07.}: a layout of names that begins with a shard or tenant makes
     * each of them a range.
     */
    public static KeyRange startingWith(String prefix) {
        if (prefix.isEmpty()) {
            return ALL;
        }
        int last = prefix.length() - 1;
        return new KeyRange(prefix, prefix.substring(0, last) + (char) (prefix.charAt(last) + 1));
    }

    /** Whether {@code key} lies in it. */
    public boolean contains(ObjectKey key) {
        if (from.isEmpty() && until.isEmpty()) {
            return true;
        }
        var path = key.path();
        return path.compareTo(from) >= 0 && (until.isEmpty() || path.compareTo(until) < 0);
    }

    /** What both contain; empty when they do not meet. */
    public Optional<KeyRange> and(KeyRange other) {
        var start = from.compareTo(other.from) >= 0 ? from : other.from;
        var end = until.isEmpty() || (!other.until.isEmpty() && other.until.compareTo(until) < 0) ? other.until : until;
        return !end.isEmpty() && start.compareTo(end) >= 0 ? Optional.empty() : Optional.of(new KeyRange(start, end));
    }
}
