package dev.banyan.engine.server.session;

import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.LogRequest;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.api.v1.RelayFromAgent;
import dev.banyan.api.v1.RelayToAgent;
import dev.banyan.runtime.env.Mailbox;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;

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

    /** What comes back for a request of logs. */
    sealed interface Piece {
        record Lines(long flow, String task, List<LogLine> lines) implements Piece {
            public Lines {
                lines = List.copyOf(lines);
            }
        }

        /** {@code reason} is empty when the request ended well. */
        record End(long flow, String task, String reason) implements Piece {}
    }

    /** What comes back for one request. Called by the transport; must not wait. */
    interface Flow {
        /** One message of the agent; false when it is one too many, which ends the request. */
        boolean received(RelayFromAgent message);

        /** Nothing follows; {@code reason} is empty when the request ended well. */
        void ended(String reason);
    }

    /**
     * Asks for a task's logs with credit for so many answers; {@code sink} must have room for them and the end. Returns the flow's id.
     */
    long logs(LogRequest request, int credit, Mailbox<Piece> sink) {
        long id = open(RelayToAgent.newBuilder().setLogs(request), made -> new LogFlow(made, request.getTask(), sink));
        credit(id, credit);
        return id;
    }

    /** Asks something new, and tells the flow what comes back, whose id is the answer. A relay that is lost ends it at once. */
    long open(RelayToAgent.Builder request, LongFunction<Flow> flow) {
        long id;
        lock.lock();
        try {
            id = ++lastId;
            var made = flow.apply(id);
            if (!lostBecause.isEmpty()) {
                made.ended(lostBecause);
                return id;
            }
            flows.put(id, made);
        } finally {
            lock.unlock();
        }
        agent.send(request.setId(id).build());
        return id;
    }

    /** More of a request that goes on. */
    void more(long flow, ReachUp part) {
        agent.send(RelayToAgent.newBuilder().setId(flow).setReach(part).build());
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
        if (last) {
            flow.ended(message.getEnd());
        } else if (!flow.received(message)) {
            cancel(message.getId()); // more than it had credit for
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
        left.values().forEach(flow -> flow.ended(why));
    }

    private record LogFlow(long id, String task, Mailbox<Piece> sink) implements Flow {
        @Override
        public boolean received(RelayFromAgent message) {
            return !message.hasLogs()
                    || sink.offer(new Piece.Lines(id, task, message.getLogs().getLinesList()));
        }

        /** The sink has room for the end of every flow, unless an agent overdrew; then its reader has the gap already. */
        @Override
        public void ended(String reason) {
            var ignored = sink.offer(new Piece.End(id, task, reason));
        }
    }
}
