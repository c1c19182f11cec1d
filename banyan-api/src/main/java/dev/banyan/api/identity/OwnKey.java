package dev.banyan.api.identity;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Presents the newest credentials in every handshake, as server and as client. Thread-safe; a renewal takes effect with the next
 * connection and cuts none.
 */
public final class OwnKey extends X509ExtendedKeyManager {
    private static final String ALIAS = "own";

    private final AtomicReference<Credentials> current;

    public OwnKey(Credentials credentials) {
        current = new AtomicReference<>(credentials);
    }

    /** What is presented now. */
    public Credentials credentials() {
        return current.get();
    }

    /** Presents these from the next handshake on. */
    public void renew(Credentials credentials) {
        current.set(credentials);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return ALIAS;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return serves(keyType);
    }

    @Override
    public String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return ALIAS;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return serves(keyType);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return current.get().chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return current.get().key();
    }

    private static @Nullable String serves(String keyType) {
        return Optional.of(ALIAS).filter(alias -> keyType.startsWith("EC")).orElse(null);
    }
}
