package dev.banyan.agent.session;

import dev.banyan.agent.host.CheckedFile;
import dev.banyan.agent.host.HostException;
import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.client.Duplex;
import dev.banyan.api.client.Endpoint;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.Heartbeat;
import dev.banyan.api.v1.HeartbeatReply;
import dev.banyan.api.v1.RegisterRequest;
import dev.banyan.api.v1.RegisterResponse;
import dev.banyan.api.wire.ApiException;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Precondition;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a session with some engine: registers, sends heartbeats, and begins anew whenever that ends. Thread-safe. */
public final class Session extends TaskComponent {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final Duration RETRY = Duration.ofMillis(500);

    /** A heartbeat that is not answered in this time was sent on a connection that leads nowhere. */
    private static final Duration REPLY_MAX = Duration.ofSeconds(3);

    /**
     * What ties the agent to the cluster while a session lasts.
     *
     * @param epoch the session's
     * @param engine the one that hears the agent, and answers for it
     */
    public record Tie(long epoch, Endpoint engine) {}

    private final Env env;
    private final BanyanClient client;
    private final CheckedFile memory;
    private final RegisterRequest request;
    private final Signal pause;
    private final Signal first;
    private volatile Optional<Membership> membership; // written by the loop
    private volatile long epoch; // written by the loop; 0 without a session
    private volatile Optional<Tie> tie = Optional.empty(); // written by the loop
    private volatile boolean heard; // written by the loop
    private volatile List<String> engineAddresses = List.of(); // written by the loop
    private volatile Health health = new Health(false, "not connected yet"); // written by the loop

    /** A session over {@code client} for this boot of this version; what the cluster says is kept in {@code memory}. */
    public Session(Env env, BanyanClient client, CheckedFile memory, String bootId, String version) {
        super(env, "session");
        this.env = env;
        this.client = client;
        this.memory = memory;
        this.request = RegisterRequest.newBuilder()
                .setBootId(bootId)
                .setVersion(version)
                .build();
        this.pause = env.signal();
        this.first = env.signal();
        this.membership = Membership.kept(memory);
    }

    /** What this agent is; waits for the first registration of its life if need be. */
    public Membership membership() throws InterruptedException {
        while (membership.isEmpty()) {
            first.await();
        }
        return membership.get();
    }

    /** The condition under which this session's writes land; empty without a session. */
    public Optional<Precondition> fence() {
        long now = epoch;
        return now == 0
                ? Optional.empty()
                : membership.map(member ->
                        new Precondition.Fence(Kinds.SESSIONS.key(ObjectKey.CLUSTER_SCOPE, member.agentUid()), now));
    }

    /** The present session's epoch; 0 without one. */
    public long epoch() {
        return epoch;
    }

    /** The present session once an engine has answered a heartbeat in it; empty without one. */
    public Optional<Tie> tie() {
        return tie;
    }

    /** Whether an engine has answered since the start. */
    public boolean heard() {
        return heard;
    }

    /** Addresses of all servers that engines run on, as an engine said last; empty when none has. */
    public List<String> engineAddresses() {
        return engineAddresses;
    }

    @Override
    protected Health working() {
        return health;
    }

    @Override
    protected void run() throws InterruptedException {
        while (true) {
            try {
                var registration = client.register(request);
                began(registration);
                beat(registration);
            } catch (ApiException | HostException refused) {
                ended(String.valueOf(refused.getMessage()));
            }
            var ignored = pause.await(RETRY);
        }
    }

    private void began(RegisterResponse registration) {
        var member = Membership.of(registration);
        if (!membership.equals(Optional.of(member))) {
            member.keep(memory);
            membership = Optional.of(member);
        }
        epoch = registration.getEpoch();
        first.raise();
        health = new Health(true, "epoch " + epoch + " at " + client.endpoint());
        LOG.atInfo()
                .addKeyValue("epoch", epoch)
                .addKeyValue("subnet", member.subnet())
                .log("session began");
    }

    private void ended(String reason) {
        boolean had = epoch != 0;
        epoch = 0;
        tie = Optional.empty();
        health = new Health(false, reason);
        if (had) {
            LOG.atWarn().addKeyValue("reason", reason).log("session ended");
        }
    }

    /** An engine that knows no addresses, such as one of before, takes none away. */
    private void heard(HeartbeatReply reply) {
        if (reply.getEngineAddressesCount() > 0
                && !reply.getEngineAddressesList().equals(engineAddresses)) {
            engineAddresses = List.copyOf(reply.getEngineAddressesList());
        }
        heard = true;
    }

    /** Sends heartbeats until the stream ends or answers stay away. */
    private void beat(RegisterResponse registration) throws InterruptedException {
        var period = Duration.ofMillis(Math.max(100, registration.getHeartbeatMs()));
        var engine = client.endpoint();
        try (var stream = client.heartbeats(engine)) {
            long answeredNanos = env.time().nanos();
            for (long sequence = 1; ; sequence++) {
                var heartbeat = Heartbeat.newBuilder()
                        .setEpoch(registration.getEpoch())
                        .setSequence(sequence)
                        .build();
                boolean sent = stream.send(heartbeat, REPLY_MAX);
                var item = stream.receive(period);
                if (item.isPresent()) {
                    switch (item.get()) {
                        case Duplex.Item.Ended<HeartbeatReply> end -> {
                            ended(String.valueOf(BanyanClient.failure(end).getMessage()));
                            return;
                        }
                        case Duplex.Item.Message<HeartbeatReply>(var reply) -> heard(reply);
                    }
                    tie = Optional.of(new Tie(registration.getEpoch(), engine));
                    answeredNanos = env.time().nanos();
                    var ignored = pause.await(period);
                }
                if (!sent || env.time().since(answeredNanos).compareTo(REPLY_MAX) > 0) {
                    ended("the engine does not answer heartbeats");
                    return;
                }
            }
        }
    }
}
