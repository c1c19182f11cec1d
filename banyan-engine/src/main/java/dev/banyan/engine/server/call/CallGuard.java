package dev.banyan.engine.server.call;

import dev.banyan.api.identity.Keys;
import dev.banyan.api.identity.SpiffeId;
import dev.banyan.api.v1.Role;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Level;
import dev.banyan.api.wire.Reason;
import dev.banyan.api.wire.WireErrors;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets a call through when its rule allows the caller's role, and says who calls; also bounds the streams of one connection. */
public final class CallGuard implements ServerInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(CallGuard.class);

    private final MethodRules rules;

    public CallGuard(MethodRules rules) {
        this.rules = rules;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        var session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (session == null) {
            return refuse(call, new ApiException(Reason.UNAUTHENTICATED, "only TLS is spoken here"));
        }
        var caller = caller(session);
        var method = call.getMethodDescriptor().getFullMethodName();
        if (!rules.allows(method, caller.role())) {
            LOG.atWarn()
                    .addKeyValue("method", method)
                    .addKeyValue("caller", caller.identity().map(SpiffeId::uri).orElse("none"))
                    .log("call denied");
            return refuse(call, denied(method, caller));
        }
        var slot = StreamSlot.take(call);
        if (slot.isEmpty()) {
            return refuse(
                    call,
                    new ApiException(
                            Reason.OVERLOADED, "a connection has at most " + StreamSlot.MAX + " open streams"));
        }
        Runnable release = slot.get()::release;
        var context = Context.current().withValue(Caller.CONTEXT, caller);
        return new Releasing<>(Contexts.interceptCall(context, new Levelled<>(call, release), headers, next), release);
    }

    private static ApiException denied(String method, Caller caller) {
        return caller.role() == Role.JOIN
                ? new ApiException(Reason.UNAUTHENTICATED, method + " needs a certificate of this cluster")
                : new ApiException(
                        Reason.DENIED,
                        caller.identity().map(SpiffeId::uri).orElse("nobody") + " may not call " + method);
    }

    private static <Q, R> ServerCall.Listener<Q> refuse(ServerCall<Q, R> call, ApiException why) {
        var failure = WireErrors.encode(why);
        var trailers = failure.getTrailers();
        call.close(failure.getStatus(), trailers == null ? new Metadata() : trailers);
        return new ServerCall.Listener<>() {};
    }

    private static Caller caller(SSLSession session) {
        var identity = peer(session).flatMap(SpiffeId::of);
        return new Caller(Caller.roleOf(identity), identity, digest(session.getLocalCertificates()));
    }

    private static Optional<X509Certificate> peer(SSLSession session) {
        try {
            return Optional.of((X509Certificate) session.getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException none) {
            return Optional.empty();
        }
    }

    private static byte[] digest(Certificate[] own) {
        return Keys.digest((X509Certificate) own[0]);
    }

    /** Tells its level with the first reply and gives the stream back at the end. */
    private static final class Levelled<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private final Runnable release;

        Levelled(ServerCall<Q, R> call, Runnable release) {
            super(call);
            this.release = release;
        }

        @Override
        public void sendHeaders(Metadata headers) {
            headers.put(Level.HEADER, Integer.toString(Level.CURRENT));
            super.sendHeaders(headers);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            release.run();
            super.close(status, trailers);
        }
    }

    private static final class Releasing<Q> extends SimpleForwardingServerCallListener<Q> {
        private final Runnable release;

        Releasing(ServerCall.Listener<Q> listener, Runnable release) {
            super(listener);
            this.release = release;
        }

        @Override
        public void onCancel() {
            release.run();
            super.onCancel();
        }
    }
}
