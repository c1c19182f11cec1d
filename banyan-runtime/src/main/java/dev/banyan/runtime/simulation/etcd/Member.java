package dev.banyan.runtime.simulation.etcd;

import com.google.protobuf.Message;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.store.etcd.wire.CompactionRequest;
import dev.banyan.runtime.store.etcd.wire.DefragmentRequest;
import dev.banyan.runtime.store.etcd.wire.DefragmentResponse;
import dev.banyan.runtime.store.etcd.wire.DeleteRangeRequest;
import dev.banyan.runtime.store.etcd.wire.LeaseGrantRequest;
import dev.banyan.runtime.store.etcd.wire.LeaseRevokeRequest;
import dev.banyan.runtime.store.etcd.wire.LeaseTimeToLiveRequest;
import dev.banyan.runtime.store.etcd.wire.PutRequest;
import dev.banyan.runtime.store.etcd.wire.RangeRequest;
import dev.banyan.runtime.store.etcd.wire.ResponseHeader;
import dev.banyan.runtime.store.etcd.wire.StatusRequest;
import dev.banyan.runtime.store.etcd.wire.StatusResponse;
import dev.banyan.runtime.store.etcd.wire.TxnRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** One server of the cluster: it answers what it may answer alone, and asks the leader, who is or is not there, for the rest. */
final class Member {
    /** Where those look who want to know what is true. No member of the majority. */
    static final int OBSERVER = -1;

    /** What this version answers when asked. */
    private static final String VERSION = "3.4.23";

    /** How long etcd itself waits for its leader before it gives a request up. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(7);

    private static final Duration LOOK = Duration.ofMillis(10);

    /** A revision and when this member learns of it. */
    private record News(long revision, long atNanos) {}

    private final SimulatedEtcd etcd;
    private final int index;
    private final Set<WatchCall> streams = new LinkedHashSet<>();
    private final ArrayDeque<News> coming = new ArrayDeque<>();
    private SimulatedProcess process;
    private boolean up = true;
    private Duration lag = Duration.ZERO;
    private long seen;

    /** One with the {@link #OBSERVER}'s number has seen everything at once, is always up and needs no leader. */
    Member(SimulatedEtcd etcd, int index, SimulatedProcess process) {
        this.etcd = etcd;
        this.index = index;
        this.process = process;
        this.seen = 1;
    }

    SimulatedEtcd etcd() {
        return etcd;
    }

    boolean observes() {
        return index == OBSERVER;
    }

    SimulatedProcess process() {
        return process;
    }

    /** True while it runs and answers. */
    boolean up() {
        return up && process.condition() == SimulatedProcess.Condition.RUNNING;
    }

    /** False when nothing listens: a paused process still accepts connections. */
    boolean listens() {
        return up;
    }

    void kill() {
        up = false;
        process.kill();
        List.copyOf(streams).forEach(stream -> stream.broken("connection reset"));
        streams.clear();
    }

    void start(SimulatedProcess fresh) {
        if (up) {
            throw new IllegalStateException("etcd-" + index + " runs");
        }
        process = fresh;
        up = true;
    }

    void lag(Duration behind) {
        lag = behind;
    }

    /** The history was cut back under this member. */
    void forgetAfter(long revision) {
        coming.clear();
        seen = Math.min(seen, revision);
    }

    void opened(WatchCall stream) {
        streams.add(stream);
    }

    void closed(WatchCall stream) {
        streams.remove(stream);
    }

    /** Members without a leader end the streams of clients that want one. */
    void leaderLost() {
        List.copyOf(streams)
                .forEach(stream -> stream.ended(EtcdRefusal.noLeader().status()));
    }

    void news() {
        coming.add(new News(etcd.keyspace().revision(), etcd.now() + lag.toNanos()));
        streams.forEach(WatchCall::wake);
    }

    ResponseHeader header(long revision) {
        return etcd.header(index, revision);
    }

    /** When the next news comes; {@link Long#MAX_VALUE} when none is on its way. */
    long nextNewsNanos() {
        seen();
        return coming.isEmpty() ? Long.MAX_VALUE : coming.getFirst().atNanos();
    }

    /** The revision this member has reached. */
    long seen() {
        while (!coming.isEmpty() && coming.getFirst().atNanos() <= etcd.now()) {
            seen = Math.max(seen, coming.removeFirst().revision());
        }
        return seen;
    }

    /** Answers one request, in the caller's task, which waits as long as that takes and at most {@code atMost}. */
    Message answer(Message request, Duration atMost) {
        return switch (request) {
            case RangeRequest range
            when range.getSerializable() -> withHeader(etcd.model().range(range, seen()));
            case RangeRequest range -> {
                awaitLeader(atMost);
                catchUp();
                yield withHeader(etcd.model().range(range, seen));
            }
            case StatusRequest status -> status();
            case DefragmentRequest defragment ->
                DefragmentResponse.newBuilder().setHeader(header(seen())).build();
            default -> proposed(request, atMost);
        };
    }

    /** A request that was given up may still be agreed on when there is a leader again. */
    private Message proposed(Message request, Duration atMost) {
        try {
            awaitLeader(atMost);
        } catch (EtcdRefusal noLeader) {
            if (up && etcd.random().nextBoolean()) {
                process.env().tasks().spawn("late proposal", () -> agreedLater(request));
            }
            throw noLeader;
        }
        return agreed(request);
    }

    private void agreedLater(Message request) {
        while (!etcd.leads()) {
            process.away(LOOK);
        }
        try {
            agreed(request);
        } catch (EtcdRefusal unheard) {
            return; // nobody waits for the answer
        }
    }

    private Message agreed(Message request) {
        etcd.leases().expire(etcd.now());
        long before = etcd.keyspace().revision();
        var answer = apply(request);
        if (etcd.keyspace().revision() != before || request instanceof CompactionRequest) {
            etcd.changed();
        }
        catchUp(); // a member answers a write when it has applied it
        return withHeader(answer);
    }

    private Message apply(Message request) {
        return switch (request) {
            case PutRequest put -> etcd.model().put(put);
            case DeleteRangeRequest delete -> etcd.model().delete(delete);
            case TxnRequest txn -> etcd.model().txn(txn);
            case CompactionRequest compaction -> etcd.model().compact(compaction);
            case LeaseGrantRequest grant -> etcd.leases().grant(grant, etcd.now());
            case LeaseRevokeRequest revoke -> etcd.leases().revoke(revoke);
            case LeaseTimeToLiveRequest question -> etcd.leases().timeToLive(question, etcd.now());
            default -> throw new IllegalArgumentException("the model of etcd does not know " + request);
        };
    }

    private void awaitLeader(Duration atMost) {
        if (observes()) {
            return;
        }
        var patience = atMost.compareTo(REQUEST_TIMEOUT) < 0 ? atMost : REQUEST_TIMEOUT;
        long until = etcd.now() + patience.toNanos();
        while (!etcd.leads()) {
            long before = etcd.now();
            process.away(LOOK);
            if (etcd.now() >= until || etcd.now() == before) { // outside tasks nothing passes
                throw EtcdRefusal.timedOut();
            }
        }
    }

    /** Waits until this member has seen all that is committed now; outside tasks nothing passes, so it has at once. */
    private void catchUp() {
        long wanted = etcd.keyspace().revision();
        boolean passes = true;
        while (passes && seen() < wanted && !coming.isEmpty()) {
            long before = etcd.now();
            process.away(Duration.ofNanos(Math.max(0, nextNewsNanos() - before)));
            passes = etcd.now() > before;
        }
        seen = Math.max(seen, Math.min(wanted, etcd.keyspace().revision()));
    }

    private StatusResponse status() {
        return StatusResponse.newBuilder()
                .setHeader(header(seen()))
                .setVersion(VERSION)
                .setLeader(etcd.leads() ? 1 : 0)
                .build();
    }

    private Message withHeader(Message answer) {
        var field = answer.getDescriptorForType().findFieldByName("header");
        var plain = (ResponseHeader) answer.getField(field);
        return answer.toBuilder().setField(field, header(plain.getRevision())).build();
    }
}
