package dev.banyan.api.identity;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/** Key pairs on the curve P-256, and fingerprints. */
public final class Keys {
    private static final int P256_BITS = 256;

    private Keys() {}

    /** A fresh pair. */
    public static KeyPair generate() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException missing) {
            throw new IdentityException("this Java has no P-256", missing);
        }
    }

    /** Reads a DER SubjectPublicKeyInfo; throws {@link IdentityException} unless it is a P-256 key. */
    public static PublicKey publicKey(byte[] subjectPublicKeyInfo) {
        try {
            var key = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(subjectPublicKeyInfo));
            boolean p256 = key instanceof ECPublicKey curve
                    && curve.getParams().getCurve().getField().getFieldSize() == P256_BITS;
            if (!p256) {
                throw new IdentityException("the key is not on the curve P-256");
            }
            return key;
        } catch (GeneralSecurityException malformed) {
            throw new IdentityException("malformed public key", malformed);
        }
    }

    /** SHA-256 of the certificate's DER. */
    public static byte[] digest(X509Certificate certificate) {
        return sha256(Pem.encoded(certificate));
    }

    /** SHA-256 of the certificate's DER in hexadecimal. */
    public static String fingerprint(X509Certificate certificate) {
        return HexFormat.of().formatHex(digest(certificate));
    }

    /** SHA-256. */
    public static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (GeneralSecurityException missing) {
            throw new IdentityException("this Java has no SHA-256", missing);
        }
    }
}
