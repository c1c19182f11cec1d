package dev.banyan.agent.session;

import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.client.Duplex;
import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.LogLines;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what the engine asks over the reverse stream: logs. Each request is a task of its own; a slow reader holds up only itself. */
public final class Relay extends TaskComponent {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final Duration RETRY = Duration.ofMillis(500);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration SEND_MAX = Duration.ofSeconds(30);

    /** Requests at a time; more are refused, so that readers cannot exhaust the agent. */
    private static final int REQUESTS_MAX = 64;

    private final Env env;
    private final BanyanClient client;
    private final LongSupplier epoch;
    private final LogSource logs;
    private final Signal pause;
    private volatile Health health = new Health(true, "not connected yet"); // written by the loop

    /** Answers over {@code client}, which serves nothing else; {@code epoch} is the present session's, 0 without one. */
    public Relay(Env env, BanyanClient client, LongSupplier epoch, LogSource logs) {
        super(env, "relay");
        this.env = env;
        this.client = client;
        this.epoch = epoch;
        this.logs = logs;
        this.pause = env.signal();
    }

    @Override
    protected Health working() {
        return health;
    }

    @Override
    protected void run() throws InterruptedException {
        while (true) {
            long session = epoch.getAsLong();
            if (session != 0) {
                try (var stream = client.relay()) {
                    new Connection(stream).serve(session);
                }
            }
            var ignored = pause.await(RETRY);
        }
    }

    /** One stream and the requests that run on it. */
    private final class Connection {
        private final Duplex<RelayFromAgent, RelayToAgent> stream;
        private final Map<Long, Task> running = new ConcurrentHashMap<>();

        /** A stream has one sender at a time; waiting for room happens inside, which is the back-pressure wanted here. */
        private final ReentrantLock sending = new ReentrantLock();

        private Connection(Duplex<RelayFromAgent, RelayToAgent> stream) {
            this.stream = stream;
        }

        private void serve(long session) throws InterruptedException {
            boolean greeted =
                    send(RelayFromAgent.newBuilder().setHelloEpoch(session).build());
            health = new Health(greeted, greeted ? "connected" : "cannot send");
            try {
                while (greeted && epoch.getAsLong() == session) {
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
                running.values().forEach(Task::cancel);
            }
        }

        private void take(RelayToAgent request) throws InterruptedException {
            if (request.getCancel()) {
                var cancelled = running.remove(request.getId());
                if (cancelled != null) {
                    cancelled.cancel();
                }
            } else if (request.hasLogs() && running.size() < REQUESTS_MAX) {
                running.put(request.getId(), env.tasks().spawn("relay " + request.getId(), () -> answer(request)));
            } else {
                end(request.getId(), "this agent answers at most " + REQUESTS_MAX + " requests at a time");
            }
        }

        private void answer(RelayToAgent request) throws InterruptedException {
            var outcome = "";
            try {
                logs.read(request.getLogs(), lines -> lines(request.getId(), lines));
            } catch (RuntimeException failed) {
                LOG.atWarn()
                        .addKeyValue("task", request.getLogs().getTask())
                        .setCause(failed)
                        .log("cannot read log");
                outcome = String.valueOf(failed.getMessage());
            } finally {
                var ignored = running.remove(request.getId());
            }
            end(request.getId(), outcome);
        }

        private boolean lines(long id, List<LogLine> lines) throws InterruptedException {
            return send(RelayFromAgent.newBuilder()
                    .setId(id)
                    .setLogs(LogLines.newBuilder().addAllLines(lines))
                    .build());
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
}
