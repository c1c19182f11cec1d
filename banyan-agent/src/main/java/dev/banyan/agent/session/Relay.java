package dev.banyan.agent.session;

import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.client.Duplex;
import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.LogLines;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.api.v1.RelayFromAgent;
import dev.banyan.api.v1.RelayToAgent;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what the engine asks over the reverse stream: logs, and ways into containers. Each request is a task of its own; a slow reader holds up only itself. The
 * stream goes to the engine that the session is tied to, where readers are sent, and moves with it.
 */
public final class Relay extends TaskComponent {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final Duration RETRY = Duration.ofMillis(500);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration SEND_MAX = Duration.ofSeconds(30);

    /** Requests at a time, each with up to 256 KiB either way; more are refused, so that people cannot exhaust the agent. */
    private static final int REQUESTS_MAX = 128;

    /** Of lines in one answer, as session.proto has it; a longer line goes alone. */
    private static final int ANSWER_BYTES = 32 * 1024;

    private final Env env;
    private final BanyanClient client;
    private final Supplier<Optional<Session.Tie>> tie;
    private final Sources sources;
    private final Signal pause;
    private volatile Health health = new Health(true, "not connected yet"); // written by the loop

    /** Who knows the answers. */
    public record Sources(LogSource logs, ReachSource reach) {}

    /** Answers over connections of its own, made by {@code client}, to the engine of the present {@code tie}. */
    public Relay(Env env, BanyanClient client, Supplier<Optional<Session.Tie>> tie, Sources sources) {
        super(env, "relay");
        this.env = env;
        this.client = client;
        this.tie = tie;
        this.sources = sources;
        this.pause = env.signal();
    }

    @Override
    protected Health working() {
        return health;
    }

    @Override
    protected void run() throws InterruptedException {
        while (true) {
            var present = tie.get();
            if (present.isPresent()) {
                serve(present.get());
            }
            var ignored = pause.await(RETRY);
        }
    }

    /** As long as the tie lasts; a stream that ends before is opened again. */
    private void serve(Session.Tie session) throws InterruptedException {
        try (var engine = client.at(session.engine())) {
            while (lasts(session)) {
                try (var stream = engine.relay()) {
                    new Connection(stream).serve(session);
                }
                var ignored = pause.await(RETRY);
            }
        }
    }

    private boolean lasts(Session.Tie session) {
        return tie.get().equals(Optional.of(session));
    }

    /** One stream and the requests that run on it. */
    private final class Connection {
        private final Duplex<RelayFromAgent, RelayToAgent> stream;
        private final Map<Long, Flow> flows = new ConcurrentHashMap<>();

        /** A stream has one sender at a time; waiting for room happens inside, which is the back-pressure wanted here. */
        private final ReentrantLock sending = new ReentrantLock();

        private Connection(Duplex<RelayFromAgent, RelayToAgent> stream) {
            this.stream = stream;
        }

        private void serve(Session.Tie session) throws InterruptedException {
            boolean greeted = send(
                    RelayFromAgent.newBuilder().setHelloEpoch(session.epoch()).build());
            health = new Health(greeted, greeted ? "connected" : "cannot send");
            try {
                while (greeted && lasts(session)) {
                    var item = stream.receive(POLL);
                    if (item.isEmpty()) {
                        continue;
                    }
                    switch (item.get()) {
                        case Duplex.Item.Message<RelayToAgent> message -> take(message.content());
                        case Duplex.Item.Ended<RelayToAgent> end -> {
                            health = new Health(
                                    false,
                                    String.valueOf(BanyanClient.failure(end).getMessage()));
                            return;
                        }
                    }
                }
            } finally {
                flows.values().forEach(Flow::cancel);
            }
        }

        private void take(RelayToAgent request) throws InterruptedException {
            switch (request.getRequestCase()) {
                case LOGS -> begin(request, new Flow(new Credit(env.signal())));
                case REACH -> reach(request);
                case CREDIT ->
                    Optional.ofNullable(flows.get(request.getId()))
                            .ifPresent(flow -> flow.credit.give(request.getCredit()));
                case CANCEL ->
                    Optional.ofNullable(flows.remove(request.getId())).ifPresent(Flow::cancel);
                case REQUEST_NOT_SET -> end(request.getId(), "this agent is too old for the request");
            }
        }

        /** Opens a session, or hands its next part to the one that is open; a part of one that is over is late and dropped. */
        private void reach(RelayToAgent request) throws InterruptedException {
            if (request.getReach().hasOpen()) {
                var credit = new Credit(env.signal());
                begin(request, new Flow(credit, new ReachFlow(request.getId(), env, credit, this::send)));
                return;
            }
            var open = Optional.ofNullable(flows.get(request.getId()));
            if (open.isPresent() && !open.get().arrived(request.getReach())) {
                flows.remove(request.getId(), open.get());
                open.get().cancel();
                end(request.getId(), "the engine sent more than there was room for");
            }
        }

        private void begin(RelayToAgent request, Flow flow) throws InterruptedException {
            if (flows.size() >= REQUESTS_MAX) {
                end(request.getId(), "this agent answers at most " + REQUESTS_MAX + " requests at a time");
                return;
            }
            // Known before it runs: its end takes it out again.
            flows.put(request.getId(), flow);
            flow.task = env.tasks().spawn("relay " + request.getId(), () -> answer(request, flow));
        }

        private void answer(RelayToAgent request, Flow flow) throws InterruptedException {
            var outcome = "";
            try {
                serve(request, flow);
            } catch (RuntimeException failed) {
                LOG.atWarn()
                        .addKeyValue("request", request.getRequestCase())
                        .setCause(failed)
                        .log("cannot answer");
                outcome = String.valueOf(failed.getMessage());
            } finally {
                var ignored = flows.remove(request.getId());
            }
            end(request.getId(), outcome);
        }

        private void serve(RelayToAgent request, Flow flow) throws InterruptedException {
            var person = flow.person;
            if (person == null) {
                sources.logs().read(request.getLogs(), lines -> lines(request.getId(), flow, lines));
                return;
            }
            person.begin();
            var outcome = sources.reach().serve(request.getReach().getOpen(), person);
            var ignored = person.send(ReachDown.newBuilder().setOutcome(outcome).build());
        }

        /** In as many answers as they need, each when there is credit for it. */
        private boolean lines(long id, Flow flow, List<LogLine> lines) throws InterruptedException {
            var answer = LogLines.newBuilder();
            int bytes = 0;
            for (var line : lines) {
                int more = line.getSerializedSize();
                if (answer.getLinesCount() > 0 && bytes + more > ANSWER_BYTES) {
                    if (!send(id, flow, answer.build())) {
                        return false;
                    }
                    answer.clear();
                    bytes = 0;
                }
                answer.addLines(line);
                bytes += more;
            }
            return send(id, flow, answer.build());
        }

        private boolean send(long id, Flow flow, LogLines answer) throws InterruptedException {
            flow.credit.spend();
            return send(RelayFromAgent.newBuilder().setId(id).setLogs(answer).build());
        }

        private void end(long id, String outcome) throws InterruptedException {
            var ignored =
                    send(RelayFromAgent.newBuilder().setId(id).setEnd(outcome).build());
        }

        private boolean send(RelayFromAgent message) throws InterruptedException {
            sending.lockInterruptibly();
            try {
                return stream.send(message, SEND_MAX);
            } finally {
                sending.unlock();
            }
        }
    }

    /** A request that is being answered. */
    private static final class Flow {
        private final Credit credit;
        private final @Nullable ReachFlow person; // of a session into a container
        private @Nullable Task task; // written and read by the stream's receiver

        private Flow(Credit credit) {
            this(credit, null);
        }

        private Flow(Credit credit, @Nullable ReachFlow person) {
            this.credit = credit;
            this.person = person;
        }

        private boolean arrived(ReachUp part) {
            return person == null || person.arrived(part);
        }

        private void cancel() {
            var running = task;
            if (running != null) {
                running.cancel();
            }
        }
    }
}
