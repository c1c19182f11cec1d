package dev.banyan.runtime.simulation.grpc;

import java.security.Principal;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import org.jspecify.annotations.Nullable;

/** What one side of a connection knows of the other: the certificates that both have shown. */
final class TlsSession implements SSLSession {
    private final List<X509Certificate> own;
    private final List<X509Certificate> peer;
    private final Map<String, Object> values = new LinkedHashMap<>();

    TlsSession(List<X509Certificate> own, List<X509Certificate> peer) {
        this.own = own;
        this.peer = peer;
    }

    @Override
    public Certificate[] getPeerCertificates() throws SSLPeerUnverifiedException {
        if (peer.isEmpty()) {
            throw new SSLPeerUnverifiedException("the peer has shown no certificate");
        }
        return peer.toArray(Certificate[]::new);
    }

    @Override
    public Certificate[] getLocalCertificates() {
        return own.toArray(Certificate[]::new);
    }

    @Override
    public Principal getPeerPrincipal() throws SSLPeerUnverifiedException {
        if (peer.isEmpty()) {
            throw new SSLPeerUnverifiedException("the peer has shown no certificate");
        }
        return peer.getFirst().getSubjectX500Principal();
    }

    @Override
    @SuppressWarnings("NullAway") // the contract of the JDK: null without a certificate
    public @Nullable Principal getLocalPrincipal() {
        return own.isEmpty() ? null : own.getFirst().getSubjectX500Principal();
    }

    @Override
    public byte[] getId() {
        return new byte[0];
    }

    @Override
    @SuppressWarnings("NullAway") // the contract of the JDK: null where there are no contexts
    public @Nullable SSLSessionContext getSessionContext() {
        return null;
    }

    @Override
    public long getCreationTime() {
        return 0;
    }

    @Override
    public long getLastAccessedTime() {
        return 0;
    }

    @Override
    public void invalidate() {
        values.clear();
    }

    @Override
    public boolean isValid() {
        return true;
    }

    @Override
    public void putValue(String name, Object value) {
        values.put(name, value);
    }

    @Override
    @SuppressWarnings("NullAway") // the contract of the JDK: null where there is none
    public @Nullable Object getValue(String name) {
        return values.get(name);
    }

    @Override
    public void removeValue(String name) {
        values.remove(name);
    }

    @Override
    public String[] getValueNames() {
        return values.keySet().toArray(String[]::new);
    }

    @Override
    public String getCipherSuite() {
        return "TLS_AES_128_GCM_SHA256";
    }

    @Override
    public String getProtocol() {
        return "TLSv1.3";
    }

    @Override
    public String getPeerHost() {
        return "peer.simulated";
    }

    @Override
    public int getPeerPort() {
        return -1; // the contract of the JDK: not known
    }

    @Override
    public int getPacketBufferSize() {
        return 16_384;
    }

    @Override
    public int getApplicationBufferSize() {
        return 16_384;
    }
}
