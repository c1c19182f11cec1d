package dev.banyan.api.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** One channel for each endpoint that was ever needed. Thread-safe. */
final class Channels implements AutoCloseable {
    /** The name is never compared with the certificate: see PeerTrust. */
    static final String AUTHORITY = "engine.banyan";

    private final List<Endpoint> endpoints;
    private final ClientTransport transport;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Integer, ManagedChannel> open = new HashMap<>(); // guarded by lock
    private final FailOver failOver; // guarded by lock
    private boolean closed; // guarded by lock

    /** {@code transport} is closed with these. */
    Channels(List<Endpoint> endpoints, ClientTransport transport) {
        this.endpoints = List.copyOf(endpoints);
        this.failOver = new FailOver(endpoints.size());
        this.transport = transport;
    }

    /** What a call needs that may take {@code timeout}. */
    CallOptions within(Duration timeout) {
        return CallOptions.DEFAULT.withDeadline(transport.deadline(timeout));
    }

    List<Endpoint> endpoints() {
        return endpoints;
    }

    int current() {
        lock.lock();
        try {
            return failOver.current();
        } finally {
            lock.unlock();
        }
    }

    void failed(int endpoint) {
        lock.lock();
        try {
            failOver.failed(endpoint);
        } finally {
            lock.unlock();
        }
    }

    <Q, R> ClientCall<Q, R> call(int endpoint, MethodDescriptor<Q, R> method, CallOptions options) {
        return channel(endpoint).newCall(method, options);
    }

    Channel asChannel() {
        return new Channel() {
            @Override
            public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
                return call(current(), method, options);
            }

            @Override
            public String authority() {
                return AUTHORITY;
            }
        };
    }

    private Channel channel(int endpoint) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the client is closed");
            }
            var channel = open.computeIfAbsent(endpoint, index -> transport.open(endpoints.get(index)));
            if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
                // The caller paces its attempts itself; waiting for the channel's own backoff would only add to that.
                channel.resetConnectBackoff();
            }
            return channel;
        } finally {
            lock.unlock();
        }
    }

    /** Cuts all calls. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            open.values().forEach(ManagedChannel::shutdownNow);
        } finally {
            lock.unlock();
        }
        transport.close();
    }
}
