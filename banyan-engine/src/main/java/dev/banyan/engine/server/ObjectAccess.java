package dev.banyan.engine.server;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.Role;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.engine.definition.DefinedKinds;
import dev.banyan.engine.server.call.AccessTable;
import dev.banyan.engine.server.call.AccessTable.Action;
import dev.banyan.engine.server.call.AccessTable.Asker;
import dev.banyan.engine.server.call.AccessTable.Subject;
import dev.banyan.engine.server.call.Caller;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Judges callers' wishes by the table of access, reading the objects concerned where a rule depends on them. Thread-safe. */
final class ObjectAccess {
    private static final ReadAt CACHED = new ReadAt.AtLeast(0);

    private final AccessTable table;
    private final Store store;
    private final KindAccess kinds;

    ObjectAccess(AccessTable table, Store store, DefinedKinds kinds) {
        this.table = table;
        this.store = store;
        this.kinds = new KindAccess(kinds);
    }

    /** Throws a DENIED {@link ApiException} unless the caller may read all that the selection could match. */
    void requireRead(Caller caller, Selection selection) {
        var kind = selection.kind();
        if (kind.filter(name -> kinds.judges(caller, name)).isPresent()) {
            kinds.require(caller, Action.READ, kind.get(), kind.get());
            return;
        }
        if (!table.allows(asker(caller, selection.kind().orElse("")), selection)) {
            throw denied(caller, Action.READ, selection.kind().orElse("objects of all kinds"));
        }
    }

    /** Throws once a right to read is gone that may go while a watch is open: by a definition, or by a controller's grants. */
    void requireStill(Caller caller, Selection selection) {
        boolean lasting =
                selection.kind().filter(kind -> kinds.judges(caller, kind)).isEmpty();
        if (!lasting || caller.role() == Role.CONTROLLER) {
            requireRead(caller, selection);
        }
    }

    /** Throws for a kind that is neither Banyan's own nor registered. */
    void requireKnown(Caller caller, String kind) {
        if (kinds.judges(caller, kind)) {
            kinds.require(caller, Action.READ, kind, kind);
        }
    }

    /** For an object that was just read. */
    void requireRead(Caller caller, StoredObject object) {
        require(caller, Action.READ, new Subject(object.key(), object.meta().labels()));
    }

    void require(Caller caller, Action action, Draft draft) {
        require(caller, action, new Subject(draft.key(), draft.labels()));
    }

    void require(Caller caller, Action action, StoredObject object) {
        require(caller, action, new Subject(object.key(), object.meta().labels()));
    }

    /** For an object that is there or not; the absence of one is no secret worth a wrong answer. */
    void require(Caller caller, Action action, ObjectKey key) {
        if (kinds.judges(caller, key.kind())) {
            kinds.require(caller, action, key.kind(), key.path());
            return;
        }
        var asker = asker(caller, key.kind());
        if (table.allows(asker, action, new Subject(key, Map.of()))) {
            return;
        }
        boolean allowed = allowedOn(asker, action, store.get(key, CACHED));
        // This engine's copy may be behind what the caller has seen at another one.
        if (!allowed && !allowedOrAbsent(asker, action, store.get(key, ReadAt.LATEST))) {
            throw denied(caller, action, key.path());
        }
    }

    private boolean allowedOn(Asker asker, Action action, Optional<StoredObject> object) {
        return object.filter(found -> table.allows(
                        asker, action, new Subject(found.key(), found.meta().labels())))
                .isPresent();
    }

    private boolean allowedOrAbsent(Asker asker, Action action, Optional<StoredObject> object) {
        return object.isEmpty() || allowedOn(asker, action, object);
    }

    private void require(Caller caller, Action action, Subject subject) {
        var key = subject.key();
        if (kinds.judges(caller, key.kind())) {
            kinds.require(caller, action, key.kind(), key.path());
            return;
        }
        if (!table.allows(asker(caller, subject.key().kind()), action, subject)) {
            throw denied(caller, action, subject.key().path());
        }
    }

    private Asker asker(Caller caller, String kind) {
        boolean byUid = caller.role() == Role.AGENT && kind.equals(Kinds.SESSIONS.name());
        var granted = caller.role() == Role.CONTROLLER ? grantedTo(caller.name()) : Set.<String>of();
        return new Asker(caller.role(), caller.name(), byUid ? uidOf(caller.name()) : "", granted);
    }

    private Set<String> grantedTo(String controller) {
        var key = Kinds.CONTROLLERS.key(ObjectKey.CLUSTER_SCOPE, controller);
        return store.get(key, CACHED)
                .or(() -> store.get(key, ReadAt.LATEST))
                .map(object -> Set.copyOf(
                        Kinds.CONTROLLERS.spec().decode(object.spec()).getReadsList()))
                .orElse(Set.of());
    }

    private String uidOf(String agent) {
        var key = Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, agent);
        return store.get(key, CACHED)
                .or(() -> store.get(key, ReadAt.LATEST))
                .map(object -> object.meta().uid())
                .orElse("");
    }

    static ApiException denied(Caller caller, Action action, String what) {
        return new ApiException(
                Reason.DENIED, caller.title() + " may not " + action.name().toLowerCase(Locale.ROOT) + " " + what);
    }
}
