package dev.banyan.runtime.simulation.etcd;

import dev.banyan.runtime.store.etcd.wire.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All versions of one key that are still kept, the oldest first. Pure; owned by its keyspace. */
final class KeyHistory {
    /** A version; without a value the key was deleted at that revision. */
    private record Version(long revision, Optional<KeyValue> value) {}

    private final List<Version> versions = new ArrayList<>();

    void put(KeyValue value) {
        versions.add(new Version(value.getModRevision(), Optional.of(value)));
    }

    void delete(long revision) {
        versions.add(new Version(revision, Optional.empty()));
    }

    /** What the key was at {@code revision}. */
    Optional<KeyValue> at(long revision) {
        for (int index = versions.size() - 1; index >= 0; index--) {
            if (versions.get(index).revision() <= revision) {
                return versions.get(index).value();
            }
        }
        return Optional.empty();
    }

    /** Forgets what no read at {@code revision} or later can see; false when nothing is left. */
    boolean compact(long revision) {
        while (versions.size() > 1 && versions.get(1).revision() <= revision) {
            versions.removeFirst();
        }
        boolean gone = !versions.isEmpty()
                && versions.getFirst().revision() <= revision
                && versions.getFirst().value().isEmpty();
        if (gone) {
            versions.removeFirst();
        }
        return !versions.isEmpty();
    }

    /** Forgets everything after {@code revision}; false when nothing is left. */
    boolean cutBackTo(long revision) {
        versions.removeIf(version -> version.revision() > revision);
        return !versions.isEmpty();
    }
}
