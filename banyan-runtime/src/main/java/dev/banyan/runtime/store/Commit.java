package dev.banyan.runtime.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Writes that land together if all preconditions hold.
 *
 * @param preconditions at most {@link #PRECONDITIONS_MAX}
 * @param writes 1 to {@link #WRITES_MAX}, each of another key
 */
public record Commit(List<Precondition> preconditions, List<Write> writes) {
    /** Together with one compare for each write this stays below etcd's 128 operations. */
    public static final int PRECONDITIONS_MAX = 64;

    /** See {@link #PRECONDITIONS_MAX}. */
    public static final int WRITES_MAX = 64;

    /** Largest encoded object in bytes; beyond it the outcome is {@link WriteOutcome.TooLarge}. */
    public static final int OBJECT_BYTES_MAX = 512 * 1024;

    /** Largest sum of encoded objects in bytes; etcd refuses requests above 1.5 MiB. */
    public static final int COMMIT_BYTES_MAX = 1024 * 1024;

    /** Checks the counts and that no key is written twice. */
    public Commit {
        preconditions = List.copyOf(preconditions);
        writes = List.copyOf(writes);
        if (preconditions.size() > PRECONDITIONS_MAX || writes.size() > WRITES_MAX || writes.isEmpty()) {
            throw new IllegalArgumentException("a commit has at most 64 preconditions and 1 to 64 writes, not "
                    + preconditions.size() + " and " + writes.size());
        }
        var keys = new HashSet<>();
        for (var write : writes) {
            if (!keys.add(write.key())) {
                throw new IllegalArgumentException("a commit writes " + write.key() + " twice");
            }
        }
    }

    /** Writes under no condition but their own. */
    public static Commit of(Write... writes) {
        return new Commit(List.of(), List.of(writes));
    }

    /** The same writes under one more condition. */
    public Commit under(Precondition condition) {
        var more = new ArrayList<>(preconditions);
        more.add(condition);
        return new Commit(more, writes);
    }
}
