package dev.banyan.api.client;

import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;

/** Notices whether a call's message was ever handed to a connection: before that, a failed call did nothing. */
final class SentMark extends ClientStreamTracer.Factory {
    private volatile boolean sent;

    boolean sent() {
        return sent;
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
        return new ClientStreamTracer() {
            @Override
            public void outboundMessage(int sequence) {
                sent = true;
            }
        };
    }
}
