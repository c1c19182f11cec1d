package dev.banyan.cli.cluster;

import dev.banyan.api.identity.Credentials;
import dev.banyan.api.identity.OwnKey;
import dev.banyan.api.identity.PeerTrust;
import dev.banyan.api.registry.Registry;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** The way to a cluster's registry, under the user's certificate. */
final class RegistryAccess {
    private RegistryAccess() {}

    static Registry open(String address, Credentials credentials) {
        try {
            var trust = new PeerTrust(
                    credentials.authority(), credentials.identity().cluster(), Set.of("registry"));
            var tls = SSLContext.getInstance("TLSv1.3");
            tls.init(new KeyManager[] {new OwnKey(credentials)}, new TrustManager[] {trust}, null);
            return Registry.at(
                    "the cluster's registry at " + address, URI.create("https://" + address), tls, Optional.empty());
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this Java has no TLS 1.3", missing);
        }
    }
}
