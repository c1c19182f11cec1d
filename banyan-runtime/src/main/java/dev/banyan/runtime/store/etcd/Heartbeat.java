package dev.banyan.runtime.store.etcd;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.etcd.wire.KVGrpc;
import dev.banyan.runtime.store.etcd.wire.PutRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells a quiet watch from a dead one: when nothing was heard for a while it writes a key inside the watched prefix and expects to hear
 * of it. etcd's own progress answers would be cheaper, but before 3.4.25 they are not ordered with the events. All processes share the
 * key: the write of one is heard by all, so that an idle cluster makes one such write each ten seconds. Owned by one task.
 */
final class Heartbeat {
    /** The key that is written: an object like any other. */
    static final ObjectKey KEY = ObjectKey.cluster(".sync", "heartbeat");

    private static final Duration QUIET_MAX = Duration.ofSeconds(10);
    private static final Duration ARRIVAL_MAX = Duration.ofSeconds(5);

    /**
     * A reader that was told of a revision waits for it; where others write outside the prefix, only a write of ours brings the watch
     * there.
     */
    private static final Duration WANTED_AFTER = Duration.ofMillis(200);

    private final Env env;
    private final EtcdCalls calls;
    private final KeyLayout layout;
    private long heardNanos;
    private long triedNanos;
    private long expected;

    Heartbeat(EtcdCalls calls, KeyLayout layout, Env env) {
        this.calls = calls;
        this.layout = layout;
        this.env = env;
        this.heardNanos = env.time().nanos();
        this.triedNanos = heardNanos - QUIET_MAX.toNanos();
    }

    /** Something arrived on the stream. */
    void heard() {
        heardNanos = env.time().nanos();
        expected = 0;
    }

    /** Called while nothing arrives; true when a heartbeat is overdue and the stream must be given up. */
    boolean missed(long applied) {
        if (expected > applied) {
            return env.time().since(triedNanos).compareTo(ARRIVAL_MAX) > 0;
        }
        boolean quiet = env.time().since(heardNanos).compareTo(QUIET_MAX) > 0;
        boolean wanted =
                calls.newestRevision() > applied && env.time().since(heardNanos).compareTo(WANTED_AFTER) > 0;
        if ((quiet || wanted) && env.time().since(triedNanos).compareTo(wanted ? WANTED_AFTER : QUIET_MAX) > 0) {
            write();
        }
        return false;
    }

    private void write() {
        triedNanos = env.time().nanos();
        var request = PutRequest.newBuilder()
                .setKey(layout.encode(KEY))
                .setValue(ObjectEnvelope.encode(object()))
                .build();
        try {
            var response = calls.once(KVGrpc.getPutMethod(), request, EtcdCalls.ATTEMPT);
            calls.saw(response.getHeader());
            expected = response.getHeader().getRevision();
        } catch (EtcdException unreachable) {
            expected = 0; // nothing can be concluded; tried again later
        }
    }

    private static StoredObject object() {
        var meta = new ObjectMeta(
                "0".repeat(32),
                Map.of(),
                Map.of(),
                List.of(),
                List.of(),
                1,
                0,
                0,
                Instant.EPOCH,
                Optional.empty(),
                "heartbeat");
        return new StoredObject(KEY, meta, Bytes.EMPTY, Bytes.EMPTY);
    }
}
