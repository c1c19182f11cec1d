package dev.banyan.agent.kept;

import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.WholeFile;
import dev.banyan.api.identity.SealKey;
import dev.banyan.runtime.env.Entropy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A key that this agent alone has, for what it keeps: nobody else can read it, and nobody else can have written it. Thread-safe. */
public final class SealingKey {
    private final SealKey key;
    private final Entropy entropy;

    private SealingKey(byte[] key, Entropy entropy) {
        this.key = SealKey.of(key);
        this.entropy = entropy;
    }

    /**
     * The key in {@code file}; a new one when there is none, or none that is whole.
     *
     * @throws HostException when the file cannot be read or written
     */
    public static SealingKey in(Path file, Entropy entropy) {
        try {
            var kept = Files.readAllBytes(file);
            if (kept.length == SealKey.BYTES) {
                return new SealingKey(kept, entropy);
            }
        } catch (NoSuchFileException first) {
            // Made below.
        } catch (IOException failed) {
            throw new HostException("could not read " + file, failed);
        }
        var fresh = entropy.bytes(SealKey.BYTES);
        WholeFile.replace(file, fresh);
        return new SealingKey(fresh, entropy);
    }

    /** Encrypts {@code plain}; {@code purpose} is not part of the result, and needed to open it. */
    byte[] seal(byte[] plain, byte[] purpose) {
        return key.seal(plain, purpose, entropy);
    }

    /** What {@link #seal} was given; empty when this was not sealed with this key for this purpose, or not as it reads now. */
    Optional<byte[]> open(byte[] sealed, byte[] purpose) {
        return key.open(sealed, purpose);
    }
}
