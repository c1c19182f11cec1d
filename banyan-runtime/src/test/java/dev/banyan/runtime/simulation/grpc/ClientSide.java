package dev.banyan.runtime.simulation.grpc;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One call of a client, and all that comes of it. */
final class ClientSide extends ClientCall.Listener<String> {
    final List<String> messages = new ArrayList<>();
    final ClientCall<String, String> call;
    Optional<Status> end = Optional.empty();
    Optional<Metadata> headers = Optional.empty();
    int ready;
    boolean sent;

    private ClientSide(ManagedChannel channel, MethodDescriptor<String, String> method, CallOptions options) {
        call = channel.newCall(method, options.withStreamTracerFactory(new ClientStreamTracer.Factory() {
            @Override
            public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata sentHeaders) {
                return new ClientStreamTracer() {
                    @Override
                    public void outboundMessage(int sequence) {
                        sent = true;
                    }
                };
            }
        }));
    }

    static ClientSide open(ManagedChannel channel, MethodDescriptor<String, String> method, CallOptions options) {
        var side = new ClientSide(channel, method, options);
        side.call.start(side, new Metadata());
        return side;
    }

    /** Asks and takes all that comes. */
    static ClientSide ask(ManagedChannel channel, MethodDescriptor<String, String> method, String request) {
        return ask(channel, method, request, CallOptions.DEFAULT);
    }

    static ClientSide ask(
            ManagedChannel channel, MethodDescriptor<String, String> method, String request, CallOptions options) {
        var side = open(channel, method, options);
        side.call.request(1_000_000);
        side.call.sendMessage(request);
        side.call.halfClose();
        return side;
    }

    boolean over() {
        return end.isPresent();
    }

    Status.Code code() {
        return end.orElseThrow(() -> new AssertionError("the call has not ended"))
                .getCode();
    }

    @Override
    public void onHeaders(Metadata received) {
        headers = Optional.of(received);
    }

    @Override
    public void onMessage(String message) {
        messages.add(message);
    }

    @Override
    public void onReady() {
        ready++;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        if (end.isPresent()) {
            throw new IllegalStateException("a call ended twice");
        }
        end = Optional.of(status);
    }
}
