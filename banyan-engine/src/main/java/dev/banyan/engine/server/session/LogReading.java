package dev.banyan.engine.server.session;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.LogPosition;
import dev.banyan.api.v1.LogRequest;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.engine.server.call.Answers;
import dev.banyan.engine.server.call.Outbound;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Mailbox;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One reader's logs: a flow for each task, merged as they come. One task runs it. */
final class LogReading {
    /** Each may have 256 KiB on the way; who has more tasks asks for one service or task. */
    private static final int TASKS_MAX = 200;

    /** Answers of up to 32 KiB that all flows together may have on the way. */
    private static final int CREDIT_TOTAL = 64;

    private static final int CREDIT_MAX = 8;

    private static final ReadAt CACHED = new ReadAt.AtLeast(0);

    /** How soon a new task's logs appear while following. */
    private static final Duration LOOK_FOR_TASKS = Duration.ofMillis(250);

    /** Longer than it takes an agent to read and send what was written. */
    private static final Duration LATE = Duration.ofSeconds(2);

    private static final long NANOS_OF_MILLI = 1_000_000;

    private final Surroundings around;
    private final LogRequest request;
    private final Outbound<LogLine> outbound;
    private final Mailbox<Relay.Piece> inbox;
    private final Set<String> begun = new HashSet<>();
    private final Set<String> newcomers = new HashSet<>(); // names of tasks that came while following
    private final Map<FlowKey, Relay> flows = new HashMap<>();

    LogReading(Surroundings around, LogRequest request, Outbound<LogLine> outbound) {
        this.around = around;
        this.request = request;
        this.outbound = outbound;
        this.inbox = around.env().mailbox(TASKS_MAX * (CREDIT_MAX + 1));
    }

    /**
     * What every reading needs.
     *
     * @param store with tasks and sessions
     * @param relays to the agents whose sessions are here
     * @param engine id of this engine
     * @param agentBack how long an agent is awaited that starts again
     */
    record Surroundings(Store store, Relays relays, String engine, Duration agentBack, Env env) {}

    /** Ids are unique on one relay only. */
    private record FlowKey(String task, long id) {}

    void run(Selection selection) throws InterruptedException {
        var listing = around.store().list(selection, ReadAt.LATEST);
        if (listing.objects().size() > TASKS_MAX) {
            throw Answers.rejected("deployment", "more than " + TASKS_MAX + " tasks; name a service or a task");
        }
        int credit = Math.clamp(CREDIT_TOTAL / Math.max(1, listing.objects().size()), 1, CREDIT_MAX);
        try {
            for (var object : listing.objects()) {
                begin(object, credit);
            }
            if (request.getFollow()) {
                follow(selection, listing.revision());
            } else {
                drain();
            }
        } finally {
            flows.forEach((key, relay) -> relay.cancel(key.id()));
        }
    }

    private void drain() throws InterruptedException {
        while (!flows.isEmpty() && !outbound.cancelled()) {
            var piece = inbox.poll(LOOK_FOR_TASKS);
            if (piece.isPresent()) {
                pass(piece.get());
            }
        }
    }

    private void follow(Selection selection, long revision) throws InterruptedException {
        var watch = around.store().watch(selection, revision);
        try {
            while (!outbound.cancelled() && !over() && !(one() && flows.isEmpty())) {
                var piece = inbox.poll(LOOK_FOR_TASKS);
                if (piece.isPresent()) {
                    pass(piece.get());
                }
                watch = look(watch, selection);
            }
        } finally {
            watch.close();
        }
    }

    /** No task comes that is wanted after the one that is named. */
    private boolean one() {
        return !request.getTask().isEmpty();
    }

    /** What was written before the wanted end takes a moment to come. */
    private boolean over() {
        return request.getUntilNs() != 0
                && around.env().time().now().minus(LATE).toEpochMilli() * NANOS_OF_MILLI >= request.getUntilNs();
    }

    private Watch look(Watch watch, Selection selection) throws InterruptedException {
        for (var batch = watch.next(Duration.ZERO); batch.isPresent(); batch = watch.next(Duration.ZERO)) {
            switch (batch.get()) {
                case WatchBatch.Changes changes -> {
                    for (var event : changes.events()) {
                        if (event instanceof WatchEvent.Put put) {
                            newcomer(put.object());
                        }
                    }
                }
                case WatchBatch.Bookmark bookmark -> {}
                case WatchBatch.Resync resync -> {
                    watch.close();
                    var listing = around.store().list(selection, ReadAt.LATEST);
                    for (var object : listing.objects()) {
                        newcomer(object);
                    }
                    return around.store().watch(selection, listing.revision());
                }
                case WatchBatch.Closed closed -> throw new InterruptedException("the watch of tasks was closed");
            }
        }
        return watch;
    }

    /** Of a task that came later nothing was passed over on purpose. */
    private void newcomer(StoredObject object) throws InterruptedException {
        Resource<TaskSpec, TaskStatus> task = Kinds.TASKS.decode(object);
        if (!begun.contains(task.uid())) {
            newcomers.add(task.name());
            begin(object, 1);
        }
    }

    /** Asks the task's agent once it has one. */
    private void begin(StoredObject object, int credit) throws InterruptedException {
        Resource<TaskSpec, TaskStatus> task = Kinds.TASKS.decode(object);
        if (!task.spec().hasAssignment() || begun.size() >= TASKS_MAX || !begun.add(task.uid())) {
            return;
        }
        var agent = task.spec().getAssignment().getAgent();
        var relay = around.relays().to(agent);
        if (relay.isEmpty()) {
            unreachable(task.name(), agent);
            return;
        }
        var one = request.toBuilder()
                .setTask(task.name())
                .setTail(newcomers.contains(task.name()) ? -1 : request.getTail())
                .clearAfter()
                .addAllAfter(request.getAfterList().stream()
                        .filter(position -> position.getTask().equals(task.name()))
                        .toList())
                .build();
        flows.put(new FlowKey(task.name(), relay.get().logs(one, credit, inbox)), relay.get());
    }

    private void pass(Relay.Piece piece) throws InterruptedException {
        switch (piece) {
            case Relay.Piece.Lines lines -> {
                send(lines.task(), lines.lines());
                var relay = flows.get(new FlowKey(lines.task(), lines.flow()));
                if (relay != null) {
                    relay.credit(lines.flow(), 1);
                }
            }
            case Relay.Piece.End end -> {
                flows.remove(new FlowKey(end.task(), end.flow()));
                if (!end.reason().isEmpty()) {
                    missing(end.task(), end.reason());
                }
            }
        }
    }

    private void send(String task, List<LogLine> lines) throws InterruptedException {
        for (var line : lines) {
            // The engine knows which task it asked for; an agent's word on it is not needed.
            outbound.send(line.toBuilder().setTask(task).build());
        }
    }

    /** Engines do not speak to each other: the reader goes to the one that has the agent. */
    private void unreachable(String task, String agent) throws InterruptedException {
        var other = around.store().list(Selection.of(Kinds.SESSIONS.name()), CACHED).objects().stream()
                .map(Kinds.SESSIONS::decode)
                .filter(session -> session.spec().getAgent().equals(agent))
                .filter(session -> !session.spec().getEngine().equals(around.engine()))
                .map(session -> session.spec().getAddress())
                .filter(address -> !address.isEmpty())
                .findFirst();
        if (other.isPresent()) {
            note(task, LogLine.Stream.ELSEWHERE, other.get());
        } else {
            missing(task, "agent " + agent + " is not connected; what it has is missing here");
        }
    }

    /** A reader that knows how far it is comes back for it. */
    private void missing(String task, String why) throws InterruptedException {
        boolean later = request.getFollow() && request.getResumes();
        note(task, later ? LogLine.Stream.AWAY : LogLine.Stream.GAP, why);
    }

    private void note(String task, LogLine.Stream stream, String text) throws InterruptedException {
        var line = LogLine.newBuilder()
                .setTask(task)
                .setStream(stream)
                .setText(text)
                .setTimeNs(around.env().time().now().toEpochMilli() * NANOS_OF_MILLI);
        if (newcomers.contains(task)) {
            line.setPosition(LogPosition.newBuilder().setTask(task).setAttempt(1));
        }
        outbound.send(line.build());
    }
}
