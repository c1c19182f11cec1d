package dev.banyan.api.identity;

import dev.banyan.runtime.env.Entropy;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key of AES-256-GCM: who has it not can neither read what it seals nor seal something else. Immutable.
 *
 * <p>What is sealed is a nonce of 12 bytes, the content, and a tag of 16 bytes. Nonces are random, which is safe for 2^32 seals under one key:
 * one a second for 136 years.
 */
public final class SealKey {
    /** Bytes of a key. */
    public static final int BYTES = 32;

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;

    private SealKey(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
    }

    /**
     * The key of these bytes.
     *
     * @throws IllegalArgumentException unless there are {@link #BYTES}
     */
    public static SealKey of(byte[] key) {
        if (key.length != BYTES) {
            throw new IllegalArgumentException("a key has " + BYTES + " bytes, not " + key.length);
        }
        return new SealKey(key);
    }

    /** Seals {@code plain}; {@code purpose} is not part of the result, and needed to open it. Two of the same are not alike. */
    public byte[] seal(byte[] plain, byte[] purpose, Entropy entropy) {
        var nonce = entropy.bytes(NONCE_BYTES);
        try {
            var cipher = cipher(Cipher.ENCRYPT_MODE, nonce, purpose);
            var sealed = Arrays.copyOf(nonce, NONCE_BYTES + cipher.getOutputSize(plain.length));
            cipher.doFinal(plain, 0, plain.length, sealed, NONCE_BYTES);
            return sealed;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has AES in GCM", impossible);
        }
    }

    /** What {@link #seal} was given; empty when this was not sealed with this key for this purpose, or not as it reads now. */
    public Optional<byte[]> open(byte[] sealed, byte[] purpose) {
        if (sealed.length < NONCE_BYTES + TAG_BITS / 8) {
            return Optional.empty();
        }
        try {
            return Optional.of(cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(sealed, NONCE_BYTES), purpose)
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

    @Override
    public String toString() {
        return "a key";
    }
}
