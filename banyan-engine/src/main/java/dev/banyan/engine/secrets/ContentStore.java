package dev.banyan.engine.secrets;

import com.google.protobuf.ByteString;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.ContentSpec;
import dev.banyan.api.v1.ContentStatus;
import dev.banyan.runtime.env.TimeSource;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Contents of apps, sealed, in parts. An app is its namespace and its Deployment's name. Thread-safe; calls block on the store. */
final class ContentStore {
    /** Sealed and encoded it stays well below the largest object. */
    static final int PART_BYTES = 256 * 1024;

    /** How long a content is kept that no release names: between its upload and the app's admission. */
    static final Duration KEPT = Duration.ofMinutes(10);

    /** Admission wants this much left, for engines whose clocks differ and for its own commit. */
    private static final Duration LEFT = Duration.ofMinutes(2);

    /** With a deployment's name, and the number of a part, a key stays below its limit. */
    private static final int NAME_DIGITS = 32;

    private final Store store;
    private final Vault vault;
    private final TimeSource time;

    ContentStore(Store store, Vault vault, TimeSource time) {
        this.store = store;
        this.vault = vault;
        this.time = time;
    }

    /** Under which name a content is kept for an app: a keyed digest of the SHA-256 under which it travels. */
    String name(String namespace, String app, String sha256) {
        return vault.digest(Purpose.content(namespace, app), sha256.getBytes(StandardCharsets.US_ASCII));
    }

    static int parts(long size) {
        return Math.max(1, Math.toIntExact((size + PART_BYTES - 1) / PART_BYTES));
    }

    /** Whether all parts are there; {@code referenced} by a release, so that they stay, or not to be collected soon. */
    boolean keeps(String namespace, String app, String content, boolean referenced) {
        var first = part(namespace, app, content, 0);
        if (first.isEmpty() || !(referenced || fresh(first.get().spec()))) {
            return false;
        }
        int parts = parts(first.get().spec().getSize());
        for (int i = 1; i < parts; i++) {
            if (store.get(key(namespace, app, content, i), ReadAt.LATEST).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** Keeps one part, in place of what is there. */
    WriteOutcome put(String namespace, String app, String content, int part, long size, ByteString data) {
        var key = key(namespace, app, content, part);
        var spec = ContentSpec.newBuilder()
                .setBox(vault.seal(Purpose.part(namespace, app, content, part, size), data))
                .setPart(part)
                .setSize(size)
                .setRenewedMs(time.now().toEpochMilli())
                .build();
        var encoded = Kinds.CONTENTS.spec().encode(spec);
        var there = store.get(key, ReadAt.LATEST);
        var write = there.<Write>map(
                        base -> new Write.Update(base, Draft.from(base).withSpec(encoded)))
                .orElseGet(() -> new Write.Create(Draft.of(key, encoded).labelled(Map.of(Labels.DEPLOYMENT, app))));
        return store.commit(Commit.of(write));
    }

    /** One part of a content; empty when it is not there, or does not open. */
    Optional<ByteString> open(String namespace, String app, String content, int part) {
        return part(namespace, app, content, part)
                .flatMap(found -> vault.open(
                        Purpose.part(namespace, app, content, part, found.spec().getSize()),
                        found.spec().getBox()));
    }

    /** Bytes of the whole; empty when there is nothing. */
    Optional<Long> size(String namespace, String app, String content) {
        return part(namespace, app, content, 0).map(found -> found.spec().getSize());
    }

    private boolean fresh(ContentSpec spec) {
        long age = time.now().toEpochMilli() - spec.getRenewedMs();
        return age < KEPT.minus(LEFT).toMillis();
    }

    private Optional<Resource<ContentSpec, ContentStatus>> part(
            String namespace, String app, String content, int part) {
        return store.get(key(namespace, app, content, part), ReadAt.LATEST).map(Kinds.CONTENTS::decode);
    }

    /** What stands behind the app in the name of a part. */
    static String suffix(String content, int part) {
        return "." + content.substring(0, NAME_DIGITS) + "." + part;
    }

    static ObjectKey key(String namespace, String app, String content, int part) {
        return Kinds.CONTENTS.key(namespace, app + suffix(content, part));
    }
}
