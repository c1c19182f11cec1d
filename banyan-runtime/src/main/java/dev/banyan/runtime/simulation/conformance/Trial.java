package dev.banyan.runtime.simulation.conformance;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.Map;

/** A store under examination, with the verbs that cases need. */
record Trial(Store store) {
    static Trial of(StoreFixture fixture) {
        return new Trial(fixture.store());
    }

    static ObjectKey key(String name) {
        return new ObjectKey("things", "default", name);
    }

    static Draft draft(String name, String spec) {
        return Draft.of(key(name), Bytes.utf8(spec));
    }

    static Draft labelled(String name, String label) {
        return draft(name, "spec").labelled(Map.of("colour", label));
    }

    /** Creates an object and reads it back. */
    StoredObject create(String name) {
        return create(draft(name, "spec of " + name));
    }

    StoredObject create(Draft draft) {
        Check.written(commit(new Write.Create(draft)));
        return get(draft.key());
    }

    StoredObject update(StoredObject base, Draft draft) {
        Check.written(commit(new Write.Update(base, draft)));
        return get(base.key());
    }

    StoredObject respec(StoredObject base, String spec) {
        return update(base, Draft.from(base).withSpec(Bytes.utf8(spec)));
    }

    long delete(StoredObject object) {
        return Check.written(commit(new Write.Delete(object.key(), object.meta().uid())));
    }

    WriteOutcome commit(Write... writes) {
        return store.commit(Commit.of(writes));
    }

    StoredObject get(ObjectKey key) {
        return store.get(key, ReadAt.LATEST).orElseThrow(() -> new AssertionError(key + " is not there"));
    }

    void absent(ObjectKey key) {
        Check.that(store.get(key, ReadAt.LATEST).isEmpty(), key + " is absent");
    }

    long revision() {
        return store.list(Selection.of(key("none")), ReadAt.LATEST).revision();
    }
}
