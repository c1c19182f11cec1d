package dev.banyan.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.events.EventLog;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.EndpointsSpec;
import dev.banyan.api.v1.EventSpec;
import dev.banyan.api.v1.EventStatus;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.PlacementConstraint;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.Protocol;
import dev.banyan.api.v1.ResourceAmounts;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.engine.admission.Admission;
import dev.banyan.engine.admission.Application;
import dev.banyan.engine.admission.ImageResolver.Resolution;
import dev.banyan.engine.admission.Verdict;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.election.Membership;
import dev.banyan.runtime.election.Shards;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.manager.ControllerManager;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** All controllers together over a store in memory, with agents that do at once what their tasks ask for. */
class ControllersTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Env env = new SystemEnv();
    private final MemoryStore store = new MemoryStore(env);
    private final Admission admission = new Admission(
            store,
            image -> new Resolution.Resolved("registry.banyan/" + image + "@sha256:0"),
            (wish, refused) -> wish.manifest());
    private ControllerManager manager;
    private Task agents;

    @BeforeEach
    void start() {
        var caches = new Caches(store, env);
        var events = new EventRecorder(env, EventLog.ofEngine(store, "one"));
        var membership = new Membership(store, env, "one", Membership.TTL);
        var shards = new Shards(membership, store, env);
        var all = new ArrayList<Component>(List.of(membership, shards, events));
        all.addAll(caches.components());
        all.addAll(new Controllers(caches, shards, membership.fenced(store), events, env).components());
        manager = ControllerManager.of(all.toArray(Component[]::new));
        manager.start();
        join("a1");
        join("a2");
        agents = env.tasks().spawn("agents", this::obey);
    }

    @AfterEach
    void stop() {
        agents.cancel();
        manager.stop();
    }

    @Test
    void anAdmittedAppRunsSpreadOverTheAgentsAndIsBehindItsService() throws InterruptedException {
        assertThat(admission.apply(app(4))).isInstanceOf(Verdict.Admitted.class);

        await(() -> backends().size() == 4 && ready() == 4);
        assertThat(tasks())
                .extracting(task -> task.spec().getAssignment().getAgent())
                .containsExactlyInAnyOrder("a1", "a1", "a2", "a2");
    }

    @Test
    void scalingDownStopsTasksAndFreesWhatTheyReserved() throws InterruptedException {
        var ignored = admission.apply(app(4));
        await(() -> backends().size() == 4);

        assertThat(admission.scale("default", "shop", Map.of("web", 1))).isInstanceOf(Verdict.Admitted.class);

        await(() -> backends().size() == 1 && tasks().size() == 1 && reserved() == 1);
    }

    @Test
    void aLostAgentsTasksAreReplacedOnTheOthers() throws InterruptedException {
        var ignored = admission.apply(app(2));
        await(() -> backends().size() == 2);

        judge("a1", AgentStatus.State.LOST);

        await(() -> backends().size() == 2
                && backends().stream().allMatch(backend -> backend.getAgent().equals("a2")));
    }

    @Test
    void removalLeavesNothingBehind() throws InterruptedException {
        var ignored = admission.apply(app(2));
        await(() -> backends().size() == 2);

        assertThat(admission.remove("default", "shop", List.of())).isInstanceOf(Verdict.Admitted.class);

        await(() -> count(Kinds.DEPLOYMENTS.name()) == 0
                && count(Kinds.TASKS.name()) == 0
                && count(Kinds.RELEASES.name()) == 0
                && count(Kinds.SERVICES.name()) == 0
                && count(Kinds.ENDPOINTS.name()) == 0
                && count(Kinds.CLAIMS.name()) == 0
                && reserved() == 0);
    }

    @Test
    void anAppWhosePortIsPublishedByAnotherIsRefusedWhole() {
        var ignored = admission.apply(app(1));
        long revision = store.list(Selection.EVERYTHING, ReadAt.LATEST).revision();
        var other = new Application("default", manifest("blog", 1), List.of(), Application.ANY, "alice", "");

        var verdict = admission.apply(other);

        assertThat(verdict).isInstanceOf(Verdict.Refused.class);
        assertThat(((Verdict.Refused) verdict).violations().getFirst().message())
                .isEqualTo("tcp port 8080 is published by deployments/default/shop");
        assertThat(count(Kinds.DEPLOYMENTS.name())).isEqualTo(1);
        assertThat(revision).isPositive();
    }

    @Test
    void theSameManifestTwiceIsOneRelease() {
        var first = (Verdict.Admitted) admission.apply(app(1));
        var second = (Verdict.Admitted) admission.apply(app(1));

        assertThat(first.changed()).isTrue();
        assertThat(second.changed()).isFalse();
        assertThat(second.release()).isEqualTo(1);
    }

    @Test
    void aRestartedEngineFindsNothingToDo() throws InterruptedException {
        var ignored = admission.apply(app(2));
        await(() -> backends().size() == 2 && ready() == 2);
        stop();
        long settled = revision();

        start();
        await(() -> manager.health().ready());

        assertThat(revision()).isEqualTo(settled);
    }

    @Test
    void whatHappensToAnAppCanBeReadAfterwards() throws InterruptedException {
        var ignored = admission.apply(app(2));
        var placed = List.of(
                "deployments/default/shop Starting: 2 replicas of web of release 1",
                "tasks/default/shop.web.1.0.0 Placed: on a1",
                "tasks/default/shop.web.1.1.0 Placed: on a2");
        await(() -> told("deployments/default/shop Ready")
                && told("endpoints/default/shop.web Serving")
                && toldMessages().containsAll(placed)); // each controller tells what it did after it did it

        judge("a1", AgentStatus.State.LOST);
        await(() ->
                toldMessages().contains("deployments/default/shop Replacing: shop.web.1.0.0 on a1: the agent is lost"));

        judge("a2", AgentStatus.State.LOST);
        await(() -> told("endpoints/default/shop.web NotServing")
                && toldMessages()
                        .contains("deployments/default/shop Unplaceable: web: no agent fits: a1 is lost; a2 is lost"));

        var removal = admission.remove("default", "shop", List.of());
        assertThat(removal).isInstanceOf(Verdict.Admitted.class);
        judge("a1", AgentStatus.State.READY);
        await(() -> told("deployments/default/shop Removed"));
        assertThat(events()).allMatch(event -> event.spec().getDeployment().equals("shop"));
    }

    /** Nothing of the app changes by which it would be looked at: what wakes the controller is what agents are. */
    @Test
    void aServiceOnEveryAgentFollowsAgentsThatJoinAndWhatTheySayOfThemselves() throws InterruptedException {
        var arm = PlacementConstraint.newBuilder()
                .setSubject(PlacementConstraint.Subject.ARCHITECTURE)
                .setNegated(true)
                .setValue("arm64");
        var everywhere = manifest("shop", 0).toBuilder();
        everywhere.getServicesBuilder(0).setGlobal(true).getPlacementBuilder().addConstraints(arm);
        var ignored = admission.apply(
                new Application("default", everywhere.build(), List.of(), Application.ANY, "alice", ""));
        await(() -> backends().size() == 2);

        join("a3");
        await(() -> backends().size() == 3 && ready() == 3);

        report("a3", AgentReportStatus.newBuilder().setPlatform("linux/arm64").build());
        await(() -> backends().size() == 2
                && backends().stream().noneMatch(backend -> backend.getAgent().equals("a3")));
    }

    private void report(String agent, AgentReportStatus report) {
        var object = store.get(Kinds.AGENT_REPORTS.key(ObjectKey.CLUSTER_SCOPE, agent), ReadAt.LATEST)
                .orElseThrow();
        var written = store.commit(Commit.of(new Write.UpdateStatus(
                object.key(), object.meta().uid(), Kinds.AGENT_REPORTS.status().encode(report))));
        assertThat(written.written()).isTrue();
    }

    private boolean told(String objectAndReason) {
        return toldMessages().stream().anyMatch(line -> line.startsWith(objectAndReason + ":"));
    }

    private List<String> toldMessages() {
        return events().stream()
                .map(event -> event.spec().getObject() + " " + event.spec().getReason() + ": "
                        + event.spec().getMessage())
                .toList();
    }

    private List<Resource<EventSpec, EventStatus>> events() {
        return store.list(Selection.of(Kinds.EVENTS.name()), ReadAt.LATEST).objects().stream()
                .map(Kinds.EVENTS::decode)
                .toList();
    }

    private int ready() {
        return deployment().status().getServicesList().stream()
                .mapToInt(service -> service.getReady())
                .sum();
    }

    /** Of the newest write but those by which the engine shows that it lives. */
    private long revision() {
        return store.list(Selection.EVERYTHING, ReadAt.LATEST).objects().stream()
                .filter(object -> !object.key().kind().startsWith("."))
                .mapToLong(object -> object.meta().revision())
                .max()
                .orElseThrow();
    }

    /** Every task that is wanted runs at once, every other ends at once. */
    private void obey() throws InterruptedException {
        try (var watch = store.watch(Selection.of(Kinds.TASKS.name()), 0)) {
            while (true) {
                var ignored = watch.next(Duration.ofMillis(100));
                tasks().stream().filter(task -> task.spec().hasAssignment()).forEach(this::obey);
            }
        }
    }

    private void obey(Resource<TaskSpec, TaskStatus> task) {
        boolean run = task.spec().getDesired() == TaskSpec.Desired.RUN;
        var status = TaskStatus.newBuilder()
                .setState(run ? TaskStatus.State.RUNNING : TaskStatus.State.EXITED)
                .setReady(run)
                .setAddress("10.192.0." + (2 + task.spec().getSlot()))
                .build();
        if (!status.equals(task.status())) {
            var ignored = store.commit(Commit.of(new Write.UpdateStatus(
                    task.key(), task.uid(), Kinds.TASKS.status().encode(status))));
        }
    }

    private void join(String name) {
        var key = Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, name);
        if (store.get(key, ReadAt.LATEST).isPresent()) {
            return;
        }
        var reportKey = Kinds.AGENT_REPORTS.key(ObjectKey.CLUSTER_SCOPE, name);
        var ignored = store.commit(Commit.of(
                new Write.Create(Draft.of(key, Kinds.AGENTS.spec().encode(AgentSpec.getDefaultInstance()))),
                new Write.Create(
                        Draft.of(reportKey, Kinds.AGENT_REPORTS.spec().encode(AgentReportSpec.getDefaultInstance())))));
        var report = AgentReportStatus.newBuilder()
                .setCapacity(ResourceAmounts.newBuilder().setCpuMilli(4_000).setMemoryBytes(8L << 30))
                .build();
        var object = store.get(reportKey, ReadAt.LATEST).orElseThrow();
        var written = store.commit(Commit.of(new Write.UpdateStatus(
                reportKey, object.meta().uid(), Kinds.AGENT_REPORTS.status().encode(report))));
        assertThat(written.written()).isTrue();
        judge(name, AgentStatus.State.READY);
    }

    private void judge(String name, AgentStatus.State state) {
        var agent = store.get(Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, name), ReadAt.LATEST)
                .orElseThrow();
        var status = AgentStatus.newBuilder().setState(state).build();
        var written = store.commit(Commit.of(new Write.UpdateStatus(
                agent.key(), agent.meta().uid(), Kinds.AGENTS.status().encode(status))));
        assertThat(written.written()).isTrue();
    }

    private static Application app(int replicas) {
        return new Application("default", manifest("shop", replicas), List.of(), Application.ANY, "alice", "");
    }

    private static Manifest manifest(String name, int replicas) {
        return Manifest.newBuilder()
                .setName(name)
                .addServices(ServiceManifest.newBuilder()
                        .setName("web")
                        .setImage("web:1")
                        .setReplicas(replicas)
                        .addPorts(PortMapping.newBuilder()
                                .setPublished(8080)
                                .setTarget(80)
                                .setProtocol(Protocol.TCP)))
                .build();
    }

    private Resource<dev.banyan.api.v1.DeploymentSpec, dev.banyan.api.v1.DeploymentStatus> deployment() {
        return Kinds.DEPLOYMENTS.decode(store.get(Kinds.DEPLOYMENTS.key("default", "shop"), ReadAt.LATEST)
                .orElseThrow());
    }

    private List<Resource<TaskSpec, TaskStatus>> tasks() {
        return store.list(Selection.of(Kinds.TASKS.name()), ReadAt.LATEST).objects().stream()
                .map(Kinds.TASKS::decode)
                .toList();
    }

    private List<dev.banyan.api.v1.Backend> backends() {
        return store.get(Kinds.ENDPOINTS.key("default", "shop.web"), ReadAt.LATEST)
                .map(object -> Kinds.ENDPOINTS.decode(object).spec())
                .orElse(EndpointsSpec.getDefaultInstance())
                .getBackendsList();
    }

    private int count(String kind) {
        return store.list(Selection.of(kind), ReadAt.LATEST).objects().size();
    }

    private int reserved() {
        return store.list(Selection.of(Kinds.ALLOCATIONS.name()), ReadAt.LATEST).objects().stream()
                .mapToInt(object -> Kinds.ALLOCATIONS.decode(object).spec().getReservationsCount())
                .sum();
    }

    /** Looks again after every change of the store. */
    private void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = env.time().nanos() + PATIENCE.toNanos();
        try (var watch = store.watch(Selection.EVERYTHING, 0)) {
            while (!condition.getAsBoolean()) {
                assertThat(env.time().nanos()).as("waited for %s", PATIENCE).isLessThan(deadline);
                var ignored = watch.next(Duration.ofMillis(100));
            }
        }
    }
}
