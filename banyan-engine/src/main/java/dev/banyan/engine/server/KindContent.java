package dev.banyan.engine.server;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.api.wire.WireErrors;
import dev.banyan.engine.definition.DefinedKind;
import dev.banyan.engine.definition.DefinedKinds;
import dev.banyan.engine.server.call.Answers;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Lets only content into the store that the definition of its kind takes. Kinds of Banyan's own pass untouched. Thread-safe. */
final class KindContent {
    private final DefinedKinds kinds;

    KindContent(DefinedKinds kinds) {
        this.kinds = kinds;
    }

    /** Throws an {@link ApiException} that says what is wrong with a spec, where it stands, or how large it is. */
    void requireSpec(ObjectKey key, Bytes spec) {
        definition(key).ifPresent(kind -> {
            if (!kind.lives(key.namespace())) {
                throw Answers.rejected("key.namespace", key + " is in the wrong scope for its kind");
            }
            requireSize(key, spec, kind);
            require(key, kind, known -> known.checkSpec(spec));
        });
    }

    /** The same of a status. */
    void requireStatus(ObjectKey key, Bytes status) {
        definition(key).ifPresent(kind -> {
            requireSize(key, status, kind);
            require(key, kind, known -> known.checkStatus(status));
        });
    }

    /** True for an update of a registered kind's object that changes finalizers and nothing else. */
    static boolean isFinalizing(StoredObject base, Draft draft) {
        return (Kinds.isUserDefined(base.key().kind()) || base.key().kind().equals(Kinds.VOLUMES.name()))
                && !draft.finalizers().equals(base.meta().finalizers())
                && Draft.from(base).finalizedBy(draft.finalizers()).equals(draft);
    }

    /**
     * The conditions under which the writes may land: those given, and for kinds of which objects are created, that they are what they
     * are now. So no object is created behind the back of a removal.
     */
    List<Precondition> guarded(List<Precondition> given, List<Write> writes) {
        var created = new TreeMap<String, Integer>();
        for (var write : writes) {
            if (write instanceof Write.Create && Kinds.isUserDefined(write.key().kind())) {
                created.merge(write.key().kind(), 1, Integer::sum);
            }
        }
        if (given.size() + created.size() > Commit.PRECONDITIONS_MAX && !created.isEmpty()) {
            throw Answers.rejected(
                    "conditions",
                    "with one more for each registered kind of which it creates objects, a commit has at most "
                            + Commit.PRECONDITIONS_MAX);
        }
        var all = new ArrayList<>(given);
        created.forEach((name, objects) -> kinds.find(name).ifPresent(kind -> all.add(guard(kind, objects))));
        return all;
    }

    private Precondition guard(DefinedKind kind, int objects) {
        if (!kind.open()) {
            throw Answers.rejected("key.kind", "the kind " + kind.name() + " is being removed");
        }
        if (!kinds.admits(kind, objects)) {
            throw new ApiException(
                    Reason.REJECTED,
                    "the kind " + kind.name() + " has as many objects as it may",
                    Map.of(),
                    List.of(new Violation("key.kind", "has a limit of " + kind.objectsMax() + " objects")));
        }
        return kind.guard();
    }

    private void require(ObjectKey key, DefinedKind kind, Function<DefinedKind, List<Violation>> check) {
        if (check.apply(kind).isEmpty()) {
            return;
        }
        // A definition only widens: what a former one refuses, the newest may take.
        var newest = kinds.newest(key.kind()).orElseThrow(() -> KindAccess.unregistered(key.kind()));
        var problems = check.apply(newest);
        if (!problems.isEmpty()) {
            throw new ApiException(Reason.REJECTED, key + " is refused", Map.of(), problems);
        }
    }

    private void requireSize(ObjectKey key, Bytes content, DefinedKind kind) {
        if (content.size() > kind.bytesMax()) {
            int most = kinds.newest(key.kind()).map(DefinedKind::bytesMax).orElse(0);
            if (content.size() > most) {
                throw WireErrors.failure(new WriteOutcome.TooLarge(key, content.size(), most))
                        .orElseThrow();
            }
        }
    }

    /** Empty for Banyan's own, and for what engines keep under names that nobody else may use. */
    private Optional<DefinedKind> definition(ObjectKey key) {
        return Kinds.isUserDefined(key.kind()) ? kinds.find(key.kind()) : Optional.empty();
    }
}
