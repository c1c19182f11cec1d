package dev.banyan.agent.network.wireguard;

import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.WholeFile;
import dev.banyan.runtime.env.Entropy;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.KeyAgreement;

/**
 * A server's own key.
 *
 * @param file has the private half, as {@code wg} reads it; readable by root alone
 */
public record TunnelKey(Path file, PublicKey publicKey) {
    private static final int BYTES = 32;

    /** The base point of the curve, times which a private key is its public one. */
    private static final BigInteger BASE = BigInteger.valueOf(9);

    /**
     * The key in {@code file}; a new one when there is none.
     *
     * @throws HostException when the file cannot be read or written, or holds something else
     */
    public static TunnelKey in(Path file, Entropy entropy) {
        var kept = read(file);
        if (kept.isPresent()) {
            return new TunnelKey(file, publicKey(kept.get()));
        }
        var fresh = clamped(entropy.bytes(BYTES));
        WholeFile.replace(file, Base64.getEncoder().encodeToString(fresh) + "\n");
        return new TunnelKey(file, publicKey(fresh));
    }

    private static Optional<byte[]> read(Path file) {
        try {
            var text = Files.readString(file, StandardCharsets.US_ASCII).strip();
            var bytes = Base64.getDecoder().decode(text);
            if (bytes.length == BYTES) {
                return Optional.of(bytes);
            }
        } catch (NoSuchFileException first) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new HostException("could not read the key in " + file, unreadable);
        }
        // Never replaced without being told: peers know this server by it.
        throw new HostException(file + " holds no WireGuard key; remove it, and a new one is made");
    }

    /** Three bits are fixed in every private key of this curve. */
    private static byte[] clamped(byte[] bytes) {
        bytes[0] &= (byte) 248;
        bytes[31] &= 127;
        bytes[31] |= 64;
        return bytes;
    }

    private static PublicKey publicKey(byte[] secret) {
        try {
            var curve = NamedParameterSpec.X25519;
            var factory = KeyFactory.getInstance("X25519");
            var agreement = KeyAgreement.getInstance("X25519");
            agreement.init(factory.generatePrivate(new XECPrivateKeySpec(curve, secret)));
            agreement.doPhase(factory.generatePublic(new XECPublicKeySpec(curve, BASE)), true);
            return PublicKey.ofBytes(agreement.generateSecret());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has X25519", impossible);
        }
    }

    /** The public half alone. */
    @Override
    public String toString() {
        return publicKey.toString();
    }
}
