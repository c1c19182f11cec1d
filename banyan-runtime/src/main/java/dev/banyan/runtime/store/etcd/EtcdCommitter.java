package dev.banyan.runtime.store.etcd;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Mailbox;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.CommitPlan;
import dev.banyan.runtime.store.CommitPlan.Change;
import dev.banyan.runtime.store.CommitPlanner;
import dev.banyan.runtime.store.CommitPlanner.Stamp;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.WriteOutcome;
import dev.banyan.runtime.store.etcd.wire.KVGrpc;
import dev.banyan.runtime.store.etcd.wire.KeyValue;
import dev.banyan.runtime.store.etcd.wire.RangeRequest;
import dev.banyan.runtime.store.etcd.wire.TxnRequest;
import dev.banyan.runtime.store.etcd.wire.TxnResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes commits true: plans, sends, merges again when somebody was faster, and finds out what became of unanswered sendings. */
final class EtcdCommitter {
    /** Beyond a few hundred writes in flight etcd answers "too many requests"; throughput peaks far below. */
    private static final int IN_FLIGHT_MAX = 128;

    private static final Duration QUEUE_PATIENCE = Duration.ofSeconds(5);

    /** Merges of one commit. Each lost one means that somebody else's landed; an object this hot should be seen by its writers. */
    private static final int MERGES_MAX = 64;

    private final Env env;
    private final EtcdCalls calls;
    private final KeyLayout layout;
    private final Mailbox<Boolean> permits;

    EtcdCommitter(EtcdCalls calls, KeyLayout layout, Env env) {
        this.calls = calls;
        this.layout = layout;
        this.env = env;
        this.permits = env.mailbox(IN_FLIGHT_MAX);
        for (int permit = 0; permit < IN_FLIGHT_MAX; permit++) {
            permits.offer(true);
        }
    }

    /** How one sending of a transaction ended. */
    private sealed interface Sent {
        record Landed(long revision) implements Sent {}

        record Refused(CommitTxn.Snapshot met) implements Sent {}

        record Failed(WriteOutcome outcome) implements Sent {}
    }

    WriteOutcome commit(Commit commit) {
        try {
            if (permits.poll(QUEUE_PATIENCE).isEmpty()) {
                return new WriteOutcome.Unavailable("more than " + IN_FLIGHT_MAX + " writes are in flight");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new WriteOutcome.Unavailable("interrupted before anything was sent");
        }
        try {
            return start(commit);
        } finally {
            permits.offer(true);
        }
    }

    private WriteOutcome start(Commit commit) {
        var txn = new CommitTxn(layout, commit);
        var stamp = Stamp.draw(commit, env);
        if (!txn.needsRead()) {
            var assumed = txn.assumed();
            return merge(commit, txn, stamp, assumed, CommitPlanner.planWrites(commit.writes(), assumed, stamp), 0);
        }
        try {
            var met = txn.snapshot(
                    answered(calls.repeatable(KVGrpc.getTxnMethod(), txn.read(), "read what a commit changes")));
            return merge(
                    commit,
                    txn,
                    stamp,
                    met.objects(),
                    CommitPlanner.plan(commit, met.objects(), stamp),
                    met.revision());
        } catch (StoreException unreadable) {
            return unreadable.reason() == StoreException.Reason.DENIED
                    ? new WriteOutcome.Denied(String.valueOf(unreadable.getMessage()))
                    : new WriteOutcome.Unavailable(String.valueOf(unreadable.getMessage()));
        }
    }

    private WriteOutcome merge(
            Commit commit,
            CommitTxn txn,
            Stamp stamp,
            Map<ObjectKey, StoredObject> first,
            CommitPlan firstPlan,
            long readAt) {
        var current = first;
        var plan = firstPlan;
        long seen = readAt;
        for (int merge = 0; merge < MERGES_MAX; merge++) {
            switch (plan) {
                case CommitPlan.Refused(var outcome) -> {
                    return outcome;
                }
                case CommitPlan.Apply(var changes) -> {
                    if (changes.isEmpty()) {
                        return new WriteOutcome.Written(seen);
                    }
                    switch (send(txn.write(changes, current), txn, changes, current, stamp.nonce())) {
                        case Sent.Landed(var revision) -> {
                            return new WriteOutcome.Written(revision);
                        }
                        case Sent.Failed(var outcome) -> {
                            return outcome;
                        }
                        case Sent.Refused(var met) -> { // tried again at once: what was met grows old in any pause
                            current = met.objects();
                            seen = met.revision();
                            plan = CommitPlanner.plan(commit, current, stamp);
                        }
                    }
                }
            }
            if (plan instanceof CommitPlan.Apply && Thread.currentThread().isInterrupted()) {
                return new WriteOutcome.Unavailable("interrupted after somebody else was faster");
            }
        }
        return contended(commit, current);
    }

    private static WriteOutcome contended(Commit commit, Map<ObjectKey, StoredObject> current) {
        var key = commit.writes().getFirst().key();
        var object = current.get(key);
        return new WriteOutcome.Conflict(key, object == null ? 0 : object.meta().revision());
    }

    private Sent send(
            TxnRequest request,
            CommitTxn txn,
            List<Change> changes,
            Map<ObjectKey, StoredObject> current,
            String nonce) {
        var attempts = calls.attempts(EtcdCalls.OPERATION);
        boolean uncertain = false;
        while (true) {
            try {
                var response = answered(calls.once(KVGrpc.getTxnMethod(), request, EtcdCalls.ATTEMPT));
                if (response.getSucceeded()) {
                    return new Sent.Landed(response.getHeader().getRevision());
                }
                var met = txn.snapshot(response);
                return uncertain ? judge(changes, current, met, nonce) : new Sent.Refused(met);
            } catch (EtcdException failure) {
                uncertain = uncertain || failure.kind() == EtcdException.Kind.UNCERTAIN;
                if (!failure.passing() || !attempts.another(failure)) {
                    return new Sent.Failed(given(failure, attempts.failures(), uncertain, nonce));
                }
            }
        }
    }

    private static WriteOutcome given(EtcdException failure, String tried, boolean uncertain, String nonce) {
        var reason = tried.isEmpty() ? String.valueOf(failure.getMessage()) : "tried " + tried;
        if (uncertain) {
            return new WriteOutcome.Unknown(nonce, reason);
        }
        return failure.kind() == EtcdException.Kind.DENIED
                ? new WriteOutcome.Denied(reason)
                : new WriteOutcome.Unavailable(reason);
    }

    private Sent judge(
            List<Change> changes, Map<ObjectKey, StoredObject> current, CommitTxn.Snapshot met, String nonce) {
        return switch (new Readback(current, nonce, this::older).judge(changes, met.pairs())) {
            case Readback.Verdict.Landed(var revision) -> new Sent.Landed(revision);
            case Readback.Verdict.NotLanded none -> new Sent.Refused(met);
            case Readback.Verdict.Undecided none ->
                new Sent.Failed(
                        new WriteOutcome.Unknown(nonce, "the answer was lost, and what is there now does not tell"));
        };
    }

    private Optional<KeyValue> older(ObjectKey key, long revision) {
        try {
            var request = RangeRequest.newBuilder()
                    .setKey(layout.encode(key))
                    .setRevision(revision)
                    .build();
            var response = calls.repeatable(KVGrpc.getRangeMethod(), request, "read back " + key);
            return response.getKvsList().stream().findFirst();
        } catch (StoreException gone) {
            return Optional.empty();
        }
    }

    private TxnResponse answered(TxnResponse response) {
        calls.saw(response.getHeader());
        return response;
    }
}
