package dev.banyan.api.tls;

import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;

/** TLS 1.3 for gRPC between members of a cluster. What keys and trust say is asked anew in each handshake: no session is resumed. */
public final class MutualTls {
    private static final String VERSION = "TLSv1.3";

    private MutualTls() {}

    /** For connections to engines, showing {@code key} if there is one; to be given to {@link #release} in the end. */
    public static SslContext client(Optional<? extends KeyManager> key, TrustManager trust) {
        var builder = SslContextBuilder.forClient().trustManager(trust);
        key.ifPresent(builder::keyManager);
        return build(builder);
    }

    /**
     * For connections from members, and from who shows no certificate since he has none yet: what he may is not decided here. To be given
     * to {@link #release} in the end.
     */
    public static SslContext server(KeyManager key, TrustManager trust) {
        return build(SslContextBuilder.forServer(key).trustManager(trust).clientAuth(ClientAuth.OPTIONAL));
    }

    /** Frees what is outside the heap. No connection is made any more; those that are open keep what they need. */
    public static void release(SslContext context) {
        ReferenceCountUtil.release(context);
    }

    private static SslContext build(SslContextBuilder builder) {
        try {
            return provided(builder).protocols(VERSION).build();
        } catch (SSLException missing) {
            throw new IllegalStateException("there is no TLS 1.3 here", missing);
        }
    }

    private static SslContextBuilder provided(SslContextBuilder builder) {
        return OpenSsl.isAvailable()
                // Counted, so that a connection's memory goes with the connection and not when the collector comes by.
                ? GrpcSslContexts.configure(builder, SslProvider.OPENSSL).sslProvider(SslProvider.OPENSSL_REFCNT)
                : GrpcSslContexts.configure(builder, SslProvider.JDK);
    }
}
