package dev.banyan.runtime.simulation.network;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;

/** One direction of a connection: what was sent and has not arrived, in order. */
final class Stream {
    /** Linux gives a connection up after about so long without an answer. */
    static final Duration GIVE_UP = Duration.ofMinutes(15);

    private static final Duration RETRY_MIN = Duration.ofMillis(200);
    private static final Duration RETRY_MAX = Duration.ofMinutes(2);

    /** A message, or the end when there is none. */
    private record Segment(Optional<Object> message, long arrivesNanos) {}

    private final Connection sender;
    private final Connection receiver;
    private final Way way;
    private final ArrayDeque<Segment> segments = new ArrayDeque<>();
    private long lastArrivesNanos;
    private boolean travelling;
    private long stuckSinceNanos = -1;

    Stream(Connection sender, Connection receiver, Way way) {
        this.sender = sender;
        this.receiver = receiver;
        this.way = way;
    }

    int size() {
        return segments.size();
    }

    /** Sends a message, or the end. */
    void send(Optional<Object> message) {
        var delay = way.delay();
        if (way.strike(NetworkFaults.LOST).isPresent()) {
            way.note("lost, to be sent again");
            delay = delay.plus(RETRY_MIN);
        }
        lastArrivesNanos = Math.max(lastArrivesNanos, way.now() + delay.toNanos());
        segments.add(new Segment(message, lastArrivesNanos));
        travel();
    }

    /** What has not arrived never will. */
    void drop() {
        segments.clear();
    }

    private void travel() {
        if (!travelling && stuckSinceNanos < 0 && !segments.isEmpty()) {
            travelling = true;
            long left = Math.max(0, segments.getFirst().arrivesNanos() - way.now());
            way.simulation().after(Duration.ofNanos(left), this::arrive);
        }
    }

    private void arrive() {
        travelling = false;
        if (segments.isEmpty()) {
            return;
        }
        if (!way.isOpen()) {
            stuck();
        } else if (receiver.isGone()) {
            drop();
            sender.refusedBy(receiver);
        } else {
            receiver.arrived(segments.removeFirst().message());
            travel();
        }
    }

    private void stuck() {
        way.note("stuck");
        long since = way.now();
        stuckSinceNanos = since;
        way.tell(this::sendAgain);
        way.simulation().after(GIVE_UP, () -> giveUp(since));
    }

    /** The longer it was stuck, the rarer the attempts have become. */
    private void sendAgain() {
        long stuckFor = Math.max(RETRY_MIN.toNanos(), way.now() - stuckSinceNanos);
        var retry = Duration.ofNanos(way.random().nextLong(Math.min(stuckFor, RETRY_MAX.toNanos())));
        way.simulation().after(retry, () -> {
            stuckSinceNanos = -1;
            travel();
        });
    }

    private void giveUp(long since) {
        if (stuckSinceNanos == since && !segments.isEmpty() && !way.isOpen()) {
            drop();
            sender.broken("connection timed out");
        }
    }
}
