package dev.banyan.runtime.simulation.etcd;

import com.google.protobuf.ByteString;
import dev.banyan.runtime.store.etcd.wire.KeyValue;
import dev.banyan.runtime.store.etcd.wire.LeaseGrantRequest;
import dev.banyan.runtime.store.etcd.wire.LeaseGrantResponse;
import dev.banyan.runtime.store.etcd.wire.LeaseRevokeRequest;
import dev.banyan.runtime.store.etcd.wire.LeaseRevokeResponse;
import dev.banyan.runtime.store.etcd.wire.LeaseTimeToLiveRequest;
import dev.banyan.runtime.store.etcd.wire.LeaseTimeToLiveResponse;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;

/** Leases, judged by the clock of whoever asks: {@code now} is the leader's. Pure; owned by one cluster. */
final class Leases {
    /** One and a half election timeouts, rounded up: a shorter wish is granted as this. */
    static final long SECONDS_MIN = 2;

    private static final KeySpan ALL = new KeySpan(ByteString.copyFrom(new byte[1]), ByteString.copyFrom(new byte[1]));

    private record Lease(long seconds, long endNanos) {}

    private final Keyspace keyspace;
    private final TreeMap<Long, Lease> leases = new TreeMap<>();

    Leases(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    boolean holds(long id) {
        return leases.containsKey(id);
    }

    LeaseGrantResponse grant(LeaseGrantRequest request, long now) {
        long id = request.getID() == 0 ? 1 + (leases.isEmpty() ? 0 : leases.lastKey()) : request.getID();
        if (leases.containsKey(id)) {
            throw EtcdRefusal.leaseExists();
        }
        long seconds = Math.max(SECONDS_MIN, request.getTTL());
        leases.put(id, new Lease(seconds, now + Duration.ofSeconds(seconds).toNanos()));
        return LeaseGrantResponse.newBuilder()
                .setHeader(EtcdModel.header(keyspace.revision()))
                .setID(id)
                .setTTL(seconds)
                .build();
    }

    LeaseRevokeResponse revoke(LeaseRevokeRequest request) {
        if (leases.remove(request.getID()) == null) {
            throw EtcdRefusal.noLease();
        }
        deleteKeysOf(request.getID());
        return LeaseRevokeResponse.newBuilder()
                .setHeader(EtcdModel.header(keyspace.revision()))
                .build();
    }

    LeaseTimeToLiveResponse timeToLive(LeaseTimeToLiveRequest request, long now) {
        var answer = LeaseTimeToLiveResponse.newBuilder()
                .setHeader(EtcdModel.header(keyspace.revision()))
                .setID(request.getID());
        var lease = leases.get(request.getID());
        if (lease == null) {
            return answer.setTTL(-1).build();
        }
        answer.setTTL(Duration.ofNanos(lease.endNanos() - now).toSeconds()).setGrantedTTL(lease.seconds());
        return request.getKeys() ? answer.addAllKeys(keysOf(request.getID())).build() : answer.build();
    }

    /** Lets a lease live on from now; false when it is not there. */
    boolean keepAlive(long id, long now) {
        return leases.computeIfPresent(
                        id,
                        (same, lease) -> new Lease(
                                lease.seconds(),
                                now + Duration.ofSeconds(lease.seconds()).toNanos()))
                != null;
    }

    /** Ends what has run out, each lease with its keys as a revision of its own. */
    void expire(long now) {
        for (var id : List.copyOf(leases.keySet())) {
            var lease = leases.get(id);
            if (lease != null && lease.endNanos() <= now) {
                leases.remove(id);
                deleteKeysOf(id);
            }
        }
    }

    private void deleteKeysOf(long id) {
        var writing = keyspace.write();
        keysOf(id).forEach(writing::delete);
        writing.done();
    }

    private List<ByteString> keysOf(long id) {
        return keyspace.range(ALL, keyspace.revision()).stream()
                .filter(value -> value.getLease() == id)
                .map(KeyValue::getKey)
                .toList();
    }
}
