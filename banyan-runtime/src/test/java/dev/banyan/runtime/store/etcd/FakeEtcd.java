package dev.banyan.runtime.store.etcd;

import dev.banyan.runtime.store.etcd.wire.AuthGrpc;
import dev.banyan.runtime.store.etcd.wire.AuthenticateRequest;
import dev.banyan.runtime.store.etcd.wire.AuthenticateResponse;
import dev.banyan.runtime.store.etcd.wire.KVGrpc;
import dev.banyan.runtime.store.etcd.wire.MaintenanceGrpc;
import dev.banyan.runtime.store.etcd.wire.RangeRequest;
import dev.banyan.runtime.store.etcd.wire.RangeResponse;
import dev.banyan.runtime.store.etcd.wire.ResponseHeader;
import dev.banyan.runtime.store.etcd.wire.StatusRequest;
import dev.banyan.runtime.store.etcd.wire.StatusResponse;
import dev.banyan.runtime.store.etcd.wire.TxnRequest;
import dev.banyan.runtime.store.etcd.wire.TxnResponse;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Says that it is some version of etcd, and is empty. */
final class FakeEtcd implements AutoCloseable {
    private static final ResponseHeader HEADER =
            ResponseHeader.newBuilder().setClusterId(7).setRevision(5).build();
    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

    private final Server server;
    private final List<String> calls = new CopyOnWriteArrayList<>();

    private FakeEtcd(String version, Function<String, Status> answer) {
        try {
            this.server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .intercept(new Door(answer))
                    .addService(new Maintenance(version))
                    .addService(new KeyValues())
                    .addService(new Auth())
                    .build()
                    .start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** One of {@code version} that answers everybody. */
    static FakeEtcd of(String version) {
        return new FakeEtcd(version, call -> Status.OK);
    }

    /** One of {@code version} that tells nothing, not even its version, to those without a token. */
    static FakeEtcd closed(String version) {
        return new FakeEtcd(
                version,
                call -> call.endsWith("token") || call.startsWith("Authenticate")
                        ? Status.OK
                        : Status.INVALID_ARGUMENT.withDescription("etcdserver: user name is empty"));
    }

    /** One of {@code version} that answers every call but the one for its version in this way. */
    static FakeEtcd failing(String version, Status status) {
        return new FakeEtcd(version, call -> call.startsWith("Status") ? Status.OK : status);
    }

    /** One of {@code version} that is too late to tell it for so many times. */
    static FakeEtcd slow(String version, int times) {
        var left = new AtomicInteger(times);
        return new FakeEtcd(
                version,
                call -> call.startsWith("Status") && left.getAndDecrement() > 0 ? Status.DEADLINE_EXCEEDED : Status.OK);
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getPort();
    }

    /** What was asked, each with {@code token} behind it if one was shown. */
    List<String> calls() {
        return calls;
    }

    /** Goes away, as a killed server does. */
    void end() {
        server.shutdownNow();
    }

    @Override
    public void close() {
        end();
    }

    private final class Door implements ServerInterceptor {
        private final Function<String, Status> answer;

        Door(Function<String, Status> answer) {
            this.answer = answer;
        }

        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            var name = call.getMethodDescriptor().getBareMethodName() + (headers.containsKey(TOKEN) ? " token" : "");
            calls.add(name);
            var status = answer.apply(name);
            if (status.isOk()) {
                return next.startCall(call, headers);
            }
            call.close(status, new Metadata());
            return new ServerCall.Listener<>() {};
        }
    }

    private static final class Maintenance extends MaintenanceGrpc.MaintenanceImplBase {
        private final String version;

        Maintenance(String version) {
            this.version = version;
        }

        @Override
        public void status(StatusRequest request, StreamObserver<StatusResponse> answer) {
            answer.onNext(StatusResponse.newBuilder()
                    .setHeader(HEADER)
                    .setVersion(version)
                    .setLeader(1)
                    .build());
            answer.onCompleted();
        }
    }

    private static final class KeyValues extends KVGrpc.KVImplBase {
        @Override
        public void txn(TxnRequest request, StreamObserver<TxnResponse> answer) {
            answer.onNext(TxnResponse.newBuilder().setHeader(HEADER).build());
            answer.onCompleted();
        }

        @Override
        public void range(RangeRequest request, StreamObserver<RangeResponse> answer) {
            answer.onNext(RangeResponse.newBuilder().setHeader(HEADER).build());
            answer.onCompleted();
        }
    }

    private static final class Auth extends AuthGrpc.AuthImplBase {
        @Override
        public void authenticate(AuthenticateRequest request, StreamObserver<AuthenticateResponse> answer) {
            answer.onNext(AuthenticateResponse.newBuilder()
                    .setHeader(HEADER)
                    .setToken("token")
                    .build());
            answer.onCompleted();
        }
    }
}
