package dev.banyan.runtime.store;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.CommitPlan.Apply;
import dev.banyan.runtime.store.CommitPlan.Change;
import dev.banyan.runtime.store.CommitPlan.Refused;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides what a commit does: the meaning of every {@link Precondition} and {@link Write} is written here, once for all stores. Pure; a
 * store reads the objects, asks, and makes the answer true atomically.
 */
public final class CommitPlanner {
    private final Map<ObjectKey, StoredObject> current;
    private final Stamp stamp;
    private final Map<ObjectKey, String> createdUids;

    private CommitPlanner(List<Write> writes, Map<ObjectKey, StoredObject> current, Stamp stamp) {
        this.current = current;
        this.stamp = stamp;
        this.createdUids = new HashMap<>();
        for (var write : writes) {
            if (write instanceof Write.Create) {
                createdUids.put(write.key(), stamp.uids().get(createdUids.size()));
            }
        }
    }

    /**
     * What a store adds to the objects of a commit.
     *
     * @param now the store's wall clock
     * @param nonce marks every object that the commit writes
     * @param uids a fresh identifier for each create
     */
    public record Stamp(Instant now, String nonce, List<String> uids) {
        public Stamp {
            uids = List.copyOf(uids);
        }

        /** Draws what {@code commit} needs. */
        public static Stamp draw(Commit commit, Env env) {
            var uids = new ArrayList<String>();
            for (var write : commit.writes()) {
                if (write instanceof Write.Create) {
                    uids.add(env.entropy().uid());
                }
            }
            return new Stamp(env.time().now(), env.entropy().uid(), uids);
        }
    }

    /** Plans the whole commit against {@code current}, which holds every existing object among its keys. */
    public static CommitPlan plan(Commit commit, Map<ObjectKey, StoredObject> current, Stamp stamp) {
        return refusal(commit.preconditions(), current)
                .<CommitPlan>map(Refused::new)
                .orElseGet(() -> planWrites(commit.writes(), current, stamp));
    }

    /** The first precondition that does not hold, fences before all others: who lost the right to act learns that and nothing else. */
    public static Optional<WriteOutcome> refusal(
            List<Precondition> preconditions, Map<ObjectKey, StoredObject> current) {
        Optional<WriteOutcome> first = Optional.empty();
        for (var precondition : preconditions) {
            var refusal = refusal(precondition, Optional.ofNullable(current.get(precondition.key())));
            if (refusal.isPresent() && precondition instanceof Precondition.Fence) {
                return refusal;
            }
            first = first.or(() -> refusal);
        }
        return first;
    }

    /** Plans the writes alone, for a store that checks preconditions and bases when the changes land. */
    public static CommitPlan planWrites(List<Write> writes, Map<ObjectKey, StoredObject> current, Stamp stamp) {
        var planner = new CommitPlanner(writes, current, stamp);
        var nameless = writes.stream().flatMap(planner::namelessOwners).toList();
        if (!nameless.isEmpty()) {
            return new Refused(new WriteOutcome.Rejected(nameless));
        }
        var changes = new ArrayList<Change>();
        long total = 0;
        for (var write : writes) {
            switch (planner.plan(write)) {
                case Refused refused -> {
                    return refused;
                }
                case Apply apply -> {
                    changes.addAll(apply.changes());
                    total += sizeOf(apply);
                }
            }
            if (total > Commit.COMMIT_BYTES_MAX) {
                return new Refused(new WriteOutcome.TooLarge(write.key(), total, Commit.COMMIT_BYTES_MAX));
            }
        }
        return new Apply(changes);
    }

    private static Optional<WriteOutcome> refusal(Precondition precondition, Optional<StoredObject> object) {
        long revision = object.map(found -> found.meta().revision()).orElse(0L);
        return switch (precondition) {
            case Precondition.Unchanged(var key, var wanted) -> conflictUnless(revision == wanted, key, revision);
            case Precondition.SameIncarnation(var key, var created) ->
                conflictUnless(
                        object.map(found -> found.meta().createRevision()).orElse(0L) == created, key, revision);
            case Precondition.Absent(var key) -> conflictUnless(object.isEmpty(), key, revision);
            case Precondition.Fence(var key, var wanted) ->
                revision == wanted ? Optional.empty() : Optional.of(new WriteOutcome.Fenced(key, wanted, revision));
        };
    }

    private static Optional<WriteOutcome> conflictUnless(boolean holds, ObjectKey key, long revision) {
        return holds ? Optional.empty() : Optional.of(new WriteOutcome.Conflict(key, revision));
    }

    private static long sizeOf(Apply apply) {
        long bytes = 0;
        for (var change : apply.changes()) {
            bytes += change instanceof Change.Put(var object)
                    ? object.size()
                    : change.key().path().length();
        }
        return bytes;
    }

    private CommitPlan plan(Write write) {
        var object = Optional.ofNullable(current.get(write.key()));
        return switch (write) {
            case Write.Create(var draft) ->
                object.isPresent() ? refused(new WriteOutcome.AlreadyExists(draft.key())) : put(created(draft));
            case Write.Update update ->
                object.map(found -> update(found, update)).orElseGet(() -> notFound(write));
            case Write.UpdateStatus(var key, var uid, var status) ->
                object.filter(found -> found.meta().uid().equals(uid))
                        .map(found -> updateStatus(found, status))
                        .orElseGet(() -> notFound(write));
            case Write.Delete(var key, var uid) ->
                object.filter(found -> found.meta().uid().equals(uid))
                        .map(this::delete)
                        .orElseGet(() -> notFound(write));
        };
    }

    /** Owners left without a uid that this commit does not create either. */
    private Stream<WriteOutcome.Violation> namelessOwners(Write write) {
        return draftOf(write).stream()
                .flatMap(draft -> draft.owners().stream())
                .filter(owner -> owner.uid().isEmpty() && !createdUids.containsKey(owner.key()))
                .map(owner -> new WriteOutcome.Violation(
                        write.key() + ".owners", owner.key() + " is named without uid and not created by this commit"));
    }

    private static Optional<Draft> draftOf(Write write) {
        return switch (write) {
            case Write.Create(var draft) -> Optional.of(draft);
            case Write.Update(var base, var draft) -> Optional.of(draft);
            case Write.UpdateStatus none -> Optional.empty();
            case Write.Delete none -> Optional.empty();
        };
    }

    private List<OwnerReference> owners(Draft draft) {
        return draft.owners().stream()
                .map(owner -> owner.uid().isEmpty()
                        ? new OwnerReference(owner.key(), createdUids.getOrDefault(owner.key(), ""))
                        : owner)
                .toList();
    }

    private StoredObject created(Draft draft) {
        var uid = Objects.requireNonNull(createdUids.get(draft.key()), "uid of a create");
        var meta = new ObjectMeta(
                uid,
                draft.labels(),
                draft.annotations(),
                owners(draft),
                draft.finalizers(),
                1,
                0,
                0,
                stamp.now(),
                Optional.empty(),
                stamp.nonce());
        return new StoredObject(draft.key(), meta, draft.spec(), Bytes.EMPTY);
    }

    private CommitPlan update(StoredObject found, Write.Update update) {
        var meta = found.meta();
        if (meta.revision() != update.base().meta().revision()) {
            return refused(new WriteOutcome.Conflict(found.key(), meta.revision()));
        }
        var draft = update.draft();
        if (meta.deleting() && draft.finalizers().isEmpty()) {
            return remove(found);
        }
        long generation = found.spec().equals(draft.spec()) ? meta.generation() : meta.generation() + 1;
        var updated = new ObjectMeta(
                meta.uid(),
                draft.labels(),
                draft.annotations(),
                owners(draft),
                draft.finalizers(),
                generation,
                meta.revision(),
                meta.createRevision(),
                meta.creationTime(),
                meta.deletionTime(),
                stamp.nonce());
        return put(new StoredObject(found.key(), updated, draft.spec(), found.status()));
    }

    private CommitPlan updateStatus(StoredObject found, Bytes status) {
        return found.status().equals(status)
                ? new Apply(List.of())
                : put(new StoredObject(
                        found.key(), stamped(found.meta(), found.meta().deletionTime()), found.spec(), status));
    }

    private CommitPlan delete(StoredObject found) {
        if (found.meta().finalizers().isEmpty()) {
            return remove(found);
        }
        return found.meta().deleting()
                ? new Apply(List.of())
                : put(new StoredObject(
                        found.key(), stamped(found.meta(), Optional.of(stamp.now())), found.spec(), found.status()));
    }

    private ObjectMeta stamped(ObjectMeta meta, Optional<Instant> deletionTime) {
        return new ObjectMeta(
                meta.uid(),
                meta.labels(),
                meta.annotations(),
                meta.owners(),
                meta.finalizers(),
                meta.generation(),
                meta.revision(),
                meta.createRevision(),
                meta.creationTime(),
                deletionTime,
                stamp.nonce());
    }

    private static CommitPlan put(StoredObject object) {
        return object.size() > Commit.OBJECT_BYTES_MAX
                ? refused(new WriteOutcome.TooLarge(object.key(), object.size(), Commit.OBJECT_BYTES_MAX))
                : new Apply(List.of(new Change.Put(object)));
    }

    private static CommitPlan remove(StoredObject object) {
        return new Apply(List.of(new Change.Remove(object.key())));
    }

    private static CommitPlan notFound(Write write) {
        return refused(new WriteOutcome.NotFound(write.key()));
    }

    private static CommitPlan refused(WriteOutcome outcome) {
        return new Refused(outcome);
    }
}
