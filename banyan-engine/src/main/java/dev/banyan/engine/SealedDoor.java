package dev.banyan.engine;

import dev.banyan.api.identity.SpiffeId;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.MissingContentsRequest;
import dev.banyan.api.v1.MissingContentsResponse;
import dev.banyan.api.v1.OpenMaterialRequest;
import dev.banyan.api.v1.PutContentRequest;
import dev.banyan.api.v1.PutContentResponse;
import dev.banyan.api.v1.RemoveValueRequest;
import dev.banyan.api.v1.RemoveValueResponse;
import dev.banyan.api.v1.SetValueRequest;
import dev.banyan.api.v1.SetValueResponse;
import dev.banyan.engine.admission.Sealing;
import dev.banyan.engine.secrets.Disclosure;
import dev.banyan.engine.secrets.ManifestSealing;
import dev.banyan.engine.secrets.Uploads;
import dev.banyan.engine.secrets.ValueStore;
import dev.banyan.engine.secrets.Vault;
import dev.banyan.engine.server.Doors;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.List;

/** Hands on to the room that seals, and tells in an event whenever an agent is given a task's material. */
final class SealedDoor implements Doors.Sealed, Sealing {
    private final Uploads uploads;
    private final ValueStore values;
    private final ManifestSealing manifests;
    private final Disclosure disclosure;
    private final EventRecorder events;

    SealedDoor(Store store, Vault vault, Env env, EventRecorder events) {
        this.uploads = new Uploads(store, vault, env.time());
        this.values = new ValueStore(store, vault, env.time());
        this.manifests = new ManifestSealing(store, vault, env.time());
        this.disclosure = new Disclosure(store, vault, env.time());
        this.events = events;
    }

    @Override
    public Manifest seal(Wish wish, List<Violation> violations) {
        return wish.trial()
                ? manifests.foresee(wish.namespace(), wish.deployment(), wish.manifest(), wish.earlier(), violations)
                : manifests.seal(wish.namespace(), wish.deployment(), wish.manifest(), wish.earlier(), violations);
    }

    @Override
    public MissingContentsResponse missing(MissingContentsRequest request) {
        return uploads.missing(request);
    }

    @Override
    public PutContentResponse put(PutContentRequest request) {
        uploads.put(request);
        return PutContentResponse.getDefaultInstance();
    }

    @Override
    public SetValueResponse set(SetValueRequest request) {
        return values.set(request);
    }

    @Override
    public RemoveValueResponse remove(RemoveValueRequest request) {
        long revision = values.remove(request.getNamespace(), request.getKind(), request.getName());
        return RemoveValueResponse.newBuilder().setRevision(revision).build();
    }

    @Override
    public void open(OpenMaterialRequest request, SpiffeId caller, Doors.Receiver receiver)
            throws InterruptedException {
        var granted = disclosure.judge(caller.name(), request);
        // Told before it is sent: what got half of it has had it.
        events.normal(
                granted.task().key(),
                "MaterialOpened",
                "what only the container shall see is given to agent " + granted.agent());
        disclosure.open(granted, receiver::receive);
    }
}
