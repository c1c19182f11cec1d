package dev.banyan.agent.kept;

import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.WholeFile;
import dev.banyan.runtime.env.Entropy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A key that this agent alone has, for what it keeps: nobody else can read it, and nobody else can have written it. Thread-safe. */
public final class SealingKey {
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final Entropy entropy;

    private SealingKey(byte[] key, Entropy entropy) {
        this.key = new SecretKeySpec(key, "AES");
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
            if (kept.length == KEY_BYTES) {
                return new SealingKey(kept, entropy);
            }
        } catch (NoSuchFileException first) {
            // Made below.
        } catch (IOException failed) {
            throw new HostException("could not read " + file, failed);
        }
        var fresh = entropy.bytes(KEY_BYTES);
        WholeFile.replace(file, fresh);
        return new SealingKey(fresh, entropy);
    }

    /** Encrypts {@code plain}; {@code purpose} is not part of the result, and needed to open it. */
    byte[] seal(byte[] plain, byte[] purpose) {
        // Random nonces are safe for 2^32 seals under one key: one a second for 136 years.
        var nonce = entropy.bytes(NONCE_BYTES);
        try {
            var sealed = cipher(Cipher.ENCRYPT_MODE, nonce, purpose).doFinal(plain);
            return ByteBuffer.allocate(NONCE_BYTES + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has AES in GCM", impossible);
        }
    }

    /** What {@link #seal} was given; empty when this was not sealed with this key for this purpose, or not as it reads now. */
    Optional<byte[]> open(byte[] sealed, byte[] purpose) {
        if (sealed.length < NONCE_BYTES + TAG_BITS / 8) {
            return Optional.empty();
        }
        var nonce = Arrays.copyOf(sealed, NONCE_BYTES);
        try {
            return Optional.of(cipher(Cipher.DECRYPT_MODE, nonce, purpose)
                    .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES));
        } catch (AEADBadTagException foreign) {
            return Optional.empty();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has AES in GCM", impossible);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, byte[] purpose) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(purpose);
        return cipher;
    }
}
