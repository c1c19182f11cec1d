package dev.banyan.engine.secrets;

import com.google.protobuf.ByteString;
import dev.banyan.api.compose.content.Content;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.ContentMount;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.MissingContentsRequest;
import dev.banyan.api.v1.PutContentRequest;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.SetValueRequest;
import dev.banyan.engine.WallClock;
import dev.banyan.engine.World;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** All of the room over one store, with a clock that a test sets. */
final class Sealed {
    final World world = new World();
    final WallClock clock = new WallClock(World.ENV);
    final Vault vault = VaultTest.vault(1);
    final Uploads uploads = new Uploads(world.truth, vault, clock.time());
    final ValueStore values = new ValueStore(world.truth, vault, clock.time());
    final ManifestSealing manifests = new ManifestSealing(world.truth, vault, clock.time());
    final Disclosure disclosure = new Disclosure(world.truth, vault, clock.time());
    final List<Violation> violations = new ArrayList<>();

    /** Sends a content in parts, as the command line does. */
    void put(String app, Content content) {
        for (int part = 0; part < ContentStore.parts(content.bytes().size()); part++) {
            uploads.put(part(app, content, part).build());
        }
    }

    static PutContentRequest.Builder part(String app, Content content, int part) {
        int from = part * ContentStore.PART_BYTES;
        int until = Math.min(content.bytes().size(), from + ContentStore.PART_BYTES);
        return PutContentRequest.newBuilder()
                .setNamespace("default")
                .setApp(app)
                .setContent(content.digest())
                .setSize(content.bytes().size())
                .setPart(part)
                .setData(content.bytes().substring(from, until));
    }

    List<String> missing(String app, Content... contents) {
        var request =
                MissingContentsRequest.newBuilder().setNamespace("default").setApp(app);
        for (var content : contents) {
            request.addContents(content.digest());
        }
        return uploads.missing(request.build()).getContentsList();
    }

    Manifest seal(Manifest manifest, ReleaseSpec... earlier) {
        violations.clear();
        return manifests.seal("default", manifest.getName(), manifest, List.of(earlier), violations);
    }

    /** Stores a sealed manifest as the wanted release {@code number} of its app. */
    ReleaseSpec release(Manifest sealed, int number) {
        var name = sealed.getName();
        var release = ReleaseSpec.newBuilder()
                .setDeployment(name)
                .setNumber(number)
                .setManifest(sealed)
                .build();
        world.create(Kinds.RELEASES, Kinds.RELEASES.key("default", name + "." + number), release);
        var key = Kinds.DEPLOYMENTS.key("default", name);
        var spec = DeploymentSpec.newBuilder().setName(name).setRelease(number).build();
        if (number == 1) {
            world.create(Kinds.DEPLOYMENTS, key, spec);
        } else {
            world.update(Kinds.DEPLOYMENTS, key, old -> spec);
        }
        return release;
    }

    boolean set(SetValueRequest.Kind kind, String name, String value, boolean replace) {
        return values.set(SetValueRequest.newBuilder()
                        .setNamespace("default")
                        .setKind(kind)
                        .setName(name)
                        .setValue(ByteString.copyFromUtf8(value))
                        .setReplace(replace)
                        .build())
                .getChanged();
    }

    void later(Duration by) {
        clock.set(by);
    }

    void sweep() {
        new ContentSweep(clock, world.truth).sweep();
    }

    int contents() {
        return world.list(Kinds.CONTENTS).size();
    }

    static Content content(String text) {
        return Content.of(ByteString.copyFromUtf8(text));
    }

    /** So many bytes that are not alike. */
    static Content large(int bytes) {
        var content = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            content[i] = (byte) (i * 31 + i / 255);
        }
        return Content.of(ByteString.copyFrom(content));
    }

    static Manifest manifest(String app, ServiceManifest... services) {
        return Manifest.newBuilder()
                .setName(app)
                .addAllServices(List.of(services))
                .build();
    }

    static ServiceManifest.Builder service(String name) {
        return ServiceManifest.newBuilder().setName(name).setImage("web");
    }

    static ContentMount mount(Content content) {
        return ContentMount.newBuilder()
                .setKind(ContentMount.Kind.SECRET)
                .setName("key")
                .setContent(content.digest())
                .setSize(content.bytes().size())
                .setTarget("/run/secrets/key")
                .setMode(0444)
                .setReadOnly(true)
                .build();
    }
}
