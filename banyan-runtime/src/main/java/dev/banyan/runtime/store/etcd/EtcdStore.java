package dev.banyan.runtime.store.etcd;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WriteOutcome;
import dev.banyan.runtime.store.etcd.wire.Compare;
import dev.banyan.runtime.store.etcd.wire.KVGrpc;
import dev.banyan.runtime.store.etcd.wire.PutRequest;
import dev.banyan.runtime.store.etcd.wire.RangeRequest;
import dev.banyan.runtime.store.etcd.wire.RequestOp;
import dev.banyan.runtime.store.etcd.wire.TxnRequest;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Objects in etcd 3.4 or newer. See the package. Thread-safe; {@link #close} ends its connections, after which calls fail. */
public final class EtcdStore implements Store, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdStore.class);

    /** No key has been created at this revision. */
    private static final long NEVER = -1;

    private final Env env;
    private final KeyLayout layout;
    private final EtcdCalls calls;
    private final EtcdCommitter committer;
    private final EtcdReader reader;

    private EtcdStore(EtcdConfig config, EtcdCalls calls, Env env) {
        this.env = env;
        this.calls = calls;
        this.layout = new KeyLayout(config.prefix());
        this.committer = new EtcdCommitter(calls, layout, env);
        this.reader = new EtcdReader(calls, layout, env);
    }

    /**
     * Connects: reads the version of the first endpoint that answers, logs in, and asks whether it may read and write under the prefix. The
     * calls that follow stay with an endpoint until it fails, and then go on to the next.
     *
     * @throws StoreException UNAVAILABLE naming every endpoint and its failure when none answers, DENIED for a wrong or missing login or too
     *     few rights, CORRUPT when the server is older than 3.4; all of them say what helps
     * @throws IllegalArgumentException when the TLS files cannot be used
     */
    public static EtcdStore connect(EtcdConfig config, Env env) {
        return connect(config, new EtcdCalls(config, Optional.empty(), env), env);
    }

    /** The same over another transport than the network. */
    public static EtcdStore connect(EtcdConfig config, EtcdTransport transport, Env env) {
        return connect(config, new EtcdCalls(config, Optional.of(transport), env), env);
    }

    private static EtcdStore connect(EtcdConfig config, EtcdCalls calls, Env env) {
        try {
            var status = version(calls);
            logIn(calls);
            askForRights(calls, new KeyLayout(config.prefix()));
            LOG.atInfo()
                    .addKeyValue("endpoint", status.endpoint())
                    .addKeyValue("version", status.version())
                    .log("connected to etcd");
            return new EtcdStore(config, calls, env);
        } catch (StoreException failure) {
            calls.close();
            throw failure;
        }
    }

    @Override
    public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
        return reader.list(Selection.of(key), at).objects().stream().findFirst();
    }

    @Override
    public Listing list(Selection selection, ReadAt at) {
        return reader.list(selection, at);
    }

    @Override
    public Watch watch(Selection selection, long afterRevision) {
        return new EtcdWatch(calls, calls.watchChannels(), layout, selection, afterRevision, env);
    }

    @Override
    public WriteOutcome commit(Commit commit) {
        return committer.commit(commit);
    }

    private static EtcdMaintenance.Member version(EtcdCalls calls) {
        var status = firstAnswer(calls);
        if (!EtcdMaintenance.isSupported(status.version())) {
            throw new StoreException(
                    StoreException.Reason.CORRUPT,
                    "etcd at " + status.endpoint() + " is version " + status.version()
                            + "; 3.4 or newer is needed: upgrade it, or name the endpoints of another");
        }
        return status;
    }

    /** An etcd that tells its version to users alone is asked again as one. */
    private static EtcdMaintenance.Member firstAnswer(EtcdCalls calls) {
        try {
            return new EtcdMaintenance(calls).first();
        } catch (StoreException failure) {
            if (failure.reason() != StoreException.Reason.DENIED) {
                throw failure;
            }
            logIn(calls);
            return new EtcdMaintenance(calls).first();
        }
    }

    /**
     * Sends a transaction whose writing branch cannot come true: etcd checks the rights for both branches before it compares. Without a
     * majority nobody can say; then the calls that need it will.
     */
    private static void askForRights(EtcdCalls calls, KeyLayout layout) {
        var everything = layout.everything();
        var key = layout.encode(Heartbeat.KEY);
        var question = TxnRequest.newBuilder()
                .addCompare(Compare.newBuilder()
                        .setKey(key)
                        .setTarget(Compare.CompareTarget.CREATE)
                        .setCreateRevision(NEVER))
                .addSuccess(RequestOp.newBuilder()
                        .setRequestPut(PutRequest.newBuilder().setKey(key)))
                .addFailure(RequestOp.newBuilder()
                        .setRequestRange(RangeRequest.newBuilder()
                                .setKey(everything.start())
                                .setRangeEnd(everything.end())
                                .setCountOnly(true)
                                .setLimit(1)))
                .build();
        try {
            calls.repeatable(KVGrpc.getTxnMethod(), question, "ask for its rights");
        } catch (StoreException failure) {
            if (failure.reason() != StoreException.Reason.UNAVAILABLE) {
                throw failure;
            }
            LOG.atWarn().setCause(failure).log("etcd answers but does not work, going on");
        }
    }

    private static void logIn(EtcdCalls calls) {
        try {
            calls.authenticate();
        } catch (EtcdException failure) {
            throw failure.forReader("log in");
        }
    }

    /** What every key of this store starts with. */
    public String prefix() {
        return layout.prefix();
    }

    /** What an operator of etcd does, for those who run their own. */
    public EtcdMaintenance maintenance() {
        return new EtcdMaintenance(calls);
    }

    @Override
    public void close() {
        calls.close();
    }
}
