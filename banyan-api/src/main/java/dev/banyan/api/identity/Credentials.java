package dev.banyan.api.identity;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A private key with its certificate and the authority that both sides believe.
 *
 * @param chain leaf first, authority last
 */
public record Credentials(PrivateKey key, List<X509Certificate> chain, X509Certificate authority) {
    public Credentials {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("credentials without a certificate");
        }
    }

    /** The certificate of the key. */
    public X509Certificate leaf() {
        return chain.getFirst();
    }

    /**
     * Whose credentials these are.
     *
     * @throws IdentityException when the certificate names nobody
     */
    public SpiffeId identity() {
        return SpiffeId.of(leaf())
                .orElseThrow(() -> new IdentityException("the certificate "
                        + leaf().getSubjectX500Principal().getName() + " has no identity of a Banyan cluster"));
    }

    /** When the certificate ends. */
    public Instant expires() {
        return leaf().getNotAfter().toInstant();
    }

    /** When to ask for the next certificate: two thirds into this one's life. */
    public Instant renewAt() {
        var begin = leaf().getNotBefore().toInstant();
        return begin.plus(Duration.between(begin, expires()).multipliedBy(2).dividedBy(3));
    }

    /** Names the holder only: the key is secret. */
    @Override
    public String toString() {
        return "Credentials[" + leaf().getSubjectX500Principal().getName() + "]";
    }
}
