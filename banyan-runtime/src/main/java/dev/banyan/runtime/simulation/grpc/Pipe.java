package dev.banyan.runtime.simulation.grpc;

import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.simulation.SimulatedProcess;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;

/** One direction of a connection: frames arrive late, but all and in order. While the way is cut they are sent again and again. */
final class Pipe {
    /** As TCP does it on a quick network. */
    private static final Duration SENT_AGAIN = Duration.ofMillis(200);

    private record Travelling(Frame frame, long arrivesNanos) {}

    private final Ways ways;
    private final SimulatedProcess from;
    private final SimulatedProcess to;
    private final Signal signal;
    private final ArrayDeque<Travelling> travelling = new ArrayDeque<>();
    private long lastNanos;

    /** {@code signal} is what the receiver's task waits on. */
    Pipe(Ways ways, SimulatedProcess from, SimulatedProcess to, Signal signal) {
        this.ways = ways;
        this.from = from;
        this.to = to;
        this.signal = signal;
    }

    void send(Frame frame) {
        if (from.condition() != SimulatedProcess.Condition.DEAD) {
            put(frame);
        }
    }

    /** Sent by the operating system, which outlives the process. */
    void reset(String why) {
        put(new Frame.Reset(why));
    }

    /** The next frame, in the receiver's task; empty when there is none until {@code untilNanos}, or somebody wants a look around. */
    Optional<Frame> next(long untilNanos) throws InterruptedException {
        long now = ways.nanos();
        var head = travelling.peek();
        long arrives = head == null ? Long.MAX_VALUE : head.arrivesNanos();
        if (head == null || arrives > now) {
            await(Math.min(arrives, untilNanos), now);
            return Optional.empty();
        }
        if (!ways.isOpen(from, to)) {
            travelling.remove();
            travelling.addFirst(new Travelling(head.frame(), now + SENT_AGAIN.toNanos()));
            return Optional.empty();
        }
        return Optional.of(travelling.remove().frame());
    }

    private void await(long untilNanos, long now) throws InterruptedException {
        if (untilNanos == Long.MAX_VALUE) {
            signal.await();
        } else {
            var ignored = signal.await(Duration.ofNanos(Math.max(1, untilNanos - now)));
        }
    }

    private void put(Frame frame) {
        lastNanos = Math.max(lastNanos, ways.nanos() + ways.latency(from, to).toNanos());
        travelling.add(new Travelling(frame, lastNanos));
        signal.raise();
    }
}
