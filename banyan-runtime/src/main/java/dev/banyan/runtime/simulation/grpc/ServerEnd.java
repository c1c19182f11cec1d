package dev.banyan.runtime.simulation.grpc;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The server's end of one connection, as a task of the server's process; each call is a task of its own. */
final class ServerEnd {
    private final Ways ways;
    private final Connection connection;
    private final ServedCalls served;
    private final Map<Integer, WireServerCall<?, ?>> calls = new LinkedHashMap<>();
    private final Attributes attributes;
    private final KeepAlive keepAlive;
    private boolean over;

    private ServerEnd(Ways ways, Connection connection, ServedCalls served, Attributes attributes) {
        this.ways = ways;
        this.connection = connection;
        this.served = served;
        this.attributes = attributes;
        this.keepAlive = new KeepAlive(ways.nanos());
    }

    /** Serves what comes over {@code connection} until it breaks. */
    static void serve(Ways ways, Connection connection, ServedCalls served, List<X509Certificate> peer)
            throws InterruptedException {
        var own = served.shown().get();
        var attributes = Attributes.newBuilder()
                .set(Grpc.TRANSPORT_ATTR_SSL_SESSION, new TlsSession(own, peer))
                .build();
        for (var filter : served.filters()) {
            attributes = filter.transportReady(attributes);
        }
        connection.toClient().send(new Frame.Accepted(own));
        var end = new ServerEnd(ways, connection, served, attributes);
        while (!end.over) {
            var frame = connection.toServer().next(end.keepAlive.nextNanos(true));
            frame.ifPresent(end::received);
            end.keepAlive();
        }
        for (var filter : served.filters()) {
            filter.transportTerminated(attributes);
        }
    }

    Attributes attributes() {
        return attributes;
    }

    void send(Frame frame) {
        connection.toClient().send(frame);
    }

    void ended(int call) {
        calls.remove(call);
    }

    private void end(String why) {
        if (!over) {
            over = true;
            connection.toClient().send(new Frame.Reset(why));
            connection.forgetServer();
            List.copyOf(calls.values()).forEach(WireServerCall::broken);
            calls.clear();
        }
    }

    private void keepAlive() {
        if (over) {
            return;
        }
        switch (keepAlive.look(ways.nanos(), true)) {
            case NOTHING -> {}
            case PING -> send(new Frame.Ping());
            case GIVE_UP -> end("keep-alive failed");
        }
    }

    private void received(Frame frame) {
        keepAlive.heard(ways.nanos());
        if (connection.breaksUnder(frame)) {
            end("connection reset");
            return;
        }
        switch (frame) {
            case Frame.Opened opened -> opened(opened);
            case Frame.Message message -> of(message.call()).ifPresent(call -> call.received(message));
            case Frame.HalfClosed half -> of(half.call()).ifPresent(WireServerCall::halfClosed);
            case Frame.Cancelled cancelled -> of(cancelled.call()).ifPresent(WireServerCall::broken);
            case Frame.Taken taken -> of(taken.call()).ifPresent(call -> call.taken(taken.bytes()));
            case Frame.Ping ping -> send(new Frame.Pong());
            case Frame.Pong pong -> {}
            case Frame.Reset reset -> end(reset.why());
            case Frame.Accepted mine -> throw wrong(mine);
            case Frame.Headers mine -> throw wrong(mine);
            case Frame.Ended mine -> throw wrong(mine);
        }
    }

    private void opened(Frame.Opened opened) {
        var found = served.method(opened.method().getFullMethodName());
        if (found.isEmpty()) {
            var unknown = Status.UNIMPLEMENTED.withDescription(
                    "there is no " + opened.method().getFullMethodName());
            send(new Frame.Ended(opened.call(), unknown, new Metadata()));
            return;
        }
        open(found.get(), opened);
    }

    private <Q, R> void open(ServerMethodDefinition<Q, R> method, Frame.Opened opened) {
        var env = connection.server().env();
        var call = new WireServerCall<>(this, method.getMethodDescriptor(), opened.call(), env.signal());
        calls.put(opened.call(), call);
        env.tasks()
                .spawn(
                        "call " + opened.method().getBareMethodName(),
                        () -> call.serve(method.getServerCallHandler(), opened.headers()));
    }

    private Optional<WireServerCall<?, ?>> of(int number) {
        return Optional.ofNullable(calls.get(number));
    }

    private static IllegalStateException wrong(Frame frame) {
        return new IllegalStateException("a client sends no " + frame);
    }
}
