package dev.banyan.runtime.simulation.etcd;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A client's connection to one member. */
final class SimulatedChannel extends ManagedChannel {
    private final Link link;
    private final List<WatchCall> streams = new ArrayList<>();
    private boolean shut;

    SimulatedChannel(Link link) {
        this.link = link;
    }

    @Override
    @SuppressWarnings("unchecked") // the only method with a stream is the watch, whose messages these are
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
        if (method.getType() == MethodDescriptor.MethodType.UNARY) {
            return new UnaryCall<>(link, options, () -> shut);
        }
        var stream = new WatchCall(link);
        streams.add(stream);
        return (ClientCall<Q, R>) stream;
    }

    @Override
    public ConnectivityState getState(boolean requestConnection) {
        return shut ? ConnectivityState.SHUTDOWN : ConnectivityState.READY;
    }

    @Override
    public String authority() {
        return "etcd.simulated";
    }

    @Override
    public ManagedChannel shutdown() {
        return shutdownNow();
    }

    @Override
    public ManagedChannel shutdownNow() {
        shut = true;
        streams.forEach(stream -> stream.broken("channel shut down"));
        streams.clear();
        return this;
    }

    @Override
    public boolean isShutdown() {
        return shut;
    }

    @Override
    public boolean isTerminated() {
        return shut;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return shut;
    }
}
