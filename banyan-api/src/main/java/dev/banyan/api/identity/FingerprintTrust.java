package dev.banyan.api.identity;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Believes an engine whose chain ends in the authority of a given fingerprint: for a newcomer, who has nothing but a token. Thread-safe.
 */
public final class FingerprintTrust extends X509ExtendedTrustManager {
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

    private final String fingerprint;

    /** {@code fingerprint} is the SHA-256 of the authority's certificate in hexadecimal. */
    public FingerprintTrust(String fingerprint) {
        this.fingerprint = fingerprint;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        var authority = chain[chain.length - 1];
        if (!Keys.fingerprint(authority).equals(fingerprint)) {
            throw new CertificateException("the server is of another cluster than the join token: its authority is "
                    + Keys.fingerprint(authority));
        }
        PeerTrust.validate(chain, authority, SERVER_AUTH);
        if (SpiffeId.of(chain[0]).filter(id -> id.role().equals("engine")).isEmpty()) {
            throw new CertificateException("the server is no engine");
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("a newcomer serves nobody");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("a newcomer serves nobody");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("a newcomer serves nobody");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
