package dev.banyan.engine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.client.Endpoint;
import dev.banyan.api.client.Joining;
import dev.banyan.api.events.EventLog;
import dev.banyan.api.identity.CredentialsDirectory;
import dev.banyan.api.identity.JoinToken;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.ApplyRequest;
import dev.banyan.api.v1.CommitRequest;
import dev.banyan.api.v1.CreateTokenRequest;
import dev.banyan.api.v1.EventSpec;
import dev.banyan.api.v1.EventStatus;
import dev.banyan.api.v1.Meta;
import dev.banyan.api.v1.ResourcesGrpc;
import dev.banyan.api.v1.Role;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.WriteOp;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Level;
import dev.banyan.api.wire.Reason;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What members may and may not do through a real front door. */
class FrontDoorTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final TestCluster cluster = new TestCluster();
    private final Store truth = new MemoryStore(TestCluster.ENV);
    private String endpoint = "";

    @BeforeEach
    void serve() {
        endpoint = cluster.serve(truth);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void joinsWithATokenAndConnectsWithWhatItGot(@TempDir Path directory) throws Exception {
        var admin = cluster.client("admin", "ann", endpoint);
        var token = JoinToken.parse(admin.createToken(
                        CreateTokenRequest.newBuilder().setRole(Role.AGENT).build())
                .getToken());

        var joined = Joining.join(
                List.of(Endpoint.parse(endpoint)), new Joining.Newcomer(token, "web", List.of("eu")), TestCluster.ENV);

        var kept = new CredentialsDirectory(directory.resolve("identity"));
        kept.save(joined.credentials());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept.key())))
                .isEqualTo("rw-------");
        var agent = cluster.client(kept.load().orElseThrow(), endpoint);
        assertThat(agent.identity()).hasToString("spiffe://testcluster01/agent/web");
        assertThat(agent.store().list(Selection.of("agents"), ReadAt.LATEST).objects())
                .hasSize(1);
    }

    @Test
    void doesNotJoinAClusterThatTheTokenDoesNotNameAsItsOwn() {
        var foreign = JoinToken.of("0123456789ab", new byte[32], "ab".repeat(32));

        assertThatThrownBy(() -> Joining.join(
                        List.of(Endpoint.parse(endpoint)),
                        new Joining.Newcomer(foreign, "web", List.of()),
                        TestCluster.ENV))
                .isInstanceOfSatisfying(ApiException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Reason.UNAVAILABLE));
    }

    @Test
    void showsARenewedCertificateFromTheNextConnectionOn() {
        createAgent("web");
        var agent = cluster.client("agent", "web", endpoint);

        var renewed = agent.renew();

        assertThat(renewed.identity()).isEqualTo(agent.identity());
        assertThat(cluster.client(renewed, endpoint)
                        .store()
                        .list(Selection.of("agents"), ReadAt.LATEST)
                        .objects())
                .hasSize(1);
    }

    @Test
    void servesTheSocketInTheFileSystemAlike(@TempDir Path directory) {
        var socket = directory.resolve("run/engine.sock");
        cluster.server(truth, 0, Optional.of(socket));
        createAgent("web");

        var admin = cluster.client("admin", "ann", "unix:" + socket);

        assertThat(admin.store().list(Selection.of("agents"), ReadAt.LATEST).objects())
                .hasSize(1);
        assertThat(admin.serverLevel()).isEmpty();
        assertThat(admin.status().getClusterId()).isEqualTo(TestCluster.ID);
        assertThat(admin.serverLevel()).hasValue(Level.CURRENT);
    }

    @Test
    void letsUsersOtherThanItsOwnReachTheSocketWhateverTheUmask(@TempDir Path directory) throws IOException {
        var socket = directory.resolve("engine.sock");

        cluster.server(truth, 0, Optional.of(socket));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-rw-rw-");
    }

    @Test
    void handsAnAppToItsDoorWithTheNameOfTheCaller() {
        var request = ApplyRequest.newBuilder().setNamespace("default").build();

        var response = cluster.client("admin", "ann", endpoint).apply(request);

        assertThat(response.getDeployment()).isEqualTo("ann");
        assertThat(cluster.applied).containsExactly(request);
    }

    @Test
    void letsAnAgentReportOnItsOwnTask() {
        var task = createTask("mine", "web");
        var agent = agent("web");

        var outcome = agent.store().commit(Commit.of(running(task)));

        assertThat(outcome).isInstanceOf(WriteOutcome.Written.class);
        assertThat(Kinds.TASKS
                        .decode(agent.store().get(task.key(), ReadAt.LATEST).orElseThrow())
                        .status()
                        .getState())
                .isEqualTo(TaskStatus.State.RUNNING);
    }

    @Test
    void keepsAnAgentFromTheTaskOfAnother() {
        var task = createTask("theirs", "db");
        var agent = agent("web").store();

        assertThat(agent.commit(Commit.of(running(task)))).isInstanceOf(WriteOutcome.Denied.class);
        assertThatThrownBy(() -> agent.get(task.key(), ReadAt.LATEST))
                .isInstanceOfSatisfying(StoreException.class, denied -> assertThat(denied.reason())
                        .isEqualTo(StoreException.Reason.DENIED));
        assertThatThrownBy(() -> agent.list(Selection.of("tasks"), ReadAt.LATEST))
                .isInstanceOf(StoreException.class);
        assertThat(truth.get(task.key(), ReadAt.LATEST)).contains(task);
    }

    @Test
    void refusesAWatchThatWouldShowTheTasksOfOthers() {
        var selection = Selection.of("tasks").labelled(LabelSelector.of(Labels.AGENT, "db"));

        assertThatThrownBy(() -> {
                    try (var watch = agent("web").store().watch(selection, 0)) {
                        watch.next();
                    }
                })
                .isInstanceOfSatisfying(StoreException.class, denied -> assertThat(denied.reason())
                        .isEqualTo(StoreException.Reason.DENIED));
    }

    @Test
    void keepsAnAgentFromWritingSpecs() {
        var task = createTask("mine", "web");
        var changed = TaskSpec.newBuilder().setDesired(TaskSpec.Desired.STOP).build();
        var agent = agent("web").store();

        assertThat(agent.commit(Commit.of(new Write.Update(
                        task, Draft.from(task).withSpec(Kinds.TASKS.spec().encode(changed))))))
                .isInstanceOf(WriteOutcome.Denied.class);
        assertThat(agent.commit(Commit.of(new Write.Create(Draft.of(Kinds.TASKS.key("default", "new"), Bytes.EMPTY)))))
                .isInstanceOf(WriteOutcome.Denied.class);
        assertThat(agent.commit(
                        Commit.of(new Write.Delete(task.key(), task.meta().uid()))))
                .isInstanceOf(WriteOutcome.Denied.class);
        var own = createAgent("web");
        assertThat(agent.commit(Commit.of(new Write.Update(own, Draft.from(own).labelled(Map.of("a", "b"))))))
                .isInstanceOf(WriteOutcome.Denied.class);
        assertThat(truth.get(task.key(), ReadAt.LATEST)).contains(task);
    }

    @Test
    void tellsAnAgentWhoseTaskIsGoneThatItIsGone() {
        var gone = Kinds.TASKS.key("default", "gone");

        assertThat(agent("web").store().commit(Commit.of(new Write.UpdateStatus(gone, "u", Bytes.EMPTY))))
                .isEqualTo(new WriteOutcome.NotFound(gone));
    }

    @Test
    void refusesACommitOfWhichOnePartIsNotAllowed() {
        var mine = createTask("mine", "web");
        var theirs = createTask("theirs", "db");

        assertThat(agent("web").store().commit(Commit.of(running(mine), running(theirs))))
                .isInstanceOf(WriteOutcome.Denied.class);
        assertThat(truth.get(mine.key(), ReadAt.LATEST)).contains(mine);
    }

    @Test
    void letsAnAgentLearnNothingFromConditions() {
        var theirs = createTask("theirs", "db");
        var event = new Write.Create(Draft.of(Kinds.EVENTS.key("default", "web.1"), Bytes.EMPTY));
        var guess = new Precondition.Unchanged(theirs.key(), theirs.meta().revision());

        assertThat(agent("web").store().commit(Commit.of(event).under(guess))).isInstanceOf(WriteOutcome.Denied.class);
    }

    @Test
    void letsAnAgentTellOfItselfAndOfWhatHappened() {
        createAgent("web");
        var agent = agent("web").store();
        var report = Kinds.AGENT_REPORTS.key("", "web");

        assertThat(agent.commit(Commit.of(new Write.Create(Draft.of(report, Bytes.EMPTY))))
                        .written())
                .isTrue();
        var uid = agent.get(report, ReadAt.LATEST).orElseThrow().meta().uid();
        var status = AgentReportStatus.newBuilder().setVersion("1").build();
        assertThat(agent.commit(Commit.of(new Write.UpdateStatus(
                                report, uid, Kinds.AGENT_REPORTS.status().encode(status))))
                        .written())
                .isTrue();
        assertThat(agent.commit(Commit.of(new Write.Create(Draft.of(Kinds.AGENT_REPORTS.key("", "db"), Bytes.EMPTY)))))
                .isInstanceOf(WriteOutcome.Denied.class);
    }

    @Test
    void letsAnAgentRecordWhatHappenedToItselfAndItsTasks() throws InterruptedException {
        createAgent("web");
        var mine = createTask("shop.web.1.0.0", "web");
        var recorder =
                new EventRecorder(TestCluster.ENV, EventLog.ofAgent(agent("web").store(), "web"));
        recorder.normal(mine.key(), "Started", "attempt 1");
        recorder.warning(Kinds.AGENTS.key("", "web"), "DiskFull", "90 %");

        recorder.start();
        try (var watch = truth.watch(Selection.of(Kinds.EVENTS.name()), 0)) {
            while (events().size() < 2) {
                assertThat(watch.next(PATIENCE)).isPresent();
            }
        }
        recorder.stop(); // it would cut off what takes long

        var events = events();
        assertThat(events)
                .extracting(
                        event -> event.spec().getObject() + " " + event.spec().getReason())
                .containsExactlyInAnyOrder("tasks/default/shop.web.1.0.0 Started", "agents/-/web DiskFull");
        assertThat(events).allMatch(event -> event.name().startsWith("web."));
    }

    @Test
    void letsNoAgentTellStoriesAboutOthersOrInTheirName() {
        createTask("shop.web.1.0.0", "web");
        createTask("shop.db.1.0.0", "db");
        var honest = EventSpec.newBuilder()
                .setObject("tasks/default/shop.web.1.0.0")
                .setReporter("agent/web")
                .setDeployment("shop")
                .build();
        var shop = Map.of(Labels.DEPLOYMENT, "shop");

        assertThat(tell("web.1", honest, shop).written()).isTrue();
        assertThat(tell("db.1", honest, shop)).isInstanceOf(WriteOutcome.Denied.class);
        var othersTask = honest.toBuilder().setObject("tasks/default/shop.db.1.0.0");
        assertThat(tell("web.2", othersTask.build(), shop)).isInstanceOf(WriteOutcome.Denied.class);
        var app = honest.toBuilder().setObject("deployments/default/shop");
        assertThat(tell("web.3", app.build(), shop)).isInstanceOf(WriteOutcome.Rejected.class);
        var inAnothersName = honest.toBuilder().setReporter("engine/one");
        assertThat(tell("web.4", inAnothersName.build(), shop)).isInstanceOf(WriteOutcome.Rejected.class);
        var ofAnotherApp = honest.toBuilder().setDeployment("blog");
        assertThat(tell("web.5", ofAnotherApp.build(), shop)).isInstanceOf(WriteOutcome.Rejected.class);
        assertThat(tell("web.6", honest, Map.of(Labels.DEPLOYMENT, "blog"))).isInstanceOf(WriteOutcome.Rejected.class);
        assertThat(tell("web.7", honest.toBuilder().setObject("shop").build(), shop))
                .isInstanceOf(WriteOutcome.Rejected.class);
    }

    private List<Resource<EventSpec, EventStatus>> events() {
        return truth.list(Selection.of(Kinds.EVENTS.name()), ReadAt.LATEST).objects().stream()
                .map(Kinds.EVENTS::decode)
                .toList();
    }

    private WriteOutcome tell(String name, EventSpec event, Map<String, String> labels) {
        var key = Kinds.EVENTS.key("default", name);
        return agent("web")
                .store()
                .commit(Commit.of(new Write.Create(
                        Draft.of(key, Kinds.EVENTS.spec().encode(event)).labelled(labels))));
    }

    @Test
    void letsAnAdminCordonAnAgentAndNotMoveIt() {
        var base = createAgent("web");
        var admin = cluster.client("admin", "ann", endpoint).store();

        var moved = AgentSpec.newBuilder().setSubnet("10.0.0.0/24").build();
        assertThat(admin.commit(Commit.of(new Write.Update(
                        base, Draft.from(base).withSpec(Kinds.AGENTS.spec().encode(moved))))))
                .isInstanceOf(WriteOutcome.Rejected.class);
        var cordoned = AgentSpec.newBuilder().setCordoned(true).build();
        assertThat(admin.commit(Commit.of(new Write.Update(
                                base,
                                Draft.from(base).withSpec(Kinds.AGENTS.spec().encode(cordoned)))))
                        .written())
                .isTrue();
    }

    @Test
    void letsAnAdminPastAdmissionNowhere() {
        var admin = cluster.client("admin", "ann", endpoint).store();

        for (var kind : Kinds.ALL) {
            assertThat(admin.commit(Commit.of(new Write.Create(Draft.of(kind.key("default", "x"), Bytes.EMPTY)))))
                    .as(kind.name())
                    .isInstanceOf(WriteOutcome.Denied.class);
        }
    }

    @Test
    void refusesContentThatNobodyCouldReadAgain() {
        var engine = cluster.client("engine", "two", endpoint).store();
        var nonsense = Bytes.utf8("\u0007nonsense");

        assertThat(engine.commit(Commit.of(new Write.Create(Draft.of(Kinds.TASKS.key("default", "t"), nonsense)))))
                .isInstanceOf(WriteOutcome.Rejected.class);
        var cluster = ObjectKey.cluster("tasks", "t");
        assertThat(engine.commit(Commit.of(new Write.Create(Draft.of(cluster, Bytes.EMPTY)))))
                .isInstanceOf(WriteOutcome.Rejected.class);
    }

    @Test
    void refusesADraftThatSetsWhatIsTheServers() {
        var draft = dev.banyan.api.v1.Object.newBuilder()
                .setKey(dev.banyan.api.v1.Key.newBuilder()
                        .setKind("things")
                        .setNamespace("default")
                        .setName("x"))
                .setMeta(Meta.newBuilder().setUid("mine"));
        var request = CommitRequest.newBuilder()
                .addWrites(WriteOp.newBuilder()
                        .setCreate(WriteOp.Create.newBuilder().setDraft(draft)))
                .build();
        var stub = ResourcesGrpc.newBlockingStub(
                cluster.client("engine", "two", endpoint).channel());

        assertThatThrownBy(() -> stub.commit(request))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refused -> assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT));
        assertThat(truth.list(Selection.EVERYTHING, ReadAt.LATEST).objects()).isEmpty();
    }

    @Test
    void refusesWhatIsTooLargeForTheStoreAndForTheWire() {
        var engine = cluster.client("engine", "two", endpoint).store();
        var key = new ObjectKey("things", "default", "large");

        assertThat(engine.commit(Commit.of(new Write.Create(Draft.of(key, Bytes.copyOf(new byte[600_000]))))))
                .isInstanceOf(WriteOutcome.TooLarge.class);
        assertThat(engine.commit(Commit.of(new Write.Create(Draft.of(key, Bytes.copyOf(new byte[6_000_000]))))))
                .isInstanceOf(WriteOutcome.TooLarge.class);
    }

    @Test
    void saysWhichEnginesItTriedWhenNoneAnswers() {
        var client = cluster.client("admin", "ann", "127.0.0.1:1", "127.0.0.1:2");

        assertThatThrownBy(client::status).isInstanceOfSatisfying(ApiException.class, failure -> {
            assertThat(failure.reason()).isEqualTo(Reason.UNAVAILABLE);
            assertThat(failure).hasMessageContainingAll("127.0.0.1:1", "127.0.0.1:2");
        });
        assertThat(client.store().commit(Commit.of(new Write.Delete(new ObjectKey("things", "a", "b"), "u"))))
                .isInstanceOf(WriteOutcome.Unavailable.class);
    }

    private BanyanClient agent(String name) {
        createAgent(name);
        return cluster.client("agent", name, endpoint);
    }

    private StoredObject createAgent(String name) {
        var key = Kinds.AGENTS.key("", name);
        if (truth.get(key, ReadAt.LATEST).isEmpty()) {
            truth.commit(Commit.of(new Write.Create(Draft.of(key, Bytes.EMPTY))));
        }
        return truth.get(key, ReadAt.LATEST).orElseThrow();
    }

    private StoredObject createTask(String name, String agent) {
        var key = Kinds.TASKS.key("default", name);
        truth.commit(Commit.of(new Write.Create(Draft.of(key, Bytes.EMPTY).labelled(Map.of(Labels.AGENT, agent)))));
        return truth.get(key, ReadAt.LATEST).orElseThrow();
    }

    private static Write running(StoredObject task) {
        var status = TaskStatus.newBuilder().setState(TaskStatus.State.RUNNING).build();
        return new Write.UpdateStatus(
                task.key(), task.meta().uid(), Kinds.TASKS.status().encode(status));
    }
}
