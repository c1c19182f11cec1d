package dev.banyan.engine.secrets;

import com.google.protobuf.ByteString;
import dev.banyan.api.compose.content.Content;
import dev.banyan.api.v1.ContentMount;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.SetValueRequest;
import dev.banyan.api.wire.WireErrors;
import dev.banyan.runtime.env.TimeSource;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes a manifest fit to be stored: nothing in it is in clear that nobody shall read. Thread-safe; calls block on the store. */
public final class ManifestSealing {
    private final Store store;
    private final Environments environments;
    private final ContentStore contents;
    private final ValueStore values;

    public ManifestSealing(Store store, Vault vault, TimeSource time) {
        this.store = store;
        this.environments = new Environments(vault);
        this.contents = new ContentStore(store, vault, time);
        this.values = new ValueStore(store, vault, time);
    }

    /**
     * The manifest as it is stored; where {@code violations} were added it is none.
     *
     * @param app name of the Deployment
     * @param earlier releases of the app
     */
    public Manifest seal(
            String namespace, String app, Manifest manifest, List<ReleaseSpec> earlier, List<Violation> violations) {
        return sealed(new Place(namespace, app, "", Set.of(), violations, false), manifest, earlier);
    }

    /** As {@link #seal}, but nothing is written, and contents that would be sent first count as sent. */
    public Manifest foresee(
            String namespace, String app, Manifest manifest, List<ReleaseSpec> earlier, List<Violation> violations) {
        return sealed(new Place(namespace, app, "", Set.of(), violations, true), manifest, earlier);
    }

    private Manifest sealed(Place app, Manifest manifest, List<ReleaseSpec> earlier) {
        var referenced = References.ofWanted(store, app.namespace(), app.app());
        var sealed = manifest.toBuilder().clearServices();
        for (var service : manifest.getServicesList()) {
            var mounted = service.toBuilder().clearContentMounts();
            var place =
                    new Place(app.namespace(), app.app(), service.getName(), referenced, app.violations(), app.trial());
            for (var mount : service.getContentMountsList()) {
                kept(place, mount).ifPresent(mounted::addContentMounts);
            }
            sealed.addServices(environments.seal(app.namespace(), app.app(), mounted.build(), earlier));
        }
        return sealed.build();
    }

    /** Of which app and service a mount is. */
    private record Place(
            String namespace,
            String app,
            String service,
            Set<String> referenced,
            List<Violation> violations,
            boolean trial) {
        Optional<ContentMount> refuse(ContentMount mount, String message) {
            var section =
                    switch (mount.getKind()) {
                        case SECRET -> "secrets";
                        case CONFIG -> "configs";
                        case FILE, TREE, KIND_UNSPECIFIED, UNRECOGNIZED -> "volumes";
                    };
            violations.add(new Violation("services." + service + "." + section, message));
            return Optional.empty();
        }
    }

    private Optional<ContentMount> kept(Place place, ContentMount mount) {
        if (!mount.getExternal().isEmpty()) {
            return external(place, mount);
        }
        var name = contents.name(place.namespace(), place.app(), mount.getContent());
        if (place.trial()) {
            return Optional.of(mount.toBuilder().setContent(name).build());
        }
        boolean referenced = place.referenced().contains(name);
        if (!contents.keeps(place.namespace(), place.app(), name, referenced)) {
            return place.refuse(mount, "the content of " + mount.getName() + " was not sent; try again");
        }
        if (!referenced && !whole(place, name, mount)) {
            return place.refuse(mount, "the content of " + mount.getName() + " is not what was announced; try again");
        }
        return Optional.of(mount.toBuilder().setContent(name).build());
    }

    /** What was put together from parts must be what its digest says; a release that named it had that checked. */
    private boolean whole(Place place, String name, ContentMount mount) {
        var size = contents.size(place.namespace(), place.app(), name).orElse(-1L);
        if (size != mount.getSize()) {
            return false;
        }
        var all = ByteString.EMPTY;
        for (int i = 0; i < ContentStore.parts(size); i++) {
            var part = contents.open(place.namespace(), place.app(), name, i);
            if (part.isEmpty()) {
                return false;
            }
            all = all.concat(part.get());
        }
        return Content.digest(all).equals(mount.getContent());
    }

    private Optional<ContentMount> external(Place place, ContentMount mount) {
        boolean secret = mount.getKind() == ContentMount.Kind.SECRET;
        var kind = secret ? SetValueRequest.Kind.SECRET : SetValueRequest.Kind.CONFIG;
        var value = values.open(place.namespace(), kind, mount.getExternal());
        if (value.isEmpty()) {
            var verb = secret ? "secret" : "config";
            return place.refuse(
                    mount,
                    "the cluster has no " + verb + " " + mount.getExternal() + "; make it with banyan-cli " + verb
                            + " create " + mount.getExternal());
        }
        var name = contents.name(place.namespace(), place.app(), Content.digest(value.get()));
        if (!place.trial()
                && !contents.keeps(
                        place.namespace(), place.app(), name, place.referenced().contains(name))) {
            put(place, name, value.get());
        }
        return Optional.of(
                mount.toBuilder().setContent(name).setSize(value.get().size()).build());
    }

    private void put(Place place, String name, ByteString value) {
        var parts = new ArrayList<ByteString>();
        for (int from = 0; from < value.size(); from += ContentStore.PART_BYTES) {
            parts.add(value.substring(from, Math.min(value.size(), from + ContentStore.PART_BYTES)));
        }
        if (parts.isEmpty()) {
            parts.add(ByteString.EMPTY);
        }
        for (int i = 0; i < parts.size(); i++) {
            var outcome = contents.put(place.namespace(), place.app(), name, i, value.size(), parts.get(i));
            WireErrors.failure(outcome).ifPresent(failure -> {
                throw failure;
            });
        }
    }
}
