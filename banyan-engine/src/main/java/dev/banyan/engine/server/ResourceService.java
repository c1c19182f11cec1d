package dev.banyan.engine.server;

import dev.banyan.api.v1.CommitRequest;
import dev.banyan.api.v1.CommitResponse;
import dev.banyan.api.v1.GetRequest;
import dev.banyan.api.v1.GetResponse;
import dev.banyan.api.v1.ListPage;
import dev.banyan.api.v1.ListRequest;
import dev.banyan.api.v1.ResourcesGrpc;
import dev.banyan.api.v1.WatchBatch;
import dev.banyan.api.v1.WatchRequest;
import dev.banyan.api.wire.WireCommits;
import dev.banyan.api.wire.WireObjects;
import dev.banyan.engine.definition.DefinedKinds;
import dev.banyan.engine.server.call.Answers;
import dev.banyan.engine.server.call.Caller;
import dev.banyan.engine.server.call.Outbound;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WriteOutcome;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The store over the wire, judged object by object. */
final class ResourceService extends ResourcesGrpc.ResourcesImplBase {
    /** Half of what a client accepts in one message, so that the largest object still fits behind it. */
    private static final int PAGE_BYTES = 4 * 1024 * 1024;

    /** A client takes five of these missing for the end of the connection. */
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(1);

    /** Definitions change once in weeks. */
    private static final int ATTEMPTS = 5;

    private final Store store;
    private final Env env;
    private final ObjectAccess access;
    private final CommitReader commits;

    ResourceService(Store store, ObjectAccess access, DefinedKinds kinds, Env env) {
        this.store = store;
        this.env = env;
        this.access = access;
        this.commits = new CommitReader(access, kinds, store);
    }

    @Override
    public void get(GetRequest request, StreamObserver<GetResponse> reply) {
        var caller = Caller.current();
        Answers.unary(reply, () -> {
            var key = WireObjects.key(request.getKey());
            access.requireKnown(caller, key.kind());
            var found = store.get(key, WireObjects.readAt(request.getAt()));
            found.ifPresent(object -> access.requireRead(caller, object));
            var response = GetResponse.newBuilder();
            found.ifPresent(object -> response.setObject(WireObjects.object(object)));
            return response.build();
        });
    }

    @Override
    public void list(ListRequest request, StreamObserver<ListPage> reply) {
        var caller = Caller.current();
        var outbound = Outbound.of(reply, env, () -> {});
        // A task of its own: while this method runs, the transport cannot say that it has room again.
        env.tasks().spawn("list", () -> {
            try {
                var selection = WireObjects.selection(request.getSelection());
                access.requireRead(caller, selection);
                send(store.list(selection, WireObjects.readAt(request.getAt())), outbound);
            } catch (RuntimeException failure) {
                outbound.fail(failure);
            }
        });
    }

    @Override
    public void watch(WatchRequest request, StreamObserver<WatchBatch> reply) {
        var caller = Caller.current();
        var open = new AtomicReference<@Nullable Watch>();
        var outbound =
                Outbound.of(reply, env, () -> Optional.ofNullable(open.get()).ifPresent(Watch::close));
        env.tasks().spawn("watch", () -> {
            try {
                var selection = WireObjects.selection(request.getSelection());
                access.requireRead(caller, selection);
                try (var watch = store.watch(selection, request.getAfterRevision())) {
                    open.set(watch);
                    send(watch, request.getAfterRevision(), outbound, () -> access.requireStill(caller, selection));
                }
            } catch (RuntimeException failure) {
                outbound.fail(failure);
            }
        });
    }

    @Override
    public void commit(CommitRequest request, StreamObserver<CommitResponse> reply) {
        var caller = Caller.current();
        Answers.unary(reply, () -> CommitResponse.newBuilder()
                .setRevision(Answers.revision(commit(caller, request)))
                .build());
    }

    /** A definition that changed between reading and writing is the engine's affair: the commit is judged anew. */
    private WriteOutcome commit(Caller caller, CommitRequest request) {
        for (int attempt = 1; ; attempt++) {
            var commit = commits.read(caller, request);
            var outcome = store.commit(commit);
            boolean own = outcome instanceof WriteOutcome.Conflict(var key, var revision)
                    && commits.guards(commit, request, key);
            if (!own) {
                return outcome;
            }
            if (attempt == ATTEMPTS) {
                return new WriteOutcome.Unavailable("the definition of a kind changes all the time");
            }
        }
    }

    private static void send(Listing listing, Outbound<ListPage> outbound) throws InterruptedException {
        var page = ListPage.newBuilder().setRevision(listing.revision());
        int bytes = 0;
        for (var object : listing.objects()) {
            var wire = WireObjects.object(object);
            if (bytes > 0 && bytes + wire.getSerializedSize() > PAGE_BYTES) {
                if (!outbound.send(page.build())) {
                    return;
                }
                page.clearObjects();
                bytes = 0;
            }
            page.addObjects(wire);
            bytes += wire.getSerializedSize();
        }
        if (outbound.send(page.setLast(true).build())) {
            outbound.complete();
        }
    }

    /** {@code still} throws when the reader has lost the right to read on, or the kind is gone. */
    private static void send(Watch watch, long after, Outbound<WatchBatch> outbound, Runnable still)
            throws InterruptedException {
        long reached = after;
        while (!outbound.cancelled()) {
            var batch = watch.next(SIGN_OF_LIFE);
            still.run();
            if (batch.isEmpty()) {
                outbound.send(WatchBatch.newBuilder().setRevision(reached).build());
                continue;
            }
            switch (batch.get()) {
                case dev.banyan.runtime.store.WatchBatch.Changes changes -> {
                    outbound.send(WireCommits.batch(changes));
                    reached = changes.revision();
                }
                case dev.banyan.runtime.store.WatchBatch.Bookmark bookmark -> {
                    outbound.send(WireCommits.batch(bookmark));
                    reached = bookmark.revision();
                }
                case dev.banyan.runtime.store.WatchBatch.Resync resync -> {
                    outbound.send(WireCommits.batch(resync));
                    outbound.complete();
                    return;
                }
                case dev.banyan.runtime.store.WatchBatch.Closed closed -> {
                    outbound.complete();
                    return;
                }
            }
        }
    }
}
