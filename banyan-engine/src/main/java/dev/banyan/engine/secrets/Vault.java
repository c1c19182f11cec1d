package dev.banyan.engine.secrets;

import com.google.protobuf.ByteString;
import dev.banyan.api.v1.SealedBox;
import dev.banyan.runtime.env.Entropy;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Seals and opens boxes. Thread-safe. */
public final class Vault {
    private static final int DATA_KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final KeyEncryptionKey kek;
    private final Entropy entropy;

    public Vault(KeyEncryptionKey kek, Entropy entropy) {
        this.kek = kek;
        this.entropy = entropy;
    }

    /** Which key seals. */
    public String keyId() {
        return kek.id();
    }

    /** Seals {@code plain} for {@code purpose}; two boxes of the same are not alike. */
    SealedBox seal(Purpose purpose, ByteString plain) {
        var bound = purpose.bytes();
        var dataKey = entropy.bytes(DATA_KEY_BYTES);
        return SealedBox.newBuilder()
                .setKeyId(kek.id())
                .setWrappedKey(encrypt(kek.wrapping(), bound, dataKey))
                .setSealed(encrypt(new SecretKeySpec(dataKey, "AES"), bound, plain.toByteArray()))
                .build();
    }

    /** What was sealed; empty when it was sealed with another key, for another purpose, or is not as it was. */
    Optional<ByteString> open(Purpose purpose, SealedBox box) {
        var bound = purpose.bytes();
        return decrypt(kek.wrapping(), bound, box.getWrappedKey())
                .filter(dataKey -> dataKey.length == DATA_KEY_BYTES)
                .flatMap(dataKey -> decrypt(new SecretKeySpec(dataKey, "AES"), bound, box.getSealed()))
                .map(ByteString::copyFrom);
    }

    /** A digest that says nothing to who has not the key: in lower-case hexadecimal. */
    String digest(Purpose purpose, byte[] content) {
        return kek.digest(purpose.bytes(), new byte[] {0}, content);
    }

    private ByteString encrypt(SecretKeySpec key, byte[] bound, byte[] plain) {
        var nonce = entropy.bytes(NONCE_BYTES);
        try {
            var sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, bound).doFinal(plain);
            return ByteString.copyFrom(nonce).concat(ByteString.copyFrom(sealed));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has AES in GCM", impossible);
        }
    }

    private static Optional<byte[]> decrypt(SecretKeySpec key, byte[] bound, ByteString box) {
        var bytes = box.toByteArray();
        if (bytes.length < NONCE_BYTES + TAG_BITS / 8) {
            return Optional.empty();
        }
        try {
            return Optional.of(cipher(Cipher.DECRYPT_MODE, key, Arrays.copyOf(bytes, NONCE_BYTES), bound)
                    .doFinal(bytes, NONCE_BYTES, bytes.length - NONCE_BYTES));
        } catch (AEADBadTagException foreign) {
            return Optional.empty();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has AES in GCM", impossible);
        }
    }

    private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce, byte[] bound)
            throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(bound);
        return cipher;
    }
}
