package dev.banyan.runtime.simulation.etcd;

import com.google.protobuf.Message;
import dev.banyan.runtime.store.etcd.wire.CompactionRequest;
import dev.banyan.runtime.store.etcd.wire.DeleteRangeRequest;
import dev.banyan.runtime.store.etcd.wire.LeaseGrantRequest;
import dev.banyan.runtime.store.etcd.wire.LeaseRevokeRequest;
import dev.banyan.runtime.store.etcd.wire.LeaseTimeToLiveRequest;
import dev.banyan.runtime.store.etcd.wire.PutRequest;
import dev.banyan.runtime.store.etcd.wire.RangeRequest;
import dev.banyan.runtime.store.etcd.wire.TxnRequest;
import dev.banyan.runtime.store.etcd.wire.WatchRequest;
import java.util.ArrayList;
import java.util.List;

/** The model, always up to date, with a clock that stands still. */
final class ModelEtcd implements Etcd {
    private final Keyspace keyspace = new Keyspace();
    private final Leases leases = new Leases(keyspace);
    private final EtcdModel model = new EtcdModel(keyspace, leases);
    private final WatchDesk.Pace pace;

    ModelEtcd(WatchDesk.Pace pace) {
        this.pace = pace;
    }

    long revision() {
        return keyspace.revision();
    }

    long compacted() {
        return keyspace.compacted();
    }

    @Override
    public Object call(Message request) {
        try {
            return Headers.withoutCluster(answer(request));
        } catch (EtcdRefusal refused) {
            return refused.status().getCode() + " " + refused.status().getDescription();
        }
    }

    private Message answer(Message request) {
        return switch (request) {
            case RangeRequest range -> model.range(range, keyspace.revision());
            case PutRequest put -> model.put(put);
            case DeleteRangeRequest delete -> model.delete(delete);
            case TxnRequest txn -> model.txn(txn);
            case CompactionRequest compaction -> model.compact(compaction);
            case LeaseGrantRequest grant -> leases.grant(grant, 0);
            case LeaseRevokeRequest revoke -> leases.revoke(revoke);
            case LeaseTimeToLiveRequest question -> leases.timeToLive(question, 0);
            default -> throw new IllegalArgumentException("unknown request " + request);
        };
    }

    @Override
    public WatchLog openWatches() {
        var desk = new WatchDesk(keyspace, pace);
        return new WatchLog() {
            private final List<String> said = new ArrayList<>();

            @Override
            public void send(WatchRequest request) {
                desk.receive(request, keyspace.revision());
            }

            @Override
            public List<String> said(int atLeast) {
                while (true) {
                    var response = desk.poll(keyspace.revision());
                    if (response.isEmpty()) {
                        return said;
                    }
                    said.addAll(Etcd.words(response.get()));
                }
            }
        };
    }
}
