package dev.banyan.engine.secrets;

import dev.banyan.api.identity.CredentialsDirectory;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.ClaimSpec;
import dev.banyan.runtime.env.Entropy;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The key-encryption key on disk, as hexadecimal digits that only the owner may read. The store says which key is the cluster's, so that
 * no two engines seal with different ones.
 */
public final class KekFile {
    static final ObjectKey CLAIM = Kinds.CLAIMS.key(ObjectKey.CLUSTER_SCOPE, "kek");

    private final Path file;

    /** The file {@code kek} in the authority's directory. */
    public KekFile(Path authority) {
        this.file = authority.resolve("kek");
    }

    /**
     * The key; empty when there is no file.
     *
     * @throws IllegalStateException when the file holds no key
     */
    public Optional<Keyring> load() {
        try {
            return Optional.of(Keyring.parse(Files.readString(file)));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (IllegalArgumentException damaged) {
            throw new IllegalStateException(
                    file + " is no key-encryption key; restore it from the backup, or copy another engine's", damaged);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot read " + file, failed);
        }
    }

    /** Makes a new key. */
    public Keyring create(Entropy entropy) {
        var keys = Keyring.of(entropy.bytes(KeyEncryptionKey.BYTES));
        keep(keys);
        return keys;
    }

    /**
     * Makes a key that takes the place of the present one when engines start that have this file.
     *
     * @throws IllegalStateException when there is no key, or another one is just taking its place
     */
    public Keyring rotate(Entropy entropy) {
        var kept = load().orElseThrow(() -> new IllegalStateException("there is no key in " + file + " yet"));
        if (kept.next().isPresent() || kept.former().isPresent()) {
            throw new IllegalStateException("a key is being changed already in " + file
                    + (kept.next().isPresent()
                            ? "; start the engines of the cluster with this file"
                            : "; wait until the engine has forgotten the former one, which its log says"));
        }
        var more = kept.withNext(entropy);
        keep(more);
        return more;
    }

    /** Puts these keys in the place of what is there. */
    void keep(Keyring keys) {
        write(keys.text());
    }

    /** Takes over the key of another engine, if there is one. */
    public void copy(KekFile other) {
        if (other.load().isEmpty()) {
            return;
        }
        try {
            write(Files.readString(other.file));
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot read " + other.file, failed);
        }
    }

    /**
     * The cluster's keys. The first engine of a cluster that has none makes one; the first that has a next one makes that the cluster's.
     *
     * @throws IllegalStateException when the cluster seals with a key that this engine has not
     */
    public Keyring settle(Store store, Entropy entropy) {
        var kept = load();
        if (claimed(store).isPresent()) {
            return turned(store, kept.orElseThrow(this::foreign));
        }
        var keys = kept.orElseGet(() -> create(entropy));
        claim(store, keys.current());
        if (!isClusters(store, keys)) {
            if (kept.isEmpty()) {
                forget(); // Never used: another engine was faster.
            }
            throw foreign();
        }
        return turned(store, keys);
    }

    /** First the store is told, then the file: between the two the file has both keys, and says which of them was the former. */
    private Keyring turned(Store store, Keyring kept) {
        if (kept.next().isEmpty()) {
            if (!isClusters(store, kept)) {
                throw foreign();
            }
            return kept;
        }
        var turned = kept.turned();
        if (isClusters(store, kept)) {
            reclaim(store, turned.current());
        }
        if (!isClusters(store, turned)) {
            throw foreign();
        }
        keep(turned);
        return turned;
    }

    /** Whether the cluster seals with the key that seals in {@code keys}. */
    boolean isClusters(Store store, Keyring keys) {
        return claimed(store).equals(Optional.of(holder(keys.current())));
    }

    private IllegalStateException foreign() {
        return new IllegalStateException("the cluster's values are sealed with another key than " + file
                + " has. Copy the file authority/kek of another engine's data there, or restore it from the backup.");
    }

    private static String holder(KeyEncryptionKey key) {
        return "kek/" + key.id();
    }

    private static Optional<String> claimed(Store store) {
        return store.get(CLAIM, ReadAt.LATEST)
                .map(object -> Kinds.CLAIMS.decode(object).spec().getHolder());
    }

    private static void claim(Store store, KeyEncryptionKey key) {
        var spec = ClaimSpec.newBuilder().setHolder(holder(key)).build();
        var outcome = store.commit(
                Commit.of(new Write.Create(Draft.of(CLAIM, Kinds.CLAIMS.spec().encode(spec)))));
        if (!(outcome instanceof WriteOutcome.Written) && !(outcome instanceof WriteOutcome.AlreadyExists)) {
            throw new IllegalStateException("cannot say in the store which key is the cluster's: " + outcome);
        }
    }

    private static void reclaim(Store store, KeyEncryptionKey key) {
        var base = store.get(CLAIM, ReadAt.LATEST).orElseThrow();
        var spec = Kinds.CLAIMS.decode(base).spec().toBuilder()
                .setHolder(holder(key))
                .build();
        var outcome = store.commit(Commit.of(new Write.Update(
                base, Draft.from(base).withSpec(Kinds.CLAIMS.spec().encode(spec)))));
        // Another engine with the same file may have been faster, which is as good; who asks next sees which it is.
        if (!(outcome instanceof WriteOutcome.Written) && !(outcome instanceof WriteOutcome.Conflict)) {
            throw new IllegalStateException("cannot say in the store which key is the cluster's: " + outcome);
        }
    }

    private void write(String text) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            CredentialsDirectory.replace(file, text);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write " + file, failed);
        }
    }

    private void forget() {
        try {
            Files.delete(file);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot remove " + file, failed);
        }
    }
}
