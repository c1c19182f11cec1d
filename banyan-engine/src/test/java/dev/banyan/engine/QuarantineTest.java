package dev.banyan.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.events.EventLog;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSessionSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.engine.admission.Admission;
import dev.banyan.engine.admission.Application;
import dev.banyan.engine.admission.ImageResolver.Resolution;
import dev.banyan.engine.admission.Verdict;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.election.Membership;
import dev.banyan.runtime.election.Shards;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.manager.ControllerManager;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * All controllers over a settled cluster in which one object turns into something that nobody can decode. The app {@code shop} has two
 * replicas on two agents; whatever is corrupt, not one object of the app is written, while another app is deployed beside it.
 */
class QuarantineTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Bytes GARBAGE = Bytes.utf8("\u0007 not what was written");

    private final World world = new World();
    private final Membership membership = new Membership(world.truth, World.ENV, "one", Membership.TTL);
    private final Shards shards = new Shards(membership, world.truth, World.ENV);
    private final Admission admission = new Admission(
            world.truth,
            image -> new Resolution.Resolved("registry.banyan/" + image + "@sha256:0"),
            (wish, refused) -> wish.manifest());
    private final Caches caches = new Caches(world.truth, World.ENV);
    private final EventRecorder events = new EventRecorder(World.ENV, EventLog.ofEngine(world.truth, "one"));
    private Optional<ControllerManager> manager = Optional.empty();

    @BeforeEach
    void settle() throws InterruptedException {
        world.agent("a1");
        world.agent("a2");
        var a1 = world.get(Kinds.AGENTS, "", "a1");
        world.create(
                Kinds.SESSIONS, Kinds.SESSIONS.key("", a1.uid()), AgentSessionSpec.getDefaultInstance(), a1.asOwner());
        app("shop", 2);
        var all = new ArrayList<Component>(List.of(membership, shards, events));
        all.addAll(caches.components());
        all.addAll(new Controllers(caches, shards, membership.fenced(world.truth), events, World.ENV).components());
        var running = ControllerManager.of(all.toArray(Component[]::new));
        manager = Optional.of(running);
        running.start();
        runs("shop", 2);
        await(() -> settled("shop", 2));
    }

    @AfterEach
    void stop() {
        manager.ifPresent(ControllerManager::stop);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "deployments/default/shop",
                "releases/default/shop.1",
                "tasks/default/shop.web.1.0.0",
                "services/default/shop.web",
                "endpoints/default/shop.web",
                "agents/-/a1",
                "agentreports/-/a1",
                "allocations/-/a1",
                ".sessions/-/SESSION",
                ".claims/-/CLAIM"
            })
    void nothingIsDecidedFromWhatCannotBeDecoded(String path) throws InterruptedException {
        var key = named(path);
        var before = ofShop();

        put(key, GARBAGE);
        var other = restart("shop.web.1.1.0");
        app("blog", 1);
        runs("blog", 1);
        manager.ifPresent(ControllerManager::stop);

        var after = ofShop();
        for (var written : List.of(key, other)) {
            before.remove(written);
            after.remove(written);
        }
        assertThat(after).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "deployments/default/shop",
                "releases/default/shop.1",
                "tasks/default/shop.web.1.0.0",
                "services/default/shop.web",
                "endpoints/default/shop.web",
                "agents/-/a1",
                "agentreports/-/a1",
                "allocations/-/a1"
            })
    void itIsToldAndHealsWhenTheObjectIsRepaired(String path) throws InterruptedException {
        var key = named(path);
        var good = object(key);
        put(key, GARBAGE);

        await(() -> !quarantine().ready());
        assertThat(quarantine().detail())
                .contains(path)
                .contains("nothing is decided")
                .contains("correct or delete");
        await(() -> world.list(Kinds.EVENTS).stream()
                .anyMatch(event -> event.spec().getObject().equals(path)
                        && event.spec().getReason().equals("Undecodable")));

        put(key, good.spec());
        await(() -> quarantine().ready());
        assertThat(admission.scale("default", "shop", Map.of("web", 3))).isInstanceOf(Verdict.Admitted.class);
        runs("shop", 3);
        await(() -> settled("shop", 3));
    }

    @Test
    void aCorruptStatusIsAsBadAsACorruptSpec() throws InterruptedException {
        var key = named("agents/-/a1");
        var before = ofShop();
        var uid = object(key).meta().uid();
        world.write(new Write.UpdateStatus(key, uid, GARBAGE));

        await(() -> !quarantine().ready());
        app("blog", 1);
        runs("blog", 1);

        assertThat(ofShop()).isEqualTo(before);
        assertThat(tasksOf("blog").getFirst().spec().getAssignment().getAgent()).isEqualTo("a2");
    }

    @Test
    void anAgentOfWhichNotAllCanBeReadGetsNoNewTask() throws InterruptedException {
        var key = named("allocations/-/a1");
        put(key, GARBAGE);
        await(() -> !quarantine().ready());

        app("blog", 3);
        runs("blog", 3);

        assertThat(tasksOf("blog"))
                .extracting(task -> task.spec().getAssignment().getAgent())
                .containsOnly("a2");
    }

    @Test
    void anAppWhoseTaskCannotBeDecodedIsNotGoneWhenItIsRemoved() throws InterruptedException {
        var task = named("tasks/default/shop.web.1.0.0");
        var good = object(task);
        put(task, GARBAGE);
        await(() -> !quarantine().ready());
        assertThat(admission.remove("default", "shop", List.of())).isInstanceOf(Verdict.Admitted.class);
        app("blog", 1);
        runs("blog", 1);

        assertThat(world.names(Kinds.DEPLOYMENTS)).contains("shop");
        put(task, good.spec());
        await(() -> tasksOf("shop").stream().allMatch(known -> known.spec().getDesired() == TaskSpec.Desired.STOP));
    }

    /** Makes every controller look at the app: a task that says something new. */
    private ObjectKey restart(String task) {
        var key = Kinds.TASKS.key("default", task);
        var known = world.get(Kinds.TASKS, "default", task);
        world.report(Kinds.TASKS, key, known.status().toBuilder().setAttempt(7).build());
        return key;
    }

    private void app(String name, int replicas) {
        var manifest = Manifest.newBuilder()
                .setName(name)
                .addServices(World.service("web").toBuilder().setReplicas(replicas))
                .build();
        var application = new Application("default", manifest, List.of(), Application.ANY, "alice", "");
        assertThat(admission.apply(application)).isInstanceOf(Verdict.Admitted.class);
    }

    private Health quarantine() {
        return manager.orElseThrow().healths().getOrDefault("quarantine", Health.notReady("no such part"));
    }

    private ObjectKey named(String path) {
        var parts = path.split("/", -1);
        var name =
                switch (parts[2]) {
                    case "SESSION" -> world.get(Kinds.AGENTS, "", "a1").uid();
                    case "CLAIM" -> world.names(Kinds.CLAIMS).getFirst();
                    default -> parts[2];
                };
        return new ObjectKey(parts[0], parts[1], name);
    }

    private StoredObject object(ObjectKey key) {
        return world.truth.get(key, ReadAt.LATEST).orElseThrow();
    }

    /** Others write meanwhile what they own. */
    private void put(ObjectKey key, Bytes wanted) {
        for (int attempt = 0; attempt < 10; attempt++) {
            var base = object(key);
            var update = new Write.Update(base, Draft.from(base).withSpec(wanted));
            if (world.truth.commit(Commit.of(update)).written()) {
                return;
            }
        }
        throw new AssertionError(key + " changes all the time");
    }

    /** Revision by key of everything that is the app's. */
    private Map<ObjectKey, Long> ofShop() {
        var revisions = new TreeMap<ObjectKey, Long>();
        for (var object : world.truth.list(Selection.EVERYTHING, ReadAt.LATEST).objects()) {
            var key = object.key();
            boolean ours = key.name().equals("shop") || key.name().startsWith("shop.");
            if (ours && !key.kind().equals(Kinds.EVENTS.name())) {
                revisions.put(key, object.meta().revision());
            }
        }
        return revisions;
    }

    private List<Resource<TaskSpec, TaskStatus>> tasksOf(String app) {
        return caches.tasks.lister().list().stream()
                .filter(task -> task.spec().getDeployment().equals(app))
                .toList();
    }

    /** The agents do at once what they are told. */
    private void runs(String app, int replicas) throws InterruptedException {
        await(() -> {
            var tasks = tasksOf(app).stream()
                    .filter(task -> task.spec().hasAssignment())
                    .toList();
            for (var task : tasks) {
                if (task.status().getState() != TaskStatus.State.RUNNING) {
                    world.truth.commit(Commit.of(new Write.UpdateStatus(
                            task.key(),
                            task.uid(),
                            Kinds.TASKS
                                    .status()
                                    .encode(TaskStatus.newBuilder()
                                            .setState(TaskStatus.State.RUNNING)
                                            .setReady(true)
                                            .setAddress("10.192.0."
                                                    + (2 + task.spec().getSlot()))
                                            .build()))));
                }
            }
            return tasks.size() >= replicas
                    && tasks.stream().allMatch(task -> task.status().getState() == TaskStatus.State.RUNNING);
        });
    }

    private boolean settled(String app, int replicas) {
        return world.list(Kinds.ENDPOINTS).stream()
                        .filter(endpoints -> endpoints.name().equals(app + ".web"))
                        .anyMatch(endpoints -> endpoints.spec().getBackendsCount() == replicas)
                && world.get(Kinds.DEPLOYMENTS, "default", app).status().getServicesList().stream()
                        .anyMatch(service -> service.getReady() == replicas)
                && world.get(Kinds.AGENTS, "", "a1").status().getState() == AgentStatus.State.READY;
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        var pause = World.ENV.signal();
        long end = World.ENV.time().nanos() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(World.ENV.time().nanos()).as("in time").isLessThan(end);
            pause.await(Duration.ofMillis(5));
        }
    }
}
