package dev.banyan.engine.server.session;

import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.LogRequest;
import dev.banyan.api.v1.RelayFromAgent;
import dev.banyan.api.v1.RelayToAgent;
import dev.banyan.runtime.env.Mailbox;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** An open relay to one agent, shared by all who ask over it. Thread-safe. */
final class Relay {
    private final SafeReply<RelayToAgent> agent;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Long, Flow> flows = new HashMap<>(); // guarded by lock
    private long lastId; // guarded by lock
    private String lostBecause = ""; // guarded by lock

    Relay(SafeReply<RelayToAgent> agent) {
        this.agent = agent;
    }

    /** What comes back for one request. */
    sealed interface Piece {
        record Lines(long flow, String task, List<LogLine> lines) implements Piece {
            public Lines {
                lines = List.copyOf(lines);
            }
        }

        /** {@code reason} is empty when the request ended well. */
        record End(long flow, String task, String reason) implements Piece {}
    }

    private record Flow(String task, Mailbox<Piece> sink) {}

    /**
     * Asks for a task's logs with credit for so many answers; {@code sink} must have room for them and the end. Returns the flow's id.
     */
    long logs(LogRequest request, int credit, Mailbox<Piece> sink) {
        long id;
        lock.lock();
        try {
            id = ++lastId;
            if (!lostBecause.isEmpty()) {
                deliver(sink, new Piece.End(id, request.getTask(), lostBecause));
                return id;
            }
            flows.put(id, new Flow(request.getTask(), sink));
        } finally {
            lock.unlock();
        }
        agent.send(RelayToAgent.newBuilder().setId(id).setLogs(request).build());
        credit(id, credit);
        return id;
    }

    /** The agent may send so many more answers. */
    void credit(long flow, int more) {
        agent.send(RelayToAgent.newBuilder().setId(flow).setCredit(more).build());
    }

    /** Nobody reads the flow any more. */
    void cancel(long flow) {
        lock.lock();
        try {
            if (flows.remove(flow) == null) {
                return;
            }
        } finally {
            lock.unlock();
        }
        agent.send(RelayToAgent.newBuilder().setId(flow).setCancel(true).build());
    }

    /** A message of the agent; what belongs to no flow is late and dropped. */
    void received(RelayFromAgent message) {
        Flow flow;
        boolean last = message.getReplyCase() == RelayFromAgent.ReplyCase.END;
        lock.lock();
        try {
            flow = last ? flows.remove(message.getId()) : flows.get(message.getId());
        } finally {
            lock.unlock();
        }
        if (flow == null) {
            return;
        }
        switch (message.getReplyCase()) {
            case LOGS -> lines(message, flow);
            case END -> deliver(flow.sink(), new Piece.End(message.getId(), flow.task(), message.getEnd()));
            case HELLO_EPOCH, REPLY_NOT_SET -> {} // of a newer agent, or said twice
        }
    }

    /** The agent is gone: every flow ends with the reason. */
    void lost(String why) {
        Map<Long, Flow> left;
        lock.lock();
        try {
            lostBecause = why;
            left = Map.copyOf(flows);
            flows.clear();
        } finally {
            lock.unlock();
        }
        left.forEach((id, flow) -> deliver(flow.sink(), new Piece.End(id, flow.task(), why)));
    }

    private void lines(RelayFromAgent message, Flow flow) {
        var lines = message.getLogs().getLinesList();
        if (!flow.sink().offer(new Piece.Lines(message.getId(), flow.task(), lines))) {
            cancel(message.getId()); // more than it had credit for
        }
    }

    /** The sink has room for the end of every flow, unless an agent overdrew; then its reader has the gap already. */
    private static void deliver(Mailbox<Piece> sink, Piece.End end) {
        var ignored = sink.offer(end);
    }
}
