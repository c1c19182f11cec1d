package dev.banyan.api.wire;

import dev.banyan.api.v1.ChangeEvent;
import dev.banyan.api.v1.CommitRequest;
import dev.banyan.api.v1.Condition;
import dev.banyan.api.v1.Meta;
import dev.banyan.api.v1.WriteOp;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchEvent;
import dev.banyan.runtime.store.Write;
import java.util.List;

/** Commits and what watches deliver. */
public final class WireCommits {
    private WireCommits() {}

    public static CommitRequest commit(Commit commit) {
        return CommitRequest.newBuilder()
                .addAllConditions(commit.preconditions().stream()
                        .map(WireCommits::condition)
                        .toList())
                .addAllWrites(commit.writes().stream().map(WireCommits::write).toList())
                .build();
    }

    /** Throws {@link IllegalArgumentException} when no condition is set or its key is malformed. */
    public static Precondition condition(Condition condition) {
        return switch (condition.getConditionCase()) {
            case UNCHANGED ->
                new Precondition.Unchanged(
                        WireObjects.key(condition.getUnchanged().getKey()),
                        condition.getUnchanged().getRevision());
            case SAME_INCARNATION ->
                new Precondition.SameIncarnation(
                        WireObjects.key(condition.getSameIncarnation().getKey()),
                        condition.getSameIncarnation().getCreateRevision());
            case ABSENT -> new Precondition.Absent(WireObjects.key(condition.getAbsent()));
            case FENCE ->
                new Precondition.Fence(
                        WireObjects.key(condition.getFence().getKey()),
                        condition.getFence().getRevision());
            case CONDITION_NOT_SET -> throw new IllegalArgumentException("a condition without a kind");
        };
    }

    /**
     * The author's part of an object.
     *
     * @throws IllegalArgumentException when it sets what only the store writes: such a request is refused whole, never trimmed
     */
    public static Draft draft(dev.banyan.api.v1.Object object) {
        var meta = object.getMeta();
        var authored = Meta.newBuilder()
                .putAllLabels(meta.getLabelsMap())
                .putAllAnnotations(meta.getAnnotationsMap())
                .addAllOwners(meta.getOwnersList())
                .addAllFinalizers(meta.getFinalizersList())
                .build();
        if (!authored.equals(meta) || !object.getStatus().isEmpty()) {
            throw new IllegalArgumentException(
                    "a draft sets labels, annotations, owners, finalizers and spec only; the rest is the server's");
        }
        return new Draft(
                WireObjects.key(object.getKey()),
                meta.getLabelsMap(),
                meta.getAnnotationsMap(),
                meta.getOwnersList().stream().map(WireObjects::owner).toList(),
                List.copyOf(meta.getFinalizersList()),
                WireObjects.bytes(object.getSpec()));
    }

    /** The status of {@code update} as bytes. */
    public static Bytes status(WriteOp.UpdateStatus update) {
        return WireObjects.bytes(update.getStatus());
    }

    public static dev.banyan.api.v1.WatchBatch batch(WatchBatch batch) {
        var wire = dev.banyan.api.v1.WatchBatch.newBuilder();
        return switch (batch) {
            case WatchBatch.Changes changes ->
                wire.setRevision(changes.revision())
                        .addAllEvents(changes.events().stream()
                                .map(WireCommits::event)
                                .toList())
                        .build();
            case WatchBatch.Bookmark bookmark ->
                wire.setRevision(bookmark.revision()).build();
            case WatchBatch.Resync resync ->
                wire.setResync(reason(resync.reason())).build();
            case WatchBatch.Closed closed -> throw new IllegalArgumentException("a closed watch is not sent");
        };
    }

    /** Throws {@link IllegalArgumentException} for an event without a change. */
    public static WatchBatch batch(dev.banyan.api.v1.WatchBatch batch) {
        return switch (batch.getResync()) {
            case COMPACTED -> new WatchBatch.Resync(WatchBatch.Resync.Reason.COMPACTED);
            case TOO_FAR_BEHIND -> new WatchBatch.Resync(WatchBatch.Resync.Reason.TOO_FAR_BEHIND);
            case HISTORY_REPLACED, UNRECOGNIZED -> new WatchBatch.Resync(WatchBatch.Resync.Reason.HISTORY_REPLACED);
            case RESYNC_REASON_UNSPECIFIED ->
                batch.getEventsCount() == 0
                        ? new WatchBatch.Bookmark(batch.getRevision())
                        : new WatchBatch.Changes(
                                batch.getRevision(),
                                batch.getEventsList().stream()
                                        .map(WireCommits::event)
                                        .toList());
        };
    }

    private static Condition condition(Precondition precondition) {
        var wire = Condition.newBuilder();
        return switch (precondition) {
            case Precondition.Unchanged unchanged ->
                wire.setUnchanged(unchanged(unchanged, unchanged.revision())).build();
            case Precondition.Fence fence ->
                wire.setFence(unchanged(fence, fence.revision())).build();
            case Precondition.Absent absent ->
                wire.setAbsent(WireObjects.key(absent.key())).build();
            case Precondition.SameIncarnation same ->
                wire.setSameIncarnation(Condition.SameIncarnation.newBuilder()
                                .setKey(WireObjects.key(same.key()))
                                .setCreateRevision(same.createRevision()))
                        .build();
        };
    }

    private static Condition.Unchanged unchanged(Precondition of, long revision) {
        return Condition.Unchanged.newBuilder()
                .setKey(WireObjects.key(of.key()))
                .setRevision(revision)
                .build();
    }

    private static WriteOp write(Write write) {
        var wire = WriteOp.newBuilder();
        return switch (write) {
            case Write.Create create ->
                wire.setCreate(WriteOp.Create.newBuilder().setDraft(draft(create.draft())))
                        .build();
            case Write.Update update ->
                wire.setUpdate(WriteOp.Update.newBuilder()
                                .setDraft(draft(update.draft()))
                                .setBaseRevision(update.base().meta().revision()))
                        .build();
            case Write.UpdateStatus status ->
                wire.setUpdateStatus(WriteOp.UpdateStatus.newBuilder()
                                .setKey(WireObjects.key(status.key()))
                                .setUid(status.uid())
                                .setStatus(WireObjects.bytes(status.status())))
                        .build();
            case Write.Delete delete ->
                wire.setDelete(WriteOp.Delete.newBuilder()
                                .setKey(WireObjects.key(delete.key()))
                                .setUid(delete.uid()))
                        .build();
        };
    }

    private static dev.banyan.api.v1.Object draft(Draft draft) {
        return dev.banyan.api.v1.Object.newBuilder()
                .setKey(WireObjects.key(draft.key()))
                .setMeta(Meta.newBuilder()
                        .putAllLabels(draft.labels())
                        .putAllAnnotations(draft.annotations())
                        .addAllOwners(
                                draft.owners().stream().map(WireObjects::owner).toList())
                        .addAllFinalizers(draft.finalizers()))
                .setSpec(WireObjects.bytes(draft.spec()))
                .build();
    }

    private static ChangeEvent event(WatchEvent event) {
        return switch (event) {
            case WatchEvent.Put put ->
                ChangeEvent.newBuilder()
                        .setPut(WireObjects.object(put.object()))
                        .build();
            case WatchEvent.Deleted deleted ->
                ChangeEvent.newBuilder()
                        .setDeleted(WireObjects.key(deleted.key()))
                        .build();
        };
    }

    private static WatchEvent event(ChangeEvent event) {
        return switch (event.getChangeCase()) {
            case PUT -> new WatchEvent.Put(WireObjects.object(event.getPut()));
            case DELETED -> new WatchEvent.Deleted(WireObjects.key(event.getDeleted()));
            case CHANGE_NOT_SET -> throw new IllegalArgumentException("a change event without a change");
        };
    }

    private static dev.banyan.api.v1.WatchBatch.ResyncReason reason(WatchBatch.Resync.Reason reason) {
        return switch (reason) {
            case COMPACTED -> dev.banyan.api.v1.WatchBatch.ResyncReason.COMPACTED;
            case TOO_FAR_BEHIND -> dev.banyan.api.v1.WatchBatch.ResyncReason.TOO_FAR_BEHIND;
            case HISTORY_REPLACED -> dev.banyan.api.v1.WatchBatch.ResyncReason.HISTORY_REPLACED;
        };
    }
}
