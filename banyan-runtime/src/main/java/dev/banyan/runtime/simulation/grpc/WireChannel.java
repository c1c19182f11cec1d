package dev.banyan.runtime.simulation.grpc;

import dev.banyan.runtime.simulation.SimulatedProcess;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A client's way to one address: one connection at a time, made by the first call that needs one. */
final class WireChannel extends ManagedChannel {
    private final SimulatedWire wire;
    private final SimulatedProcess client;
    private final String address;
    private final Supplier<List<X509Certificate>> shown;
    private Optional<ClientEnd> end = Optional.empty();
    private boolean shut;

    WireChannel(SimulatedWire wire, SimulatedProcess client, String address, Supplier<List<X509Certificate>> shown) {
        this.wire = wire;
        this.client = client;
        this.address = address;
        this.shown = shown;
    }

    @Override
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
        return new WireClientCall<>(usable(), method, options);
    }

    /** The present connection, or a new one; after a shutdown one that has ended, so that calls fail at once. */
    private ClientEnd usable() {
        var open = end.filter(present -> shut || !present.over())
                .orElseGet(() -> new ClientEnd(wire, client, address, shown.get()));
        if (shut) {
            open.shutdown();
        }
        end = Optional.of(open);
        return open;
    }

    @Override
    public ConnectivityState getState(boolean requestConnection) {
        if (shut) {
            return ConnectivityState.SHUTDOWN;
        }
        return end.filter(open -> !open.over())
                .map(open -> open.ready() ? ConnectivityState.READY : ConnectivityState.CONNECTING)
                .orElse(ConnectivityState.IDLE);
    }

    @Override
    public String authority() {
        return address;
    }

    @Override
    public ManagedChannel shutdown() {
        return shutdownNow();
    }

    @Override
    public ManagedChannel shutdownNow() {
        shut = true;
        end.ifPresent(ClientEnd::shutdown);
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
