package dev.banyan.api.identity;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** The text form of keys and certificates. */
public final class Pem {
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private Pem() {}

    /** The certificates one after the other. */
    public static String certificates(List<X509Certificate> certificates) {
        var text = new StringBuilder();
        for (var certificate : certificates) {
            text.append(block("CERTIFICATE", encoded(certificate)));
        }
        return text.toString();
    }

    /** Reads one or more certificates; throws {@link IdentityException} when there are none. */
    public static List<X509Certificate> certificates(String text) {
        try {
            var found = new ArrayList<X509Certificate>();
            var input = new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(input)) {
                found.add((X509Certificate) certificate);
            }
            if (found.isEmpty()) {
                throw new IdentityException("no certificate in the text");
            }
            return List.copyOf(found);
        } catch (CertificateException malformed) {
            throw new IdentityException("malformed certificate", malformed);
        }
    }

    /** Reads one certificate in DER; throws {@link IdentityException} when it is malformed. */
    public static X509Certificate certificate(byte[] der) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException malformed) {
            throw new IdentityException("malformed certificate", malformed);
        }
    }

    /** DER of a certificate. */
    public static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateException malformed) {
            throw new IdentityException("a certificate that cannot be encoded", malformed);
        }
    }

    /** PKCS#8 form of a key. */
    public static String key(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    /** Reads an elliptic-curve key in PKCS#8 form; throws {@link IdentityException} when it is none. */
    public static PrivateKey key(String text) {
        var matcher = KEY.matcher(text);
        if (!matcher.find()) {
            throw new IdentityException("no private key in the text");
        }
        try {
            var der = Base64.getMimeDecoder().decode(matcher.group(1));
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException malformed) {
            throw new IdentityException("malformed private key", malformed);
        }
    }

    private static String block(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n" + LINES.encodeToString(der) + "\n-----END " + type + "-----\n";
    }
}
