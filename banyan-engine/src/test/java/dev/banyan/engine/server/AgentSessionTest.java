package dev.banyan.engine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.client.Duplex;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.AgentSessionSpec;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.Assignment;
import dev.banyan.api.v1.Heartbeat;
import dev.banyan.api.v1.HeartbeatReply;
import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.LogLines;
import dev.banyan.api.v1.LogRequest;
import dev.banyan.api.v1.RegisterRequest;
import dev.banyan.api.v1.RegisterResponse;
import dev.banyan.api.v1.RelayFromAgent;
import dev.banyan.api.v1.RelayToAgent;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Agents' sessions through real connections. */
class AgentSessionTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final TestCluster cluster = new TestCluster();
    private final Store truth = new MemoryStore(TestCluster.ENV);
    private String endpoint = "";

    @BeforeEach
    void serve() {
        endpoint = cluster.serve(truth);
        createAgent("web");
        createAgent("db");
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void givesEachAgentASubnetOfItsOwnForLife() {
        var web = register("web", "boot-1");
        var db = register("db", "boot-1");
        var again = register("web", "boot-1");

        assertThat(web.getSubnet()).isEqualTo("10.192.0.0/24");
        assertThat(db.getSubnet()).isEqualTo("10.192.1.0/24");
        assertThat(again.getSubnet()).isEqualTo(web.getSubnet());
        assertThat(truth.get(Kinds.CLAIMS.key("", "subnet.10.192.0.0"), ReadAt.LATEST))
                .hasValueSatisfying(claim ->
                        assertThat(claim.meta().owners().getFirst().uid()).isEqualTo(web.getAgentUid()));
    }

    @Test
    void makesTheRevisionOfTheSessionTheEpoch() {
        var first = register("web", "boot-1");
        var second = register("web", "boot-1");

        var session = truth.get(Kinds.SESSIONS.key("", first.getAgentUid()), ReadAt.LATEST)
                .orElseThrow();
        assertThat(second.getEpoch()).isGreaterThan(first.getEpoch());
        assertThat(session.meta().revision()).isEqualTo(second.getEpoch());
    }

    @Test
    void refusesAnAgentThatWasRemoved() {
        assertThatThrownBy(() -> register("gone", "boot-1"))
                .isInstanceOfSatisfying(ApiException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Reason.DENIED));
    }

    @Test
    void tellsOfEachHeartbeat() throws Exception {
        long epoch = register("web", "boot-1").getEpoch();
        cluster.heard.clear();

        try (var stream = client("web").heartbeats()) {
            assertThat(beat(stream, epoch, 1)).isInstanceOf(Duplex.Item.Message.class);
            assertThat(beat(stream, epoch, 2)).isInstanceOf(Duplex.Item.Message.class);
        }

        assertThat(cluster.heard).containsExactly("web", "web");
    }

    @Test
    void tellsWhereEnginesAreWithEachAnswer() throws Exception {
        long epoch = register("web", "boot-1").getEpoch();

        try (var stream = client("web").heartbeats()) {
            assertThat(beat(stream, epoch, 1)).isInstanceOfSatisfying(Duplex.Item.Message.class, answer -> assertThat(
                            ((HeartbeatReply) answer.content()).getEngineAddressesList())
                    .containsExactly("192.0.2.1", "2001:db8::1"));
        }
    }

    @Test
    void fencesTheOlderOfTwoSessions() throws Exception {
        long older = register("web", "boot-1").getEpoch();
        try (var stream = client("web").heartbeats()) {
            assertThat(beat(stream, older, 1)).isInstanceOf(Duplex.Item.Message.class);

            long newer = register("web", "boot-2").getEpoch();

            assertThat(reasonOf(stream.receive(PATIENCE).orElseThrow())).isEqualTo(Reason.FENCED);
            try (var late = client("web").heartbeats()) {
                assertThat(reasonOf(beat(late, older, 2))).isEqualTo(Reason.FENCED);
            }
            try (var current = client("web").heartbeats()) {
                assertThat(beat(current, newer, 1)).isInstanceOf(Duplex.Item.Message.class);
            }
        }
    }

    @Test
    void refusesHeartbeatsOfASessionThatNamesAnotherEngine() throws Exception {
        long epoch = register("web", "boot-1").getEpoch();
        var other = cluster.client("agent", "web", cluster.serve(truth));
        cluster.heard.clear();

        try (var stream = other.heartbeats()) {
            assertThat(reasonOf(beat(stream, epoch, 1))).isEqualTo(Reason.FENCED);
        }

        assertThat(cluster.heard).isEmpty();
    }

    @Test
    void cordonsAnIdentityThatTwoMachinesUse() {
        for (int i = 0; i < 2; i++) {
            register("web", "boot-1");
            register("web", "boot-2");
        }
        assertThat(agent("web").getCordoned()).isFalse();

        register("web", "boot-1");

        assertThat(agent("web").getCordoned()).isTrue();
    }

    @Test
    void readsLogsOverTheRelayNoFasterThanCreditAllows() throws Exception {
        long epoch = register("web", "boot-1").getEpoch();
        createTask("shop.front.1.0.0", "web");
        try (var relay = openRelay("web", epoch);
                var logs = admin().logs(request())) {
            var asked = await(relay);
            assertThat(asked.getLogs().getTask()).isEqualTo("shop.front.1.0.0");
            assertThat(await(relay).getCredit()).isEqualTo(8);

            answer(relay, asked.getId(), "hello", "world");

            assertThat(await(relay).getCredit()).isEqualTo(1);
            relay.send(
                    RelayFromAgent.newBuilder().setId(asked.getId()).setEnd("").build(), PATIENCE);
            assertThat(drain(logs)).extracting(LogLine::getText).containsExactly("hello", "world");
        }
    }

    @Test
    void saysWhereLogsAreMissing() throws Exception {
        createTask("shop.front.1.0.0", "web");

        var lines = drain(admin().logs(request()));

        assertThat(lines).hasSize(1);
        assertThat(lines.getFirst().getStream()).isEqualTo(LogLine.Stream.GAP);
        assertThat(lines.getFirst().getText()).contains("agent web is not connected");
    }

    @Test
    void pointsTheReaderOfLogsToTheEngineThatHasTheSession() throws Exception {
        createTask("shop.front.1.0.0", "web");
        var session = AgentSessionSpec.newBuilder()
                .setAgent("web")
                .setEngine("two")
                .setAddress("two.example.org:7443")
                .build();
        var key = Kinds.SESSIONS.key(ObjectKey.CLUSTER_SCOPE, "uid-of-web");
        var written = truth.commit(
                Commit.of(new Write.Create(Draft.of(key, Kinds.SESSIONS.spec().encode(session)))));
        assertThat(written.written()).isTrue();

        var lines = drain(admin().logs(request()));

        assertThat(lines).hasSize(1);
        assertThat(lines.getFirst().getStream()).isEqualTo(LogLine.Stream.ELSEWHERE);
        assertThat(lines.getFirst().getText()).isEqualTo("two.example.org:7443");
        assertThat(lines.getFirst().getTask()).isEqualTo("shop.front.1.0.0");
    }

    @Test
    void saysThatLogsEndWhereTheAgentWasLost() throws Exception {
        long epoch = register("web", "boot-1").getEpoch();
        createTask("shop.front.1.0.0", "web");
        var relay = openRelay("web", epoch);
        var logs = admin().logs(request());
        answer(relay, await(relay).getId(), "hello");
        assertThat(await(relay).getCredit()).isEqualTo(8);
        assertThat(await(relay).getCredit()).isEqualTo(1); // so the line has arrived

        relay.close();

        assertThat(drain(logs))
                .extracting(LogLine::getStream)
                .containsExactly(LogLine.Stream.STDOUT, LogLine.Stream.GAP);
    }

    @Test
    void followsTasksThatAppearLater() throws Exception {
        long epoch = register("web", "boot-1").getEpoch();
        try (var relay = openRelay("web", epoch);
                var logs = admin().logs(request().toBuilder().setFollow(true).build())) {
            createTask("shop.front.1.0.0", "web");

            var asked = await(relay);
            answer(relay, asked.getId(), "late");

            var line = (Duplex.Item.Message<LogLine>) logs.receive(PATIENCE).orElseThrow();
            assertThat(line.content().getText()).isEqualTo("late");
            assertThat(line.content().getTask()).isEqualTo("shop.front.1.0.0");
        }
    }

    private BanyanClient client(String agent) {
        return cluster.client("agent", agent, endpoint);
    }

    private BanyanClient admin() {
        return cluster.client("admin", "ann", endpoint);
    }

    private RegisterResponse register(String agent, String bootId) {
        return client(agent)
                .register(RegisterRequest.newBuilder().setBootId(bootId).build());
    }

    /** A relay that the engine has taken note of: its first answer shows that. */
    private Duplex<RelayFromAgent, RelayToAgent> openRelay(String agent, long epoch) throws InterruptedException {
        var relay = client(agent).relay();
        relay.send(RelayFromAgent.newBuilder().setHelloEpoch(epoch).build(), PATIENCE);
        var asking = LogRequest.newBuilder()
                .setNamespace("default")
                .setDeployment("probe")
                .build();
        createTask("probe.x.1.0.0", agent, "probe");
        var reader = admin();
        long start = TestCluster.ENV.time().nanos();
        while (TestCluster.ENV.time().since(start).compareTo(PATIENCE) < 0) {
            try (var probe = reader.logs(asking)) {
                if (isAsked(relay, probe)) {
                    assertThat(drain(probe)).isEmpty();
                    return relay;
                }
            }
        }
        throw new AssertionError("the relay was never used");
    }

    /** Answers the probe once it comes over the relay; false when the engine tells the reader that there is none. */
    private static boolean isAsked(Duplex<RelayFromAgent, RelayToAgent> relay, Duplex<LogRequest, LogLine> probe)
            throws InterruptedException {
        while (probe.receive(Duration.ofMillis(5)).isEmpty()) {
            var asked = relay.receive(Duration.ofMillis(5));
            if (asked.isPresent()) {
                long id = ((Duplex.Item.Message<RelayToAgent>) asked.get())
                        .content()
                        .getId();
                assertThat(await(relay).getCredit()).isPositive();
                relay.send(RelayFromAgent.newBuilder().setId(id).setEnd("").build(), PATIENCE);
                return true;
            }
        }
        return false;
    }

    private static RelayToAgent await(Duplex<RelayFromAgent, RelayToAgent> relay) throws InterruptedException {
        while (true) {
            var message =
                    ((Duplex.Item.Message<RelayToAgent>) relay.receive(PATIENCE).orElseThrow()).content();
            if (!message.getCancel()) {
                return message;
            }
        }
    }

    private static void answer(Duplex<RelayFromAgent, RelayToAgent> relay, long id, String... texts)
            throws InterruptedException {
        var lines = LogLines.newBuilder();
        for (var text : texts) {
            lines.addLinesBuilder().setText(text).setStream(LogLine.Stream.STDOUT);
        }
        relay.send(RelayFromAgent.newBuilder().setId(id).setLogs(lines).build(), PATIENCE);
    }

    private static List<LogLine> drain(Duplex<LogRequest, LogLine> logs) throws InterruptedException {
        var lines = new ArrayList<LogLine>();
        while (true) {
            switch (logs.receive(PATIENCE).orElseThrow()) {
                case Duplex.Item.Message<LogLine> message -> lines.add(message.content());
                case Duplex.Item.Ended<LogLine> end -> {
                    assertThat(end.status().isOk()).isTrue();
                    return lines;
                }
            }
        }
    }

    private static Duplex.Item<HeartbeatReply> beat(Duplex<Heartbeat, HeartbeatReply> stream, long epoch, long sequence)
            throws InterruptedException {
        stream.send(Heartbeat.newBuilder().setEpoch(epoch).setSequence(sequence).build(), PATIENCE);
        return stream.receive(PATIENCE).orElseThrow();
    }

    private static Reason reasonOf(Duplex.Item<HeartbeatReply> item) {
        return BanyanClient.failure((Duplex.Item.Ended<HeartbeatReply>) item).reason();
    }

    private static LogRequest request() {
        return LogRequest.newBuilder()
                .setNamespace("default")
                .setDeployment("shop")
                .setTail(-1)
                .build();
    }

    private void createAgent(String name) {
        truth.commit(Commit.of(new Write.Create(Draft.of(Kinds.AGENTS.key("", name), Bytes.EMPTY))));
    }

    private void createTask(String name, String agent) {
        createTask(name, agent, "shop");
    }

    private void createTask(String name, String agent, String deployment) {
        var spec = TaskSpec.newBuilder()
                .setAssignment(Assignment.newBuilder().setAgent(agent))
                .build();
        truth.commit(Commit.of(new Write.Create(
                Draft.of(Kinds.TASKS.key("default", name), Kinds.TASKS.spec().encode(spec))
                        .labelled(Map.of(Labels.AGENT, agent, Labels.DEPLOYMENT, deployment)))));
    }

    private AgentSpec agent(String name) {
        return truth.get(Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, name), ReadAt.LATEST)
                .map(Kinds.AGENTS::decode)
                .orElseThrow()
                .spec();
    }
}
