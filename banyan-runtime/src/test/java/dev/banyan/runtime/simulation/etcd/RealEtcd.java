package dev.banyan.runtime.simulation.etcd;

import com.google.protobuf.Message;
import dev.banyan.runtime.store.etcd.wire.CompactionRequest;
import dev.banyan.runtime.store.etcd.wire.DeleteRangeRequest;
import dev.banyan.runtime.store.etcd.wire.KVGrpc;
import dev.banyan.runtime.store.etcd.wire.LeaseGrantRequest;
import dev.banyan.runtime.store.etcd.wire.LeaseGrpc;
import dev.banyan.runtime.store.etcd.wire.LeaseRevokeRequest;
import dev.banyan.runtime.store.etcd.wire.LeaseTimeToLiveRequest;
import dev.banyan.runtime.store.etcd.wire.PutRequest;
import dev.banyan.runtime.store.etcd.wire.RangeRequest;
import dev.banyan.runtime.store.etcd.wire.TxnRequest;
import dev.banyan.runtime.store.etcd.wire.WatchGrpc;
import dev.banyan.runtime.store.etcd.wire.WatchRequest;
import dev.banyan.runtime.store.etcd.wire.WatchResponse;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A real etcd behind a channel. */
final class RealEtcd implements Etcd {
    private static final long PATIENCE_SECONDS = 60;

    private final Channel channel;

    RealEtcd(Channel channel) {
        this.channel = channel;
    }

    @Override
    public Object call(Message request) {
        try {
            return Headers.withoutCluster(send(request));
        } catch (StatusRuntimeException refused) {
            return refused.getStatus().getCode() + " " + refused.getStatus().getDescription();
        }
    }

    private Message send(Message request) {
        var kv = KVGrpc.newBlockingStub(channel);
        var lease = LeaseGrpc.newBlockingStub(channel);
        return switch (request) {
            case RangeRequest range -> kv.range(range);
            case PutRequest put -> kv.put(put);
            case DeleteRangeRequest delete -> kv.deleteRange(delete);
            case TxnRequest txn -> kv.txn(txn);
            case CompactionRequest compaction -> kv.compact(compaction);
            case LeaseGrantRequest grant -> lease.leaseGrant(grant);
            case LeaseRevokeRequest revoke -> lease.leaseRevoke(revoke);
            case LeaseTimeToLiveRequest question -> lease.leaseTimeToLive(question);
            default -> throw new IllegalArgumentException("unknown request " + request);
        };
    }

    @Override
    public WatchLog openWatches() {
        var inbox = new LinkedBlockingQueue<WatchResponse>();
        var requests = WatchGrpc.newStub(channel).watch(new StreamObserver<WatchResponse>() {
            @Override
            public void onNext(WatchResponse response) {
                inbox.add(response);
            }

            @Override
            public void onError(Throwable ended) {
                // the test ends the channel; what is missing shows in the comparison
            }

            @Override
            public void onCompleted() {
                // as above
            }
        });
        return new WatchLog() {
            private final List<String> said = new ArrayList<>();

            @Override
            public void send(WatchRequest request) {
                requests.onNext(request);
            }

            @Override
            public List<String> said(int atLeast) {
                try {
                    while (said.size() < atLeast) {
                        var response = inbox.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                        if (response == null) {
                            return said;
                        }
                        said.addAll(Etcd.words(response));
                    }
                    return said;
                } catch (InterruptedException interrupted) {
                    throw new AssertionError(interrupted);
                }
            }
        };
    }
}
