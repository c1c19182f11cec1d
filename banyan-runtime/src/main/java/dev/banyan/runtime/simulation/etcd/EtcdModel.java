package dev.banyan.runtime.simulation.etcd;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.banyan.runtime.store.etcd.wire.CompactionRequest;
import dev.banyan.runtime.store.etcd.wire.CompactionResponse;
import dev.banyan.runtime.store.etcd.wire.DeleteRangeRequest;
import dev.banyan.runtime.store.etcd.wire.DeleteRangeResponse;
import dev.banyan.runtime.store.etcd.wire.KeyValue;
import dev.banyan.runtime.store.etcd.wire.PutRequest;
import dev.banyan.runtime.store.etcd.wire.PutResponse;
import dev.banyan.runtime.store.etcd.wire.RangeRequest;
import dev.banyan.runtime.store.etcd.wire.RangeResponse;
import dev.banyan.runtime.store.etcd.wire.ResponseHeader;
import dev.banyan.runtime.store.etcd.wire.TxnRequest;
import dev.banyan.runtime.store.etcd.wire.TxnResponse;
import java.util.List;

/**
 * What a key-value request does to a keyspace and what it answers; refusals are {@link EtcdRefusal}. Headers carry the revision only. Pure.
 */
final class EtcdModel {
    /** Default of etcd's {@code --max-request-bytes}, which counts a few bytes of its own too. */
    static final int REQUEST_BYTES_MAX = 1024 * 1024 * 3 / 2;

    private final Keyspace keyspace;
    private final Leases leases;
    private boolean full;

    EtcdModel(Keyspace keyspace, Leases leases) {
        this.keyspace = keyspace;
        this.leases = leases;
    }

    /** With the alarm for a full database raised, whatever could make it larger is refused. */
    void full(boolean alarm) {
        full = alarm;
    }

    /** Answers a read as a member does that has seen {@code newest}. */
    RangeResponse range(RangeRequest request, long newest) {
        if (request.getKey().isEmpty()) {
            throw EtcdRefusal.noKey();
        }
        return rangeAt(request, newest);
    }

    PutResponse put(PutRequest request) {
        if (request.getKey().isEmpty()) {
            throw EtcdRefusal.noKey();
        }
        checkSize(request);
        checkRoom();
        checkLease(request);
        var writing = keyspace.write();
        var answer = put(request, writing);
        writing.done();
        return answer;
    }

    DeleteRangeResponse delete(DeleteRangeRequest request) {
        if (request.getKey().isEmpty()) {
            throw EtcdRefusal.noKey();
        }
        var writing = keyspace.write();
        var answer = delete(request, writing);
        writing.done();
        return answer;
    }

    TxnResponse txn(TxnRequest request) {
        checkSize(request);
        return new TxnRun(this, keyspace).run(request);
    }

    CompactionResponse compact(CompactionRequest request) {
        if (request.getRevision() <= keyspace.compacted()) {
            throw EtcdRefusal.compacted();
        }
        if (request.getRevision() > keyspace.revision()) {
            throw EtcdRefusal.future();
        }
        keyspace.compact(request.getRevision());
        return CompactionResponse.newBuilder()
                .setHeader(header(keyspace.revision()))
                .build();
    }

    static ResponseHeader header(long revision) {
        return ResponseHeader.newBuilder().setRevision(revision).build();
    }

    /** Refuses a read at a revision that is not there, before anything of its transaction is applied. */
    void checkRevision(RangeRequest request, long newest) {
        if (request.getRevision() > newest) {
            throw EtcdRefusal.future();
        }
        if (request.getRevision() != 0 && request.getRevision() < keyspace.compacted()) {
            throw EtcdRefusal.compacted();
        }
    }

    void checkLease(PutRequest request) {
        if (request.getLease() != 0 && !leases.holds(request.getLease())) {
            throw EtcdRefusal.noLease();
        }
    }

    void checkRoom() {
        if (full) {
            throw EtcdRefusal.full();
        }
    }

    RangeResponse rangeAt(RangeRequest request, long newest) {
        checkRevision(request, newest);
        long at = request.getRevision() <= 0 ? newest : request.getRevision();
        var found = keyspace.range(new KeySpan(request.getKey(), request.getRangeEnd()), at);
        var answer = RangeResponse.newBuilder().setHeader(header(newest)).setCount(found.size());
        if (request.getCountOnly()) {
            return answer.build();
        }
        boolean cut = request.getLimit() > 0 && found.size() > request.getLimit();
        for (var value : cut ? found.subList(0, (int) request.getLimit()) : found) {
            answer.addKvs(
                    request.getKeysOnly()
                            ? value.toBuilder().setValue(ByteString.EMPTY).build()
                            : value);
        }
        return answer.setMore(cut).build();
    }

    PutResponse put(PutRequest request, Keyspace.Writing writing) {
        var answer = PutResponse.newBuilder().setHeader(header(writing.at()));
        if (request.getPrevKv()) {
            keyspace.get(request.getKey(), writing.sees()).ifPresent(answer::setPrevKv);
        }
        writing.put(request.getKey(), request.getValue(), request.getLease());
        return answer.build();
    }

    DeleteRangeResponse delete(DeleteRangeRequest request, Keyspace.Writing writing) {
        List<KeyValue> gone = keyspace.range(new KeySpan(request.getKey(), request.getRangeEnd()), writing.sees());
        gone.forEach(value -> writing.delete(value.getKey()));
        var answer = DeleteRangeResponse.newBuilder()
                .setHeader(header(writing.sees()))
                .setDeleted(gone.size());
        return request.getPrevKv() ? answer.addAllPrevKvs(gone).build() : answer.build();
    }

    private static void checkSize(MessageLite request) {
        if (request.getSerializedSize() > REQUEST_BYTES_MAX) {
            throw EtcdRefusal.tooLarge();
        }
    }
}
