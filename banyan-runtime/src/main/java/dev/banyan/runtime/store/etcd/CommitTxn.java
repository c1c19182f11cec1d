package dev.banyan.runtime.store.etcd;

import com.google.protobuf.ByteString;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.CommitPlan.Change;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.etcd.wire.Compare;
import dev.banyan.runtime.store.etcd.wire.DeleteRangeRequest;
import dev.banyan.runtime.store.etcd.wire.KeyValue;
import dev.banyan.runtime.store.etcd.wire.PutRequest;
import dev.banyan.runtime.store.etcd.wire.RangeRequest;
import dev.banyan.runtime.store.etcd.wire.RequestOp;
import dev.banyan.runtime.store.etcd.wire.TxnRequest;
import dev.banyan.runtime.store.etcd.wire.TxnResponse;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A commit as transactions of etcd. Every transaction that writes compares the revision of every key it writes, so it lands at most
 * once, and reads all compared keys when it does not land. Pure.
 */
final class CommitTxn {
    private final KeyLayout layout;
    private final Commit commit;
    private final Set<ObjectKey> keys = new LinkedHashSet<>();

    CommitTxn(KeyLayout layout, Commit commit) {
        this.layout = layout;
        this.commit = commit;
        commit.preconditions().forEach(precondition -> keys.add(precondition.key()));
        commit.writes().forEach(write -> keys.add(write.key()));
    }

    /** All keys of a commit at one revision; keys without an object are absent. */
    record Snapshot(long revision, Map<ObjectKey, KeyValue> pairs) {
        Map<ObjectKey, StoredObject> objects() {
            var objects = new HashMap<ObjectKey, StoredObject>();
            pairs.forEach((key, pair) -> objects.put(key, ObjectEnvelope.decode(key, pair)));
            return objects;
        }
    }

    /** True when a write cannot be planned from the commit alone: it merges into what is there. */
    boolean needsRead() {
        return commit.writes().stream()
                .anyMatch(write -> write instanceof Write.UpdateStatus || write instanceof Write.Delete);
    }

    /** What is there if the bases of all updates are current and nothing else exists. */
    Map<ObjectKey, StoredObject> assumed() {
        var objects = new HashMap<ObjectKey, StoredObject>();
        for (var write : commit.writes()) {
            if (write instanceof Write.Update(var base, var draft)) {
                objects.put(draft.key(), base);
            }
        }
        return objects;
    }

    /** Reads all keys at one revision. */
    TxnRequest read() {
        return TxnRequest.newBuilder().addAllSuccess(reads()).build();
    }

    /** Lands {@code changes} if the preconditions hold and the written keys are as {@code current} says. */
    TxnRequest write(List<Change> changes, Map<ObjectKey, StoredObject> current) {
        var txn = TxnRequest.newBuilder().addAllFailure(reads());
        for (var precondition : commit.preconditions()) {
            txn.addCompare(compare(precondition));
        }
        for (var write : commit.writes()) {
            var object = current.get(write.key());
            txn.addCompare(
                    modified(write.key(), object == null ? 0 : object.meta().revision()));
        }
        for (var change : changes) {
            txn.addSuccess(operation(change));
        }
        return txn.build();
    }

    /** What a transaction read that {@link #read} asked for, or that did not land. */
    Snapshot snapshot(TxnResponse response) {
        var pairs = new HashMap<ObjectKey, KeyValue>();
        for (var answer : response.getResponsesList()) {
            for (var pair : answer.getResponseRange().getKvsList()) {
                layout.decode(pair.getKey()).ifPresent(key -> pairs.put(key, pair));
            }
        }
        return new Snapshot(response.getHeader().getRevision(), pairs);
    }

    private List<RequestOp> reads() {
        return keys.stream()
                .map(key -> RequestOp.newBuilder()
                        .setRequestRange(RangeRequest.newBuilder().setKey(layout.encode(key)))
                        .build())
                .toList();
    }

    private Compare compare(Precondition precondition) {
        return switch (precondition) {
            case Precondition.Unchanged(var key, var revision) -> modified(key, revision);
            case Precondition.Fence(var key, var revision) -> modified(key, revision);
            case Precondition.Absent(var key) -> modified(key, 0);
            case Precondition.SameIncarnation(var key, var revision) ->
                Compare.newBuilder()
                        .setKey(layout.encode(key))
                        .setTarget(Compare.CompareTarget.CREATE)
                        .setCreateRevision(revision)
                        .build();
        };
    }

    private Compare modified(ObjectKey key, long revision) {
        return Compare.newBuilder()
                .setKey(layout.encode(key))
                .setTarget(Compare.CompareTarget.MOD)
                .setModRevision(revision)
                .build();
    }

    private RequestOp operation(Change change) {
        ByteString key = layout.encode(change.key());
        return switch (change) {
            case Change.Put(var object) ->
                RequestOp.newBuilder()
                        .setRequestPut(PutRequest.newBuilder().setKey(key).setValue(ObjectEnvelope.encode(object)))
                        .build();
            case Change.Remove remove ->
                RequestOp.newBuilder()
                        .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(key))
                        .build();
        };
    }
}
