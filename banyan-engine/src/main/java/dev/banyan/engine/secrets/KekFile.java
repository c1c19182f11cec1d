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
import java.util.HexFormat;
import java.util.Optional;

/**
 * The key-encryption key on disk, as 64 hexadecimal digits that only the owner may read. The store says which key is the cluster's, so that
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
    public Optional<KeyEncryptionKey> load() {
        try {
            var text = Files.readString(file).strip();
            return Optional.of(KeyEncryptionKey.of(HexFormat.of().parseHex(text)));
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
    public KeyEncryptionKey create(Entropy entropy) {
        var key = entropy.bytes(KeyEncryptionKey.BYTES);
        write(HexFormat.of().formatHex(key) + "\n");
        return KeyEncryptionKey.of(key);
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
     * The cluster's key. The first engine of a cluster that has none makes it.
     *
     * @throws IllegalStateException when the cluster seals with a key that this engine has not
     */
    public KeyEncryptionKey settle(Store store, Entropy entropy) {
        var kept = load();
        var claimed = claimed(store);
        if (claimed.isPresent()) {
            return kept.filter(key -> holder(key).equals(claimed.get())).orElseThrow(this::foreign);
        }
        var key = kept.orElseGet(() -> create(entropy));
        claim(store, key);
        if (!claimed(store).equals(Optional.of(holder(key)))) {
            if (kept.isEmpty()) {
                forget(); // Never used: another engine was faster.
            }
            throw foreign();
        }
        return key;
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
