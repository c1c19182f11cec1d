package dev.banyan.runtime.store;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import java.util.Map;

/** Writes to a store in one word, each of which must land. */
public record ObjectWriter(Store store) {
    public static ObjectKey key(String name) {
        return new ObjectKey("things", "default", name);
    }

    /** Creates or rewrites the object; the answer is the revision. */
    public long put(String name, String spec) {
        return put(key(name), spec, Map.of());
    }

    public long put(ObjectKey key, String spec, Map<String, String> labels) {
        var draft = Draft.of(key, Bytes.utf8(spec)).labelled(labels);
        return written(Commit.of(store.get(key, ReadAt.LATEST)
                .<Write>map(base -> new Write.Update(base, draft))
                .orElse(new Write.Create(draft))));
    }

    public long delete(String name) {
        return delete(key(name));
    }

    public long delete(ObjectKey key) {
        return written(Commit.of(new Write.Delete(key, object(key).meta().uid())));
    }

    public StoredObject object(ObjectKey key) {
        return store.get(key, ReadAt.LATEST).orElseThrow();
    }

    public long revision() {
        return store.list(Selection.of("none").in("none"), ReadAt.LATEST).revision();
    }

    public long written(Commit commit) {
        if (store.commit(commit) instanceof WriteOutcome.Written(var revision)) {
            return revision;
        }
        throw new AssertionError("a commit did not land");
    }
}
