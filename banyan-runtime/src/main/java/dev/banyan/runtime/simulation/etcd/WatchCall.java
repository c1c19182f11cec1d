package dev.banyan.runtime.simulation.etcd;

import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.store.etcd.wire.WatchRequest;
import dev.banyan.runtime.store.etcd.wire.WatchResponse;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A stream of watches, served by a task of the member: responses travel one behind the other, and only as many as were asked for. */
final class WatchCall extends ClientCall<WatchRequest, WatchResponse> {
    private static final Duration IDLE = Duration.ofSeconds(1);

    private final Link link;
    private final Member member;
    private final SimulatedProcess server;
    private final WatchDesk desk;
    private final ArrayDeque<WatchRequest> inbox = new ArrayDeque<>();
    private @Nullable Listener<WatchResponse> listener;
    private Optional<Signal> wake = Optional.empty();
    private Optional<Task> task = Optional.empty();
    private int wanted;
    private boolean over;

    WatchCall(Link link) {
        this.link = link;
        this.member = link.member();
        this.server = member.process();
        this.desk = new WatchDesk(member.etcd().keyspace(), new DrawnPace(member.etcd()));
    }

    @Override
    public void start(Listener<WatchResponse> answers, Metadata headers) {
        listener = answers;
        if (!member.listens()) {
            ended(Status.UNAVAILABLE.withDescription("connection refused"));
            return;
        }
        member.opened(this);
        var signal = server.env().signal();
        wake = Optional.of(signal);
        link.tell(signal);
        task = Optional.of(server.env().tasks().spawn("watch", this::serve));
    }

    @Override
    public void request(int messages) {
        wanted += messages;
        wake();
    }

    @Override
    public void sendMessage(WatchRequest message) {
        inbox.add(message);
        wake();
    }

    @Override
    public void halfClose() {
        wake();
    }

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {
        ended(Status.CANCELLED.withDescription(message));
    }

    /** There may be something to send. */
    void wake() {
        wake.ifPresent(Signal::raise);
    }

    /** The connection is gone. */
    void broken(String why) {
        ended(Status.UNAVAILABLE.withDescription("simulated: " + why));
    }

    void ended(Status status) {
        if (over) {
            return;
        }
        over = true;
        member.closed(this);
        wake.ifPresent(link::forget);
        task.ifPresent(Task::cancel);
        var waiting = listener;
        if (waiting != null) {
            waiting.onClose(status, new Metadata());
        }
    }

    private void serve() throws InterruptedException {
        server.away(link.replyLatency());
        while (!over) {
            if (link.client().condition() == SimulatedProcess.Condition.DEAD) {
                ended(Status.UNAVAILABLE.withDescription("simulated: the client is gone"));
            } else if (link.isCut() || !sendOne()) {
                rest();
            }
        }
    }

    private void rest() throws InterruptedException {
        long news = member.nextNewsNanos();
        var until = news == Long.MAX_VALUE
                ? IDLE
                : Duration.ofNanos(Math.max(1, news - member.etcd().now()));
        wake.orElseThrow().await(until.compareTo(IDLE) < 0 ? until : IDLE);
    }

    /** Sends the next response if there is one and it is wanted. */
    private boolean sendOne() {
        while (!inbox.isEmpty()) {
            desk.receive(inbox.remove(), member.seen());
        }
        var response = wanted > 0 ? desk.poll(member.seen()) : Optional.<WatchResponse>empty();
        if (response.isEmpty()) {
            return false;
        }
        server.away(link.replyLatency());
        if (link.streamBreaks()) {
            broken("stream reset");
        } else {
            deliver(response.get());
        }
        return true;
    }

    /** What is on its way when the link is cut is lost with the connection. */
    private void deliver(WatchResponse response) {
        var waiting = listener;
        if (link.isCut()) {
            broken("connection lost");
        } else if (waiting != null && !over) {
            wanted--;
            var header = response.getHeader();
            waiting.onMessage(response.toBuilder()
                    .setHeader(member.header(header.getRevision()))
                    .build());
        }
    }

    /** Portions as small as one, where that is asked for. */
    private record DrawnPace(SimulatedEtcd etcd) implements WatchDesk.Pace {
        private static final int MANY = 1_000;
        private static final int FEW = 3;

        @Override
        public int revisions() {
            return etcd.faults().scattered() ? 1 + etcd.random().nextInt(FEW) : MANY;
        }

        @Override
        public int eventsInFragment() {
            return etcd.faults().scattered() ? 1 + etcd.random().nextInt(FEW) : Integer.MAX_VALUE;
        }
    }
}
