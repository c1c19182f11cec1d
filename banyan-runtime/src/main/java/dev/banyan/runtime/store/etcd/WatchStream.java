package dev.banyan.runtime.store.etcd;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Mailbox;
import dev.banyan.runtime.store.etcd.wire.WatchGrpc;
import dev.banyan.runtime.store.etcd.wire.WatchRequest;
import dev.banyan.runtime.store.etcd.wire.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;

/** One stream to one endpoint. Responses wait in a bounded box; etcd is asked for more only as they are taken. */
final class WatchStream {
    /** Responses on their way or waiting; each is at most a fragment of about 2 MiB. */
    private static final int AHEAD = 16;

    private static final Metadata.Key<String> LEADER_WANTED =
            Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

    private final ClientCall<WatchRequest, WatchResponse> call;
    private final Mailbox<Incoming> box;

    /** What arrived. */
    sealed interface Incoming {
        /** A response. */
        record Message(WatchResponse response) implements Incoming {}

        /** The end of the stream; nothing follows. */
        record Ended(Status status) implements Incoming {}
    }

    private WatchStream(ClientCall<WatchRequest, WatchResponse> call, Mailbox<Incoming> box) {
        this.call = call;
        this.box = box;
    }

    /** Opens a stream; a member that has lost its leader ends it, so that the watch moves on to one that has not. */
    static WatchStream open(Channel channel, WatchProtocol protocol, Env env) {
        var stream = new WatchStream(
                channel.newCall(WatchGrpc.getWatchMethod(), CallOptions.DEFAULT),
                env.mailbox(AHEAD + 2)); // one end, one wake-up
        var headers = new Metadata();
        headers.put(LEADER_WANTED, "true");
        stream.call.start(stream.listener(), headers);
        stream.call.request(AHEAD);
        stream.call.sendMessage(
                WatchRequest.newBuilder().setCreateRequest(protocol.request()).build());
        return stream;
    }

    Optional<Incoming> poll(Duration timeout) throws InterruptedException {
        var incoming = box.poll(timeout);
        if (incoming.isPresent() && incoming.get() instanceof Incoming.Message) {
            call.request(1);
        }
        return incoming;
    }

    void close() {
        call.cancel("closed by the reader", null);
    }

    private ClientCall.Listener<WatchResponse> listener() {
        return new ClientCall.Listener<>() {
            @Override
            public void onMessage(WatchResponse response) {
                box.offer(new Incoming.Message(response)); // has room: no more than AHEAD were asked for
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
                box.offer(new Incoming.Ended(status));
            }
        };
    }
}
