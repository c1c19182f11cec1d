package dev.banyan.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.events.EventLog;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.engine.admission.Admission;
import dev.banyan.engine.admission.Application;
import dev.banyan.engine.admission.ImageResolver.Resolution;
import dev.banyan.engine.admission.Verdict;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.election.Membership;
import dev.banyan.runtime.election.Shards;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.manager.ControllerManager;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The controllers of two engines over one store. There are no agents: an app is cared for once its task and service are made. */
class SharedControllersTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int APPS = 12;

    private final Env env = new SystemEnv();
    private final MemoryStore store = new MemoryStore(env);
    private final Admission admission = new Admission(
            store,
            image -> new Resolution.Resolved("registry.banyan/" + image + "@sha256:0"),
            (wish, refused) -> wish.manifest());
    private Running one;
    private Running two;

    private record Running(Shards shards, ControllerManager manager) {}

    @BeforeEach
    void start() throws InterruptedException {
        one = run("one");
        two = run("two");
        await(() -> owners().equals(List.of("one", "two")));
    }

    @AfterEach
    void stop() {
        one.manager().stop();
        two.manager().stop();
    }

    @Test
    void careForEveryAppTogether() throws InterruptedException {
        apply();

        await(this::allCaredFor);
        await(() -> apps().stream().allMatch(this::isAgreed)); // a slow one leaves the view for a while
    }

    @Test
    void takeOverFromOneThatStops() throws InterruptedException {
        one.manager().stop();

        apply();

        await(this::allCaredFor);
        assertThat(two.shards().owner("any")).contains("two");
    }

    private Running run(String name) {
        var membership = new Membership(store, env, name, Membership.TTL);
        var shards = new Shards(membership, store, env);
        var caches = new Caches(store, env);
        var events = new EventRecorder(env, EventLog.ofEngine(store, name));
        var all = new ArrayList<Component>(List.of(membership, shards, events));
        all.addAll(caches.components());
        all.addAll(new Controllers(caches, shards, membership.fenced(store), events, env).components());
        var manager = ControllerManager.of(all.toArray(Component[]::new));
        manager.start();
        return new Running(shards, manager);
    }

    private void apply() {
        for (int number = 0; number < APPS; number++) {
            var manifest = Manifest.newBuilder()
                    .setName("app-" + number)
                    .addServices(ServiceManifest.newBuilder()
                            .setName("web")
                            .setImage("web:1")
                            .setReplicas(1))
                    .build();
            var application = new Application("default", manifest, List.of(), Application.ANY, "alice", "");
            assertThat(admission.apply(application)).isInstanceOf(Verdict.Admitted.class);
        }
    }

    /** Who owns at least one of the apps, as both engines see it. */
    private List<String> owners() {
        var owners = new TreeSet<String>();
        for (int number = 0; number < APPS; number++) {
            var shard = Kinds.DEPLOYMENTS.key("default", "app-" + number).path();
            one.shards().owner(shard).ifPresent(owners::add);
            two.shards()
                    .owner(shard)
                    .filter(owner -> one.shards().owner(shard).equals(Optional.of(owner)))
                    .ifPresentOrElse(owners::add, () -> owners.add("not agreed"));
        }
        return List.copyOf(owners);
    }

    private boolean isAgreed(ObjectKey app) {
        var owner = one.shards().owner(app.path());
        return owner.isPresent() && owner.equals(two.shards().owner(app.path()));
    }

    private boolean allCaredFor() {
        return count(Kinds.TASKS.name()) == APPS && count(Kinds.ENDPOINTS.name()) == APPS;
    }

    private List<ObjectKey> apps() {
        return store.list(Selection.of(Kinds.DEPLOYMENTS.name()), ReadAt.LATEST).objects().stream()
                .map(object -> object.key())
                .toList();
    }

    private int count(String kind) {
        return store.list(Selection.of(kind), ReadAt.LATEST).objects().size();
    }

    private void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = env.time().nanos() + PATIENCE.toNanos();
        try (var watch = store.watch(Selection.EVERYTHING, 0)) {
            while (!condition.getAsBoolean()) {
                assertThat(env.time().nanos()).as("waited for %s", PATIENCE).isLessThan(deadline);
                var ignored = watch.next(Duration.ofMillis(50));
            }
        }
    }
}
