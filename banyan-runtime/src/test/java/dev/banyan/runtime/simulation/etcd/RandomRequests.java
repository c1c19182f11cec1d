package dev.banyan.runtime.simulation.etcd;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.banyan.runtime.store.etcd.wire.CompactionRequest;
import dev.banyan.runtime.store.etcd.wire.Compare;
import dev.banyan.runtime.store.etcd.wire.DeleteRangeRequest;
import dev.banyan.runtime.store.etcd.wire.LeaseGrantRequest;
import dev.banyan.runtime.store.etcd.wire.LeaseRevokeRequest;
import dev.banyan.runtime.store.etcd.wire.LeaseTimeToLiveRequest;
import dev.banyan.runtime.store.etcd.wire.PutRequest;
import dev.banyan.runtime.store.etcd.wire.RangeRequest;
import dev.banyan.runtime.store.etcd.wire.RequestOp;
import dev.banyan.runtime.store.etcd.wire.TxnRequest;
import dev.banyan.runtime.store.etcd.wire.WatchCreateRequest;
import java.util.random.RandomGenerator;

/** Requests over a handful of keys, so that they meet; some of them are nonsense. */
final class RandomRequests {
    private static final String[] KEYS = {"", "a", "b", "ba", "c", "d"};
    private static final String[] ENDS = {"", "", "", "b", "bb", "e", "\0", "a"};
    private static final int LEASES = 4;
    private static final long LEASE_SECONDS = 10_000; // none of them ends by itself
    private static final long SHORT_LEASE =
            LEASES + 1; // of the seconds that etcd makes of too few; nothing is bound to it

    private final RandomGenerator random;
    private boolean shortLeaseIsHeld;

    RandomRequests(RandomGenerator random) {
        this.random = random;
    }

    Message next(long revision, long compacted) {
        if (shortLeaseIsHeld) {
            // At once, before the real etcd lets it run out on a busy machine.
            shortLeaseIsHeld = false;
            return LeaseRevokeRequest.newBuilder().setID(SHORT_LEASE).build();
        }
        return switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4 -> put();
            case 5, 6, 7 -> range(revision, compacted);
            case 8, 9 -> delete();
            case 10, 11, 12, 13, 14, 15 -> txn(revision, compacted);
            case 16 ->
                CompactionRequest.newBuilder()
                        .setRevision(someRevision(revision, compacted))
                        .build();
            case 17 -> grant();
            case 18 -> LeaseRevokeRequest.newBuilder().setID(lease()).build();
            default ->
                LeaseTimeToLiveRequest.newBuilder()
                        .setID(lease())
                        .setKeys(false)
                        .build();
        };
    }

    private LeaseGrantRequest grant() {
        shortLeaseIsHeld = random.nextInt(8) == 0;
        return LeaseGrantRequest.newBuilder()
                .setID(shortLeaseIsHeld ? SHORT_LEASE : lease())
                .setTTL(shortLeaseIsHeld ? random.nextInt(3) : LEASE_SECONDS)
                .build();
    }

    /** A watch from now, from the past, from what is compacted, or from the future. */
    WatchCreateRequest watch(long revision, long compacted) {
        return WatchCreateRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(KEYS[1 + random.nextInt(KEYS.length - 1)]))
                .setRangeEnd(end())
                .setStartRevision(random.nextInt(3) == 0 ? 0 : someRevision(revision, compacted))
                .setPrevKv(random.nextBoolean())
                .setFragment(random.nextBoolean())
                .build();
    }

    PutRequest put() {
        var put = PutRequest.newBuilder().setKey(key()).setValue(value()).setPrevKv(random.nextBoolean());
        return random.nextInt(4) == 0 ? put.setLease(lease()).build() : put.build();
    }

    private RangeRequest range(long revision, long compacted) {
        return RangeRequest.newBuilder()
                .setKey(key())
                .setRangeEnd(end())
                .setLimit(random.nextInt(4))
                .setRevision(random.nextInt(3) == 0 ? someRevision(revision, compacted) : 0)
                .setSerializable(random.nextBoolean())
                .setKeysOnly(random.nextInt(4) == 0)
                .setCountOnly(random.nextInt(4) == 0)
                .build();
    }

    private DeleteRangeRequest delete() {
        return DeleteRangeRequest.newBuilder()
                .setKey(key())
                .setRangeEnd(random.nextInt(3) == 0 ? end() : ByteString.EMPTY)
                .setPrevKv(random.nextBoolean())
                .build();
    }

    private TxnRequest txn(long revision, long compacted) {
        var txn = TxnRequest.newBuilder();
        for (int compare = random.nextInt(3); compare > 0; compare--) {
            txn.addCompare(compare(revision));
        }
        for (int operation = random.nextInt(4); operation > 0; operation--) {
            txn.addSuccess(operation(revision, compacted));
        }
        for (int operation = random.nextInt(4); operation > 0; operation--) {
            txn.addFailure(operation(revision, compacted));
        }
        return txn.build();
    }

    private Compare compare(long revision) {
        var compare = Compare.newBuilder()
                .setKey(key())
                .setResultValue(random.nextInt(4))
                .setTargetValue(random.nextInt(5));
        return switch (compare.getTarget()) {
            case VERSION -> compare.setVersion(random.nextInt(3)).build();
            case CREATE ->
                compare.setCreateRevision(random.nextInt(3) == 0 ? 0 : revision - random.nextInt(4))
                        .build();
            case MOD ->
                compare.setModRevision(random.nextInt(3) == 0 ? 0 : revision - random.nextInt(4))
                        .build();
            case VALUE -> compare.setValue(value()).build();
            case LEASE -> compare.setLease(random.nextInt(LEASES)).build();
            case UNRECOGNIZED -> throw new AssertionError();
        };
    }

    private RequestOp operation(long revision, long compacted) {
        var operation = RequestOp.newBuilder();
        return switch (random.nextInt(4)) {
            case 0, 1 -> operation.setRequestPut(put()).build();
            case 2 -> operation.setRequestDeleteRange(delete()).build();
            default -> operation.setRequestRange(range(revision, compacted)).build();
        };
    }

    private long someRevision(long revision, long compacted) {
        return Math.max(0, compacted - 2) + random.nextLong(revision + 4 - Math.max(0, compacted - 2));
    }

    /** Seldom the empty key, which is refused. */
    private ByteString key() {
        return ByteString.copyFromUtf8(KEYS[random.nextInt(24) == 0 ? 0 : 1 + random.nextInt(KEYS.length - 1)]);
    }

    private ByteString end() {
        return ByteString.copyFromUtf8(ENDS[random.nextInt(ENDS.length)]);
    }

    private ByteString value() {
        return ByteString.copyFromUtf8("v" + random.nextInt(4));
    }

    private long lease() {
        return 1 + random.nextInt(LEASES);
    }
}
