package dev.banyan.api.identity;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/**
 * What is signed to show possession of a private key: the purpose, what it is asked with, the public key, and the digest of the server's
 * certificate, so that a proof is worth nothing at another server.
 */
public final class KeyProof {
    private static final String ALGORITHM = "SHA256withECDSA";

    private final byte[] statement;

    private KeyProof(byte[]... parts) {
        var joined = new ByteArrayOutputStream();
        for (var part : parts) {
            // The length before each part keeps two different statements from having the same bytes.
            joined.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
            joined.writeBytes(part);
        }
        statement = joined.toByteArray();
    }

    /** For joining with a token. */
    public static KeyProof join(String tokenId, byte[] publicKey, byte[] serverDigest) {
        return new KeyProof(utf8("banyan-join"), utf8(tokenId), publicKey, serverDigest);
    }

    /** For renewing a certificate. */
    public static KeyProof renew(byte[] publicKey, byte[] serverDigest) {
        return new KeyProof(utf8("banyan-renew"), publicKey, serverDigest);
    }

    /** The signature of the statement. */
    public byte[] sign(PrivateKey key) {
        try {
            var signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            signature.update(statement);
            return signature.sign();
        } catch (GeneralSecurityException refused) {
            throw new IdentityException("the key cannot sign", refused);
        }
    }

    /** True when {@code proof} is the statement's signature by the key's holder. */
    public boolean verify(PublicKey key, byte[] proof) {
        try {
            var signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(key);
            signature.update(statement);
            return signature.verify(proof);
        } catch (GeneralSecurityException malformed) {
            return false; // a signature that cannot even be parsed proves nothing
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
