package dev.banyan.engine.server.session;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.ProbeRequest;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachRequest;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.api.v1.RelayFromAgent;
import dev.banyan.api.v1.RelayToAgent;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.engine.server.call.Answers;
import dev.banyan.engine.server.call.Caller;
import dev.banyan.engine.server.call.Outbound;
import dev.banyan.runtime.env.Mailbox;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One person's way into one container. What comes from the person is passed to the agent at once, since no more is asked for than the agent
 * has room for; what comes from the agent waits here for the person, who has as much room as the agent was given credit for.
 */
final class ReachSession implements StreamObserver<ReachUp> {
    private static final Logger LOG = LoggerFactory.getLogger(ReachSession.class);

    /** Messages of up to 32 KiB on their way from the agent: 256 KiB, so that bulk never fills a link's queue (see reach.proto). */
    private static final int CREDIT = 8;

    /** Fewer messages than one for each part, and the agent never runs dry. */
    private static final int RETURNED_TOGETHER = CREDIT / 4;

    /** As much as the agent has credit for: a part need not wait for the one before to have gone out. */
    private static final int ON_THE_WAY_BYTES = CREDIT * 32 * 1024;

    /** A person who opens a stream says what for at once. */
    private static final Duration OPEN_MAX = Duration.ofSeconds(30);

    private static final Duration LOOK_FOR_AGENT = Duration.ofMillis(200);

    private final LogReading.Surroundings around;
    private final ReachRequest.WhatCase what;
    private final String caller;
    private final ServerCallStreamObserver<ReachDown> person;
    private final Outbound<ReachDown> outbound;
    private final Mailbox<ReachRequest> request;
    private final Mailbox<Back> inbox;
    private volatile @Nullable Link link; // written by the session's task, before the person is asked for more
    private boolean begun; // of the transport
    private int passed; // of the session's task

    /** What waits for the person. */
    private sealed interface Back {
        record Part(ReachDown part) implements Back {}

        record End(String reason) implements Back {}

        /** The person has gone. */
        record Gone() implements Back {}
    }

    private record Link(Relay relay, long flow) {}

    private ReachSession(
            LogReading.Surroundings around, ReachRequest.WhatCase what, ServerCallStreamObserver<ReachDown> person) {
        this.around = around;
        this.what = what;
        this.caller = Caller.current().title();
        this.person = person;
        this.request = around.env().mailbox(1);
        this.inbox = around.env().mailbox(CREDIT + 2);
        this.outbound = Outbound.of(person, around.env(), this::gone);
    }

    /** Begins one; to be called in the rpc's own method. */
    static StreamObserver<ReachUp> begin(
            LogReading.Surroundings around, ReachRequest.WhatCase what, StreamObserver<ReachDown> reply) {
        var person = (ServerCallStreamObserver<ReachDown>) reply;
        person.disableAutoRequest();
        person.setOnReadyThreshold(ON_THE_WAY_BYTES);
        var session = new ReachSession(around, what, person);
        person.request(1);
        around.env().tasks().spawn("reach", session::run);
        return session;
    }

    @Override
    public void onNext(ReachUp part) {
        var open = link;
        if (open != null) {
            open.relay().more(open.flow(), part);
        } else if (!begun) {
            begun = true;
            var ignored = request.offer(part.getOpen());
        }
    }

    @Override
    public void onError(Throwable cut) {
        gone();
    }

    /** One who sends nothing more may still receive. */
    @Override
    public void onCompleted() {
        var open = link;
        if (open != null) {
            open.relay().more(open.flow(), ReachUp.newBuilder().setEnd(true).build());
        } else if (!begun) {
            begun = true;
            var ignored = request.offer(ReachRequest.getDefaultInstance());
        }
    }

    private void gone() {
        pass(new Back.Gone());
    }

    /** There is room for all that the agent has credit for, and for both ends. */
    private void pass(Back next) {
        var ignored = inbox.offer(next);
    }

    private void run() throws InterruptedException {
        try {
            var wanted = request.poll(OPEN_MAX);
            if (outbound.cancelled()) {
                return;
            }
            open(wanted.orElseThrow(() -> Answers.rejected("open", "nothing was asked for within " + OPEN_MAX)));
            passBack();
        } catch (RuntimeException failure) {
            outbound.fail(failure);
        } finally {
            var open = link;
            if (open != null) {
                open.relay().cancel(open.flow());
            }
        }
    }

    /** Asks the agent, or ends with where else to ask. */
    private void open(ReachRequest wanted) throws InterruptedException {
        if (wanted.getWhatCase() != what) {
            throw Answers.rejected("open", "this call wants " + what + " and got " + wanted.getWhatCase());
        }
        var agent = agentOf(wanted);
        long began = around.env().time().nanos();
        for (var relay = around.relays().to(agent); ; relay = around.relays().to(agent)) {
            if (relay.isPresent()) {
                ask(relay.get(), wanted, agent);
                return;
            }
            var other = elsewhere(agent);
            if (other.isPresent()) {
                pass(new Back.Part(
                        ReachDown.newBuilder().setElsewhere(other.get()).build()));
                pass(new Back.End(""));
                return;
            }
            if (around.env().time().since(began).compareTo(around.agentBack()) >= 0 || !mayReturn(agent)) {
                throw new ApiException(
                        Reason.UNAVAILABLE,
                        "agent " + agent + (wanted.hasProbe() ? "" : ", which runs " + wanted.getTask() + ",")
                                + " is not connected");
            }
            var ended = inbox.poll(LOOK_FOR_AGENT); // nobody but the person is heard before the agent was asked
            if (ended.isPresent()) {
                pass(ended.get());
                return;
            }
        }
    }

    /** One that is not missed yet is probably starting again. */
    private boolean mayReturn(String agent) {
        var state = around.store()
                .get(Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, agent), ReadAt.LATEST)
                .map(found -> Kinds.AGENTS.decode(found).status().getState());
        return state.isPresent()
                && switch (state.get()) {
                    case READY, SUSPECT -> true;
                    case STATE_UNSPECIFIED, LOST, UNRECOGNIZED -> false;
                };
    }

    private void ask(Relay relay, ReachRequest wanted, String agent) {
        audit(wanted, agent);
        var message = RelayToAgent.newBuilder()
                .setReach(ReachUp.newBuilder().setOpen(wanted).build());
        long flow = relay.open(message, id -> new FromAgent(relay, id));
        relay.credit(flow, CREDIT);
    }

    /** Who reached into what. Arguments may hold secrets and are nobody's business: the command's name says enough. */
    private void audit(ReachRequest wanted, String agent) {
        var told = LOG.atInfo()
                .addKeyValue("caller", caller)
                .addKeyValue("what", what)
                .addKeyValue("detail", detail(wanted))
                .addKeyValue("agent", agent);
        if (wanted.hasProbe()) {
            told.log("had an agent try ways");
        } else {
            told.addKeyValue("task", wanted.getTask()).log("reached into a container");
        }
    }

    private static String detail(ReachRequest wanted) {
        return switch (wanted.getWhatCase()) {
            case EXEC -> wanted.getExec().getCommandList().stream().findFirst().orElse("");
            case READ -> wanted.getRead().getPath();
            case WRITE -> wanted.getWrite().getPath();
            case FORWARD -> Integer.toString(wanted.getForward().getPort());
            case PROBE -> wanted.getProbe().getProbesCount() + " ways";
            case FACTS -> "";
            case WHAT_NOT_SET -> "";
        };
    }

    private String agentOf(ReachRequest wanted) {
        if (wanted.hasProbe()) {
            return agentOf(wanted.getProbe());
        }
        if (wanted.getNamespace().isEmpty() || wanted.getTask().isEmpty()) {
            throw Answers.rejected("open", "namespace and task are needed");
        }
        var task = around.store()
                .get(Kinds.TASKS.key(wanted.getNamespace(), wanted.getTask()), ReadAt.LATEST)
                .map(Kinds.TASKS::decode)
                .orElseThrow(() -> new ApiException(Reason.NOT_FOUND, "there is no task " + wanted.getTask()));
        if (!task.spec().hasAssignment()) {
            throw new ApiException(Reason.NOT_FOUND, "task " + wanted.getTask() + " is placed on no agent yet");
        }
        return task.spec().getAssignment().getAgent();
    }

    private String agentOf(ProbeRequest wanted) {
        var agent = wanted.getAgent();
        if (agent.isEmpty()) {
            throw Answers.rejected("open.probe.agent", "an agent is needed");
        }
        return around.store()
                .get(Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, agent), ReadAt.LATEST)
                .map(found -> agent)
                .orElseThrow(() -> new ApiException(Reason.NOT_FOUND, "there is no agent " + agent));
    }

    /** Engines do not speak to each other: the person goes to the one that has the agent. */
    private Optional<String> elsewhere(String agent) {
        return around.store().list(Selection.of(Kinds.SESSIONS.name()), ReadAt.LATEST).objects().stream()
                .map(Kinds.SESSIONS::decode)
                .filter(session -> session.spec().getAgent().equals(agent))
                .filter(session -> !session.spec().getEngine().equals(around.engine()))
                .map(session -> session.spec().getAddress())
                .filter(address -> !address.isEmpty())
                .findFirst();
    }

    private void passBack() throws InterruptedException {
        while (true) {
            switch (inbox.take()) {
                case Back.Part(var part) -> {
                    if (!outbound.send(part)) {
                        return;
                    }
                    returnCredit();
                }
                case Back.End(var reason) -> {
                    if (!reason.isEmpty()) {
                        throw new ApiException(Reason.UNAVAILABLE, reason);
                    }
                    outbound.complete();
                    return;
                }
                case Back.Gone gone -> {
                    return;
                }
            }
        }
    }

    private void returnCredit() {
        var open = link;
        if (open != null && ++passed == RETURNED_TOGETHER) {
            passed = 0;
            open.relay().credit(open.flow(), RETURNED_TOGETHER);
        }
    }

    /** Known as the link before anything can come back over it. */
    private final class FromAgent implements Relay.Flow {
        FromAgent(Relay relay, long flow) {
            link = new Link(relay, flow);
        }

        @Override
        public boolean received(RelayFromAgent message) {
            return switch (message.getReplyCase()) {
                case REACH -> inbox.offer(new Back.Part(message.getReach()));
                case REACH_CREDIT -> {
                    person.request(message.getReachCredit());
                    yield true;
                }
                case LOGS, END, HELLO_EPOCH, REPLY_NOT_SET -> true;
            };
        }

        @Override
        public void ended(String reason) {
            pass(new Back.End(reason));
        }
    }
}
