package dev.banyan.engine;

import dev.banyan.api.identity.OwnKey;
import dev.banyan.api.identity.PeerTrust;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** TLS towards the cluster's own servers. */
final class ClientTls {
    private ClientTls() {}

    /** Shows {@code key} and believes {@code trust}. */
    static SSLContext context(OwnKey key, PeerTrust trust) {
        try {
            var context = SSLContext.getInstance("TLSv1.3");
            context.init(new KeyManager[] {key}, new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this Java has no TLS 1.3", missing);
        }
    }
}
