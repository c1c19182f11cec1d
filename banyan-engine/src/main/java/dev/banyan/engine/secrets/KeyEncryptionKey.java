package dev.banyan.engine.secrets;

import dev.banyan.api.identity.SealKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The key under which all data keys of a cluster are sealed, and from which the key of digests is made. Immutable. */
public final class KeyEncryptionKey {
    /** Bytes of a key. */
    public static final int BYTES = 32;

    private static final int ID_BYTES = 8;
    private static final String MAC = "HmacSHA256";

    private final String id;
    private final SealKey wrapping;
    private final SecretKeySpec digesting;

    private KeyEncryptionKey(byte[] key) {
        var root = new SecretKeySpec(key, MAC);
        // Of their own for each use, so that nothing that one shows says anything of another.
        this.id = HexFormat.of().formatHex(Arrays.copyOf(mac(root, label("id")), ID_BYTES));
        this.wrapping = SealKey.of(mac(root, label("wrap")));
        this.digesting = new SecretKeySpec(mac(root, label("digest")), MAC);
    }

    /** @throws IllegalArgumentException unless there are {@link #BYTES} */
    public static KeyEncryptionKey of(byte[] key) {
        if (key.length != BYTES) {
            throw new IllegalArgumentException("a key has " + BYTES + " bytes, not " + key.length);
        }
        return new KeyEncryptionKey(key);
    }

    /** Says which key it is, and nothing of what it is. */
    public String id() {
        return id;
    }

    SealKey wrapping() {
        return wrapping;
    }

    /** HMAC-SHA-256 in lower-case hexadecimal. */
    String digest(byte[]... parts) {
        return HexFormat.of().formatHex(mac(digesting, parts));
    }

    private static byte[] label(String use) {
        return ("banyan kek 1 " + use).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] mac(SecretKeySpec key, byte[]... parts) {
        try {
            var mac = Mac.getInstance(MAC);
            mac.init(key);
            for (var part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has " + MAC, impossible);
        }
    }

    @Override
    public String toString() {
        return "key-encryption key " + id;
    }
}
