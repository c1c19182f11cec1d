package dev.banyan.runtime.simulation.grpc;

import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.simulation.SimulatedProcess;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Status;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The client's end of one connection, from the first attempt to connect until it breaks. A task of the client's process does all that a
 * transport's thread does: it connects, and calls back.
 */
final class ClientEnd {
    private static final Duration REFUSED_IN = Duration.ofMillis(1);
    private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
    private static final Duration HANDSHAKE_MAX = Duration.ofSeconds(10);

    private record Early(WireClientCall<?, ?> call, Frame frame) {}

    private final SimulatedWire wire;
    private final SimulatedProcess client;
    private final String address;
    private final List<X509Certificate> shown;
    private final Signal signal;
    private final Map<Integer, WireClientCall<?, ?>> calls = new LinkedHashMap<>();
    private final Set<WireClientCall<?, ?>> poked = new LinkedHashSet<>();
    private final List<Early> early = new ArrayList<>();
    private final Task task;
    private final KeepAlive keepAlive;
    private Optional<Connection> connection = Optional.empty();
    private Attributes attributes = Attributes.EMPTY;
    private long handshakeUntilNanos = Long.MAX_VALUE;
    private boolean accepted;
    private boolean over;
    private int lastCall;

    ClientEnd(SimulatedWire wire, SimulatedProcess client, String address, List<X509Certificate> shown) {
        this.wire = wire;
        this.client = client;
        this.address = address;
        this.shown = shown;
        this.signal = client.env().signal();
        this.keepAlive = new KeepAlive(now());
        this.task = client.env().tasks().spawn("wire to " + address, this::run);
    }

    boolean over() {
        return over;
    }

    boolean ready() {
        return accepted && !over;
    }

    Attributes attributes() {
        return attributes;
    }

    /** Adds a call and answers its number. */
    int add(WireClientCall<?, ?> call) {
        lastCall++;
        calls.put(lastCall, call);
        poke(call);
        return lastCall;
    }

    void remove(WireClientCall<?, ?> call) {
        calls.values().remove(call);
        early.removeIf(waiting -> waiting.call().equals(call));
    }

    /** Lets the task look after {@code call} soon. */
    void poke(WireClientCall<?, ?> call) {
        poked.add(call);
        signal.raise();
    }

    void send(WireClientCall<?, ?> call, Frame frame) {
        if (accepted) {
            forward(call, frame);
        } else {
            early.add(new Early(call, frame));
        }
    }

    /** Ends the connection from this side; all calls end with {@code why}. */
    void end(Status why) {
        if (over) {
            return;
        }
        over = true;
        connection.ifPresent(open -> {
            open.toServer().send(new Frame.Reset("closed by the client"));
            open.forgetClient();
        });
        early.clear();
        List.copyOf(calls.values()).forEach(call -> call.ending(why, new Metadata()));
        signal.raise();
    }

    /** Ends it for good, so that no task of it is left. */
    void shutdown() {
        var why = Status.UNAVAILABLE.withDescription("channel shut down");
        end(why);
        List.copyOf(calls.values()).forEach(call -> call.abort(why));
        task.cancel();
    }

    private void run() throws InterruptedException {
        connect();
        while (!over || !calls.isEmpty()) {
            if (over || connection.isEmpty()) {
                lookAround();
                if (!calls.isEmpty()) {
                    signal.await(); // readers take what has come before the end
                }
            } else {
                var frame = connection.get().toClient().next(nextNanos());
                frame.ifPresent(this::received);
                lookAround();
            }
        }
    }

    private void connect() throws InterruptedException {
        var listening = wire.listening(address);
        if (listening.isEmpty()) {
            passUntil(now() + REFUSED_IN.toNanos());
            end(Status.UNAVAILABLE.withDescription("simulated: nobody listens at " + address));
            return;
        }
        var server = listening.get().process();
        if (isCut(server)) {
            passUntil(now() + CONNECT_MAX.toNanos());
            end(Status.UNAVAILABLE.withDescription("simulated: no way to " + address));
            return;
        }
        passUntil(now() + wire.ways().latency(client, server).toNanos());
        if (over) {
            return;
        }
        if (server.condition() == SimulatedProcess.Condition.DEAD) {
            end(Status.UNAVAILABLE.withDescription("simulated: connection refused by " + address));
            return;
        }
        handshakeUntilNanos = now() + HANDSHAKE_MAX.toNanos();
        var open = new Connection(wire.ways(), client, signal, server);
        connection = Optional.of(open);
        listening.get().accept(open, shown);
    }

    private boolean isCut(SimulatedProcess server) {
        return !wire.ways().isOpen(client, server) || !wire.ways().isOpen(server, client);
    }

    private void passUntil(long untilNanos) throws InterruptedException {
        while (!over && now() < untilNanos) {
            long next = Math.min(untilNanos, deadlineNanos());
            var ignored = signal.await(Duration.ofNanos(Math.max(1, next - now())));
            expire();
        }
    }

    private long nextNanos() {
        return Math.min(
                Math.min(handshakeUntilNanos, deadlineNanos()),
                accepted ? keepAlive.nextNanos(!calls.isEmpty()) : Long.MAX_VALUE);
    }

    private long deadlineNanos() {
        return calls.values().stream()
                .mapToLong(call -> call.deadlineNanos(now()))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private void lookAround() {
        expire();
        while (!poked.isEmpty()) {
            var now = List.copyOf(poked);
            poked.clear();
            now.forEach(WireClientCall::look);
        }
        if (over) {
            return;
        }
        if (!accepted && now() >= handshakeUntilNanos) {
            end(Status.UNAVAILABLE.withDescription("simulated: " + address + " does not answer"));
        } else if (accepted) {
            keepAlive();
        }
    }

    private void keepAlive() {
        switch (keepAlive.look(now(), !calls.isEmpty())) {
            case NOTHING -> {}
            case PING -> forward(new Frame.Ping());
            case GIVE_UP ->
                end(Status.UNAVAILABLE.withDescription("simulated: keep-alive failed, " + address + " is gone"));
        }
    }

    private void expire() {
        for (var call : List.copyOf(calls.values())) {
            if (call.deadlineNanos(now()) <= now()) {
                call.expire();
            }
        }
    }

    private void received(Frame frame) {
        keepAlive.heard(now());
        if (connection.orElseThrow().breaksUnder(frame)) {
            end(Status.UNAVAILABLE.withDescription("simulated: connection reset"));
            return;
        }
        switch (frame) {
            case Frame.Accepted server -> accepted(server);
            case Frame.Headers headers -> of(headers.call()).ifPresent(call -> call.headers(headers.headers()));
            case Frame.Message message -> of(message.call()).ifPresent(call -> call.received(message));
            case Frame.Taken taken -> of(taken.call()).ifPresent(call -> call.taken(taken.bytes()));
            case Frame.Ended ended -> of(ended.call()).ifPresent(call -> call.ending(ended.status(), ended.trailers()));
            case Frame.Ping ping -> forward(new Frame.Pong());
            case Frame.Pong pong -> {}
            case Frame.Reset reset -> end(Status.UNAVAILABLE.withDescription("simulated: " + reset.why()));
            case Frame.Opened mine -> throw wrong(mine);
            case Frame.HalfClosed mine -> throw wrong(mine);
            case Frame.Cancelled mine -> throw wrong(mine);
        }
    }

    private void accepted(Frame.Accepted server) {
        accepted = true;
        handshakeUntilNanos = Long.MAX_VALUE;
        attributes = Attributes.newBuilder()
                .set(Grpc.TRANSPORT_ATTR_SSL_SESSION, new TlsSession(shown, server.shown()))
                .build();
        var waiting = List.copyOf(early);
        early.clear();
        waiting.forEach(one -> forward(one.call(), one.frame()));
        calls.values().forEach(call -> call.connected());
    }

    private void forward(WireClientCall<?, ?> call, Frame frame) {
        call.forwarded(frame);
        forward(frame);
    }

    private void forward(Frame frame) {
        connection.ifPresent(open -> open.toServer().send(frame));
    }

    private Optional<WireClientCall<?, ?>> of(int number) {
        return Optional.ofNullable(calls.get(number));
    }

    private static IllegalStateException wrong(Frame frame) {
        return new IllegalStateException("a server sends no " + frame);
    }

    private long now() {
        return wire.ways().nanos();
    }
}
