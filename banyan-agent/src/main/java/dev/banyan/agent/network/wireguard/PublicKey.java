package dev.banyan.agent.network.wireguard;

import java.util.Base64;

/**
 * What a peer is known by: a point of Curve25519.
 *
 * @param text 32 bytes in base64, as {@code wg} writes them
 */
public record PublicKey(String text) implements Comparable<PublicKey> {
    private static final int BYTES = 32;

    /** @throws IllegalArgumentException when {@code text} is no key */
    public PublicKey {
        if (!of(decoded(text)).equals(text)) {
            throw new IllegalArgumentException("not a WireGuard key: " + text);
        }
    }

    /** The key with these 32 bytes. */
    static PublicKey ofBytes(byte[] bytes) {
        return new PublicKey(of(bytes));
    }

    private static byte[] decoded(String text) {
        var bytes = Base64.getDecoder().decode(text);
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a WireGuard key has " + BYTES + " bytes, not " + bytes.length);
        }
        return bytes;
    }

    private static String of(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public int compareTo(PublicKey other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
