package dev.banyan.engine.server.call;

import dev.banyan.api.identity.Keys;
import dev.banyan.api.identity.SpiffeId;
import dev.banyan.api.v1.Role;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.api.wire.WireErrors;
import dev.banyan.runtime.store.StoreException;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
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
    private final MemberCalls members;

    public CallGuard(MethodRules rules, MemberCalls members) {
        this.rules = rules;
        this.members = members;
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
        // What anybody may call, one with a worthless certificate may.
        var certificate = rules.allows(method, Role.JOIN) ? Optional.<X509Certificate>empty() : peer(session);
        return guarded(call, headers, next, new Guarded(caller, certificate, slot.get()));
    }

    /** {@code certificate} is to be believed; empty where none is needed. */
    private record Guarded(Caller caller, Optional<X509Certificate> certificate, StreamSlot slot) {}

    private <Q, R> ServerCall.Listener<Q> guarded(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next, Guarded guarded) {
        var caller = guarded.caller();
        var revocable = new RevocableCall<>(call, guarded.slot()::release);
        // Known as open before it is looked at: a removal comes before the look, or meets the open call.
        members.opened(caller, revocable);
        if (guarded.certificate().filter(shown -> !isAdmitted(caller, shown)).isPresent()) {
            members.ended(caller, revocable);
            return refuse(revocable, new ApiException(Reason.DENIED, caller.title() + " was removed from the cluster"));
        }
        var context = Context.current().withValue(Caller.CONTEXT, caller);
        var listener = new Releasing<>(Contexts.interceptCall(context, revocable, headers, next), () -> {
            guarded.slot().release();
            members.ended(caller, revocable);
        });
        revocable.onRevocation(listener::onCancel);
        return listener;
    }

    /** A store that does not answer tells nothing against a caller; what he then asks for will not be answered either. */
    private boolean isAdmitted(Caller caller, X509Certificate certificate) {
        try {
            return members.admits(caller, certificate);
        } catch (StoreException away) {
            LOG.atDebug().addKeyValue("caller", caller.name()).setCause(away).log("caller not looked up");
            return true;
        }
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

        @Override
        public void onComplete() {
            release.run();
            super.onComplete();
        }
    }
}
