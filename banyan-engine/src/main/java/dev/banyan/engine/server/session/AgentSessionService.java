package dev.banyan.engine.server.session;

import dev.banyan.api.v1.AgentSessionsGrpc;
import dev.banyan.api.v1.Heartbeat;
import dev.banyan.api.v1.HeartbeatReply;
import dev.banyan.api.v1.RegisterRequest;
import dev.banyan.api.v1.RegisterResponse;
import dev.banyan.api.v1.RelayFromAgent;
import dev.banyan.api.v1.RelayToAgent;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.engine.server.call.Answers;
import dev.banyan.engine.server.call.Caller;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Registration, heartbeats and relays of agents. */
final class AgentSessionService extends AgentSessionsGrpc.AgentSessionsImplBase {
    /** Long enough for a UUID and a kernel's boot id. */
    private static final int BOOT_ID_MAX = 64;

    private final SessionSettings settings;
    private final Registration registration;
    private final Sessions sessions;
    private final Relays relays;
    private final Hearing hearing;

    /** Who is told of signs of life, and whether this engine is one that may answer them. */
    record Hearing(Consumer<String> heard, BooleanSupplier acts) {}

    AgentSessionService(
            SessionSettings settings, Registration registration, Sessions sessions, Relays relays, Hearing hearing) {
        this.settings = settings;
        this.registration = registration;
        this.sessions = sessions;
        this.relays = relays;
        this.hearing = hearing;
    }

    @Override
    public void register(RegisterRequest request, StreamObserver<RegisterResponse> reply) {
        var agent = Caller.current().name();
        Answers.unary(reply, () -> {
            if (request.getBootId().isEmpty() || request.getBootId().length() > BOOT_ID_MAX) {
                throw Answers.rejected("boot_id", "must have 1 to " + BOOT_ID_MAX + " characters");
            }
            requireActing();
            var begun = registration.begin(agent, request);
            sessions.begun(agent, begun.epoch());
            hearing.heard().accept(agent);
            return RegisterResponse.newBuilder()
                    .setEpoch(begun.epoch())
                    .setAgentUid(begun.agentUid())
                    .setSubnet(begun.subnet())
                    .setHeartbeatMs(settings.heartbeat().toMillis())
                    .setRegistry(settings.registry())
                    .build();
        });
    }

    @Override
    public StreamObserver<Heartbeat> heartbeats(StreamObserver<HeartbeatReply> reply) {
        return new Heartbeats(Caller.current().name(), new SafeReply<>(reply));
    }

    @Override
    public StreamObserver<RelayFromAgent> relay(StreamObserver<RelayToAgent> reply) {
        return new RelayReceiver(Caller.current().name(), new SafeReply<>(reply));
    }

    /** What an engine hears that the others have given up counts for nobody: the agent is better off with one of them. */
    private void requireActing() {
        if (!hearing.acts().getAsBoolean()) {
            throw new ApiException(
                    Reason.UNAVAILABLE, "engine " + settings.engine() + " has lost touch with the others");
        }
    }

    /** One agent's heartbeats; called by the transport, one message at a time. */
    private final class Heartbeats implements StreamObserver<Heartbeat> {
        private final String agent;
        private final SafeReply<HeartbeatReply> reply;
        private Sessions.@Nullable Stream attached;

        Heartbeats(String agent, SafeReply<HeartbeatReply> reply) {
            this.agent = agent;
            this.reply = reply;
        }

        @Override
        public void onNext(Heartbeat beat) {
            try {
                if (attached == null) {
                    var stream = new Sessions.Stream(agent, beat.getEpoch(), reply::fail);
                    sessions.requireBegunHere(agent, beat.getEpoch());
                    sessions.attach(stream);
                    attached = stream;
                }
                if (beat.getEpoch() != sessions.newest(agent)) {
                    throw Sessions.fenced(agent, beat.getEpoch());
                }
                requireActing();
            } catch (ApiException refused) {
                leave();
                reply.fail(refused);
                return;
            }
            hearing.heard().accept(agent);
            if (reply.ready()) {
                reply.send(HeartbeatReply.newBuilder()
                        .setSequence(beat.getSequence())
                        .addAllEngineAddresses(settings.servers().get())
                        .build());
            }
        }

        @Override
        public void onError(Throwable cut) {
            leave();
        }

        @Override
        public void onCompleted() {
            leave();
            reply.complete();
        }

        private void leave() {
            var stream = attached;
            if (stream != null) {
                sessions.detach(stream);
            }
        }
    }

    /** One agent's relay; called by the transport, one message at a time. */
    private final class RelayReceiver implements StreamObserver<RelayFromAgent> {
        private final String agent;
        private final SafeReply<RelayToAgent> reply;
        private @Nullable Relay relay;
        private Sessions.@Nullable Stream attached;

        RelayReceiver(String agent, SafeReply<RelayToAgent> reply) {
            this.agent = agent;
            this.reply = reply;
        }

        @Override
        public void onNext(RelayFromAgent message) {
            var open = relay;
            if (open != null) {
                open.received(message);
                return;
            }
            var stream = new Sessions.Stream(agent, message.getHelloEpoch(), reply::fail);
            try {
                sessions.attach(stream);
            } catch (ApiException fenced) {
                reply.fail(fenced);
                return;
            }
            attached = stream;
            var opened = new Relay(reply);
            relay = opened;
            relays.opened(agent, opened);
        }

        @Override
        public void onError(Throwable cut) {
            leave(
                    cut instanceof StatusRuntimeException status
                            ? status.getStatus().getCode().name()
                            : "cut");
        }

        @Override
        public void onCompleted() {
            leave("ended by the agent");
            reply.complete();
        }

        private void leave(String why) {
            var stream = attached;
            if (stream != null) {
                sessions.detach(stream);
            }
            var open = relay;
            if (open != null) {
                relays.closed(agent, open);
                open.lost("the connection to agent " + agent + " ended (" + why + ")");
            }
        }
    }
}
