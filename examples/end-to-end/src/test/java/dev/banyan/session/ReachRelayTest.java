package dev.banyan.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.banyan.agent.session.ReachSource;
import dev.banyan.agent.session.Relay;
import dev.banyan.agent.session.Session;
import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.client.Duplex;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.Assignment;
import dev.banyan.api.v1.ExecRequest;
import dev.banyan.api.v1.ForwardRequest;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.api.v1.ReachRequest;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.harness.Await;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** People speak with what an agent lets them to, through the engine, over the agent's own stream. */
class ReachRelayTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String PROBE = "probe";
    private static final String TASK = "shop.web.1.0.0";
    private static final ReachOutcome DONE =
            ReachOutcome.newBuilder().setDone(true).build();

    private final LocalEngine engine = new LocalEngine();
    private final AtomicLong epoch = new AtomicLong();
    private final List<Relay> relays = new ArrayList<>();

    @BeforeEach
    void register() {
        epoch.set(engine.register("boot-1"));
        task(TASK, true);
        task("shop.web.1.1.0", false);
    }

    @AfterEach
    void close() {
        relays.forEach(Relay::stop);
        engine.close();
    }

    @Test
    void whatIsSaidGoesBothWaysInOrderAndThenTheOutcome() throws Exception {
        relay((request, person) -> {
            assertThat(request.getExec().getCommand(0)).isEqualTo("echo");
            for (var part = person.receive(); !part.hasEnd(); part = person.receive()) {
                assertThat(person.send(data(part.getData()))).isTrue();
            }
            return ReachOutcome.newBuilder().setExitCode(7).build();
        });
        try (var session = open()) {
            for (int i = 0; i < 200; i++) {
                assertThat(session.send(typed("part " + i), PATIENCE)).isTrue();
                assertThat(next(session).getData().toStringUtf8()).isEqualTo("part " + i);
            }
            assertThat(session.send(ReachUp.newBuilder().setEnd(true).build(), PATIENCE))
                    .isTrue();

            assertThat(next(session).getOutcome().getExitCode()).isEqualTo(7);
            assertThat(session.receive(PATIENCE)).get().isInstanceOf(Duplex.Item.Ended.class);
        }
    }

    @Test
    void aSlowPersonHoldsUpTheAgentAndASlowAgentThePerson() throws Exception {
        var sent = new AtomicInteger();
        var go = LocalEngine.ENV.signal();
        relay((request, person) -> {
            while (sent.get() < 500 && person.send(data(ByteString.copyFrom(new byte[32 * 1024])))) {
                sent.incrementAndGet();
            }
            go.await();
            for (var part = person.receive(); !part.hasEnd(); part = person.receive()) {
                assertThat(part.getData().size()).isEqualTo(32 * 1024);
            }
            return DONE;
        });
        try (var session = open()) {
            assertThat(next(session).getData().size()).isEqualTo(32 * 1024);
            // Long enough that an agent which does not wait would overrun everybody between.
            LocalEngine.ENV.signal().await(Duration.ofSeconds(1));
            assertThat(sent.get()).as("while nobody reads on").isLessThan(200);
            for (int i = 1; i < 500; i++) {
                assertThat(next(session).getData().size()).isEqualTo(32 * 1024);
            }
            int typed = 0;
            while (typed < 500
                    && session.send(
                            ReachUp.newBuilder()
                                    .setData(ByteString.copyFrom(new byte[32 * 1024]))
                                    .build(),
                            Duration.ofMillis(300))) {
                typed++;
            }
            assertThat(typed).as("while the agent takes nothing").isLessThan(200);
            go.raise();
            assertThat(session.send(ReachUp.newBuilder().setEnd(true).build(), PATIENCE))
                    .isTrue();
            assertThat(next(session).getOutcome()).isEqualTo(DONE);
        }
    }

    @Test
    void aPersonWhoGoesEndsTheSessionAtTheAgent() throws Exception {
        var ended = new AtomicBoolean();
        relay((request, person) -> {
            try {
                assertThat(person.send(data(ByteString.copyFromUtf8("hello")))).isTrue();
                person.receive();
                return DONE;
            } finally {
                ended.set(true);
            }
        });
        try (var session = open()) {
            assertThat(next(session).getData().toStringUtf8()).isEqualTo("hello");
        }

        Await.until(ended::get, PATIENCE, () -> "the session goes on");
    }

    @Test
    void anAgentThatGoesIsToldToThePerson() throws Exception {
        var relay = relay((request, person) -> {
            assertThat(person.send(data(ByteString.copyFromUtf8("hello")))).isTrue();
            LocalEngine.ENV.signal().await();
            return DONE;
        });
        try (var session = open()) {
            assertThat(next(session).getData().toStringUtf8()).isEqualTo("hello");
            relay.stop();

            assertThatThrownBy(() -> next(session)).hasMessageContaining("the connection to agent web ended");
        }
    }

    @Test
    void sessionsDoNotDisturbEachOther() throws Exception {
        relay((request, person) -> {
            var part = person.receive();
            assertThat(person.send(data(part.getData()))).isTrue();
            return DONE;
        });
        try (var one = open();
                var other = open()) {
            assertThat(other.send(typed("other"), PATIENCE)).isTrue();
            assertThat(next(other).getData().toStringUtf8()).isEqualTo("other");
            assertThat(one.send(typed("one"), PATIENCE)).isTrue();
            assertThat(next(one).getData().toStringUtf8()).isEqualTo("one");
        }
    }

    @Test
    void refusesWhatItCannotDoWithTheReason() throws Exception {
        relay((request, person) -> DONE);

        assertThat(refusal(request("shop.web.1.9.0").build())).isEqualTo(Reason.NOT_FOUND);
        assertThat(refusal(request("shop.web.1.1.0").build())).isEqualTo(Reason.NOT_FOUND);
        assertThat(refusal(request(TASK).setNamespace("").build())).isEqualTo(Reason.REJECTED);
        assertThat(refusal(request(TASK)
                        .setForward(ForwardRequest.newBuilder().setPort(80))
                        .build()))
                .as("another kind of session than the call is for")
                .isEqualTo(Reason.REJECTED);
        relays.forEach(Relay::stop);
        Await.until(() -> refusal(request(TASK).build()) == Reason.UNAVAILABLE, PATIENCE, () -> "nobody is there");
    }

    /** An upgrade is one: the agent is as good as there. */
    @Test
    void whoAsksWhileAnAgentStartsAgainWaitsForIt() throws Exception {
        judged(AgentStatus.State.READY);
        try (var session = open()) {
            assertThat(session.receive(Duration.ofSeconds(1)))
                    .as("before it is back")
                    .isEmpty();

            relay((request, person) -> DONE);

            assertThat(next(session).getOutcome()).isEqualTo(DONE);
        }
    }

    @Test
    void nobodyWaitsForAnAgentThatIsLost() throws Exception {
        judged(AgentStatus.State.SUSPECT);
        try (var session = open()) {
            assertThat(session.receive(Duration.ofSeconds(1)))
                    .as("while it is missed only")
                    .isEmpty();

            judged(AgentStatus.State.LOST);

            assertThatThrownBy(() -> next(session))
                    .hasMessageContaining("agent web, which runs " + TASK + ", is not connected");
        }
    }

    private void judged(AgentStatus.State state) {
        var key = Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, "web");
        var status = AgentStatus.newBuilder().setState(state).build();
        var write = new Write.UpdateStatus(
                key, engine.agentUid(), Kinds.AGENTS.status().encode(status));
        assertThat(engine.store().commit(Commit.of(write)).written()).isTrue();
    }

    private Reason refusal(ReachRequest request) {
        try (var session = engine.admin().exec()) {
            assertThat(session.send(ReachUp.newBuilder().setOpen(request).build(), PATIENCE))
                    .isTrue();
            var first = next(session);
            assertThat(first.hasOutcome()).as(first.toString()).isTrue();
            return Reason.INTERNAL;
        } catch (ApiException refused) {
            return refused.reason();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private Duplex<ReachUp, ReachDown> open() throws InterruptedException {
        var session = engine.admin().exec();
        assertThat(session.send(ReachUp.newBuilder().setOpen(request(TASK)).build(), PATIENCE))
                .isTrue();
        return session;
    }

    private static ReachRequest.Builder request(String task) {
        return ReachRequest.newBuilder()
                .setNamespace("default")
                .setTask(task)
                .setExec(ExecRequest.newBuilder().addCommand("echo"));
    }

    private static ReachDown next(Duplex<ReachUp, ReachDown> session) throws InterruptedException {
        return switch (session.receive(PATIENCE).orElseThrow()) {
            case Duplex.Item.Message<ReachDown> message -> message.content();
            case Duplex.Item.Ended<ReachDown> ended -> throw BanyanClient.failure(ended);
        };
    }

    private static ReachUp typed(String text) {
        return ReachUp.newBuilder().setData(ByteString.copyFromUtf8(text)).build();
    }

    private static ReachDown data(ByteString bytes) {
        return ReachDown.newBuilder().setData(bytes).build();
    }

    private Relay relay(ReachSource source) {
        var client = engine.agent();
        ReachSource unlessProbed = (request, person) ->
                request.getExec().getCommand(0).equals(PROBE) ? DONE : source.serve(request, person);
        var relay = new Relay(
                LocalEngine.ENV, client, () -> tie(client), new Relay.Sources((request, sink) -> {}, unlessProbed));
        relay.start();
        relays.add(relay);
        var probe = request(TASK)
                .setExec(ExecRequest.newBuilder().addCommand(PROBE))
                .build();
        Await.until(() -> refusal(probe) == Reason.INTERNAL, PATIENCE, () -> relay.health()
                .detail());
        return relay;
    }

    private Optional<Session.Tie> tie(BanyanClient client) {
        return Optional.of(new Session.Tie(epoch.get(), client.endpoint()));
    }

    private void task(String name, boolean placed) {
        var spec = TaskSpec.newBuilder().setDeployment("shop").setService("web");
        if (placed) {
            spec.setAssignment(Assignment.newBuilder().setAgent("web").setAgentUid(engine.agentUid()));
        }
        var draft =
                Draft.of(Kinds.TASKS.key("default", name), Kinds.TASKS.spec().encode(spec.build()));
        assertThat(engine.store().commit(Commit.of(new Write.Create(draft))).written())
                .isTrue();
    }
}
