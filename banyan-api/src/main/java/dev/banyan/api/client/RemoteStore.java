package dev.banyan.api.client;

import dev.banyan.api.v1.GetRequest;
import dev.banyan.api.v1.ListRequest;
import dev.banyan.api.v1.ResourcesGrpc;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.WireCommits;
import dev.banyan.api.wire.WireErrors;
import dev.banyan.api.wire.WireObjects;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;

/** The cluster's store through its engines. Thread-safe. Made by {@link BanyanClient#store()}. */
public final class RemoteStore implements Store {
    /** An engine that is behind waits up to 5 s for a wanted revision; the rest is for the way. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** An engine cuts larger requests off unread, which would look like an engine that is away. */
    private static final int REQUEST_BYTES_MAX = 4 * 1024 * 1024 - 1024;

    private final Calls calls;

    RemoteStore(Calls calls) {
        this.calls = calls;
    }

    @Override
    public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
        var request = GetRequest.newBuilder().setKey(WireObjects.key(key)).setAt(WireObjects.readAt(at));
        try {
            var reply = calls.repeatable(ResourcesGrpc.getGetMethod(), request.build(), TIMEOUT);
            return reply.hasObject() ? Optional.of(WireObjects.object(reply.getObject())) : Optional.empty();
        } catch (ApiException failure) {
            throw WireErrors.storeFailure(failure);
        }
    }

    @Override
    public Listing list(Selection selection, ReadAt at) {
        var request = ListRequest.newBuilder()
                .setSelection(WireObjects.selection(selection))
                .setAt(WireObjects.readAt(at));
        try {
            var pages = calls.all(ResourcesGrpc.getListMethod(), request.build(), TIMEOUT);
            if (pages.isEmpty() || !pages.getLast().getLast()) {
                throw new StoreException(StoreException.Reason.UNAVAILABLE, "a listing was cut before its last page");
            }
            var objects = new ArrayList<StoredObject>();
            for (var page : pages) {
                page.getObjectsList().forEach(object -> objects.add(WireObjects.object(object)));
            }
            return new Listing(pages.getLast().getRevision(), objects);
        } catch (ApiException failure) {
            throw WireErrors.storeFailure(failure);
        }
    }

    @Override
    public Watch watch(Selection selection, long afterRevision) {
        return new RemoteWatch(calls, WireObjects.selection(selection), afterRevision);
    }

    @Override
    public WriteOutcome commit(Commit commit) {
        var request = WireCommits.commit(commit);
        if (request.getSerializedSize() > REQUEST_BYTES_MAX) {
            var key = commit.writes().getFirst().key();
            return new WriteOutcome.TooLarge(key, request.getSerializedSize(), Commit.COMMIT_BYTES_MAX);
        }
        try {
            var reply = calls.once(ResourcesGrpc.getCommitMethod(), request, TIMEOUT);
            return new WriteOutcome.Written(reply.getRevision());
        } catch (ApiException failure) {
            return WireErrors.outcome(failure);
        }
    }
}
