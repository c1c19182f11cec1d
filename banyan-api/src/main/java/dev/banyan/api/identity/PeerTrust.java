package dev.banyan.api.identity;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Believes certificates of one authority that name a member of its cluster in a wanted role. Host names and addresses are not looked at:
 * servers move. Thread-safe.
 */
public final class PeerTrust extends X509ExtendedTrustManager {
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    private final X509Certificate authority;
    private final String cluster;
    private final Set<String> roles;

    /**
     * Believes members of a cluster.
     *
     * @param roles in which the other side may be
     */
    public PeerTrust(X509Certificate authority, String cluster, Set<String> roles) {
        this.authority = authority;
        this.cluster = cluster;
        this.roles = Set.copyOf(roles);
    }

    /** Throws {@link CertificateException} unless {@code chain} leads from an end certificate to {@code authority} and is valid today. */
    static void validate(X509Certificate[] chain, X509Certificate authority, String usage) throws CertificateException {
        try {
            var path = Arrays.stream(chain)
                    .filter(certificate -> !certificate.equals(authority))
                    .toList();
            if (path.isEmpty()) {
                throw new CertificateException("the peer shows the authority's own certificate only");
            }
            var parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
            // Certificates are short-lived and carry no revocation address; a removed member is refused by name.
            parameters.setRevocationEnabled(false);
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
            authority.checkValidity();
            requireUsage(path.getFirst(), usage);
        } catch (InvalidAlgorithmParameterException impossible) {
            throw new IllegalStateException("an authority without a trust anchor", impossible);
        } catch (CertificateException refused) {
            throw refused;
        } catch (GeneralSecurityException refused) {
            throw new CertificateException("the peer's certificate is not of this cluster's authority", refused);
        }
    }

    private static void requireUsage(X509Certificate leaf, String usage) throws CertificateException {
        List<String> usages = leaf.getExtendedKeyUsage();
        if (usages == null || !usages.contains(usage) || leaf.getBasicConstraints() >= 0) {
            throw new CertificateException("the peer's certificate is not for this side of a connection");
        }
    }

    private void check(X509Certificate[] chain, String usage) throws CertificateException {
        validate(chain, authority, usage);
        var identity = SpiffeId.of(chain[0])
                .orElseThrow(() -> new CertificateException("the peer's certificate has no identity of a cluster"));
        if (!identity.cluster().equals(cluster) || !roles.contains(identity.role())) {
            throw new CertificateException(
                    "the peer is " + identity + ", wanted is one of " + roles + " of " + cluster);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain, CLIENT_AUTH);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain, SERVER_AUTH);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain, CLIENT_AUTH);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain, SERVER_AUTH);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, CLIENT_AUTH);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, SERVER_AUTH);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[] {authority};
    }
}
