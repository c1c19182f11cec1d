package dev.banyan.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.AllocationSpec;
import dev.banyan.api.v1.Assignment;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.KindDefinitionSpec;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.Reservation;
import dev.banyan.api.v1.ResourceAmounts;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.engine.definition.DefinitionReconciler;
import dev.banyan.engine.deployment.DeploymentNews;
import dev.banyan.engine.deployment.DeploymentReconciler;
import dev.banyan.engine.deployment.DeploymentSource;
import dev.banyan.engine.endpoints.EndpointsNews;
import dev.banyan.engine.endpoints.EndpointsReconciler;
import dev.banyan.engine.endpoints.EndpointsSource;
import dev.banyan.engine.planning.Finalizers;
import dev.banyan.engine.scheduling.ReleaseReconciler;
import dev.banyan.engine.scheduling.SchedulingNews;
import dev.banyan.engine.scheduling.SchedulingReconciler;
import dev.banyan.engine.scheduling.SchedulingSource;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.controller.Reconciler;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.ControllerHarness;
import dev.banyan.runtime.simulation.IdempotenceCheck;
import dev.banyan.runtime.store.Draft;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Each reconciler of the engine may die at any of its commits and be run again at any time. */
class IdempotenceTest {
    private static final ObjectKey SHOP = Kinds.DEPLOYMENTS.key("default", "shop");
    private static final ObjectKey AGENT = Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, "a1");
    private static final ResourceAmounts SMALL =
            ResourceAmounts.newBuilder().setMemoryBytes(64L << 20).build();

    @Test
    void creatingTheTasksOfAnApp() {
        // More than one commit's worth.
        assertThat(check(
                        world -> {
                            app(world, 1, service("web", 40), service("db", 1));
                            address(world, "web");
                            address(world, "db");
                        },
                        IdempotenceTest::deployment))
                .isGreaterThan(2 * 2 + 20);
    }

    @Test
    void replacingTheTasksOfAnOlderRelease() {
        assertThat(check(
                        world -> {
                            app(world, 2, service("web", 2));
                            address(world, "web");
                            task(world, "web", 1, 0, TaskStatus.State.RUNNING);
                            task(world, "web", 1, 1, TaskStatus.State.FAILED);
                            task(world, "cron", 1, 0, TaskStatus.State.RUNNING);
                        },
                        IdempotenceTest::deployment))
                .isPositive();
    }

    @Test
    void removingAnAppWhoseTasksHaveEnded() {
        assertThat(check(
                        world -> {
                            app(world, 1, service("web", 2));
                            task(world, "web", 1, 0, TaskStatus.State.EXITED);
                            task(world, "web", 1, 1, TaskStatus.State.FAILED);
                            world.givenDeletion(SHOP);
                        },
                        IdempotenceTest::deployment))
                .isPositive();
    }

    @Test
    void givingAddressesToTheServicesOfAnApp() {
        assertThat(check(
                        world -> app(world, 1, service("web", 1), service("db", 1), service("cache", 1)),
                        IdempotenceTest::endpoints))
                .isGreaterThan(2 * 3);
    }

    @Test
    void takingAwayTheServicesThatARemovedReleaseHad() {
        assertThat(check(
                        world -> {
                            app(world, 1, service("web", 1), service("db", 1));
                            var settled = world.settle(endpoints(world), SHOP);
                            assertThat(settled.failure()).isEmpty();
                            agent(world);
                            ready(world, "web");
                            app(world, 2, service("web", 1), service("cache", 1));
                        },
                        IdempotenceTest::endpoints))
                .isPositive();
    }

    @Test
    void assigningTasksToServers() {
        assertThat(check(
                        world -> {
                            app(world, 1, service("web", 40));
                            agent(world);
                            for (int slot = 0; slot < 40; slot++) {
                                task(world, "web", 1, slot, TaskStatus.State.STATE_UNSPECIFIED);
                            }
                        },
                        IdempotenceTest::scheduling,
                        true))
                .isGreaterThan(2 * 2);
    }

    @Test
    void releasingWhatEndedTasksHadReserved() {
        var allocation = Kinds.ALLOCATIONS.key(ObjectKey.CLUSTER_SCOPE, "a1");
        int states = IdempotenceCheck.of(
                        allocation,
                        world -> {
                            app(world, 1, service("web", 2));
                            agent(world);
                            var reservations = AllocationSpec.newBuilder().putReservations("of nobody", reservation());
                            for (int slot = 0; slot < 2; slot++) {
                                var state = slot == 0 ? TaskStatus.State.EXITED : TaskStatus.State.STOPPING;
                                reservations.putReservations(task(world, "web", 1, slot, state), reservation());
                            }
                            world.given(Kinds.ALLOCATIONS, allocation, reservations.build());
                        },
                        world -> new ReleaseReconciler(world.store(), source(world)))
                .run();

        assertThat(states).isPositive();
    }

    @Test
    void removingAKindWithAllItsObjects() {
        var kind = Kinds.DEFINITIONS.key(ObjectKey.CLUSTER_SCOPE, "zones.example.org");
        int states = IdempotenceCheck.of(
                        kind,
                        world -> {
                            world.given(
                                    Kinds.DEFINITIONS,
                                    kind,
                                    KindDefinitionSpec.newBuilder()
                                            .setRemoval(KindDefinitionSpec.Removal.WITH_OBJECTS)
                                            .build());
                            var bytes = Kinds.DEFINITIONS.undecoded();
                            var zones = new Kind<>(kind.name(), Kind.Scope.NAMESPACED, bytes.spec(), bytes.status());
                            for (int i = 0; i < 150; i++) {
                                var key = zones.key("default", "z" + i);
                                world.given(zones, Draft.of(key, Bytes.utf8("zone")));
                            }
                        },
                        world -> new DefinitionReconciler(world.store()))
                .run();

        assertThat(states).isGreaterThan(2 * 2);
    }

    private static int check(Consumer<ControllerHarness> given, Function<ControllerHarness, Reconciler> made) {
        return check(given, made, false);
    }

    private static int check(
            Consumer<ControllerHarness> given, Function<ControllerHarness, Reconciler> made, boolean inSteps) {
        var check = IdempotenceCheck.of(SHOP, given, made);
        return (inSteps ? check.inSteps() : check).run();
    }

    private static Reconciler deployment(ControllerHarness world) {
        var source = new DeploymentSource(
                world.lister(Kinds.DEPLOYMENTS),
                world.lister(Kinds.RELEASES),
                world.lister(
                        Kinds.TASKS,
                        tasks -> tasks.index(DeploymentSource.BY_DEPLOYMENT, DeploymentSource::deploymentOf)),
                world.lister(
                        Kinds.SERVICES,
                        services -> services.index(DeploymentSource.BY_DEPLOYMENT, DeploymentSource::deploymentOf)),
                world.lister(Kinds.AGENTS),
                world.lister(Kinds.AGENT_REPORTS),
                world.lister(Kinds.ALLOCATIONS),
                world.lister(Kinds.VOLUMES));
        return new DeploymentReconciler(world.store(), source, new DeploymentNews(events(world)));
    }

    private static Reconciler endpoints(ControllerHarness world) {
        var source = new EndpointsSource(
                world.lister(Kinds.DEPLOYMENTS),
                world.lister(Kinds.RELEASES),
                world.lister(
                        Kinds.TASKS,
                        tasks -> tasks.index(EndpointsSource.BY_DEPLOYMENT, DeploymentSource::deploymentOf)),
                world.lister(
                        Kinds.SERVICES,
                        services -> services.index(EndpointsSource.BY_DEPLOYMENT, DeploymentSource::deploymentOf)),
                world.lister(Kinds.ENDPOINTS),
                world.lister(Kinds.AGENTS));
        return new EndpointsReconciler(world.store(), source, new EndpointsNews(events(world)));
    }

    private static Reconciler scheduling(ControllerHarness world) {
        return new SchedulingReconciler(world.store(), source(world), new SchedulingNews(events(world)));
    }

    private static SchedulingSource source(ControllerHarness world) {
        return new SchedulingSource(
                world.lister(Kinds.TASKS, tasks -> tasks.index(SchedulingSource.PENDING, SchedulingSource::pendingOf)
                        .index(ReleaseReconciler.BY_UID, task -> List.of(task.uid()))),
                world.lister(Kinds.AGENTS),
                world.lister(Kinds.AGENT_REPORTS),
                world.lister(Kinds.ALLOCATIONS),
                world.lister(Kinds.VOLUMES));
    }

    private static EventRecorder events(ControllerHarness world) {
        return new EventRecorder(world.env(), recorded -> {});
    }

    private static void app(ControllerHarness world, long release, ServiceManifest... services) {
        var spec =
                DeploymentSpec.newBuilder().setName("shop").setRelease(release).build();
        var deployment = world.given(
                Kinds.DEPLOYMENTS,
                Draft.of(SHOP, Kinds.DEPLOYMENTS.spec().encode(spec)).finalizedBy(List.of(Finalizers.TASKS)));
        var content = ReleaseSpec.newBuilder()
                .setDeployment("shop")
                .setNumber(release)
                .setManifest(Manifest.newBuilder().setName("shop").addAllServices(List.of(services)));
        for (var service : services) {
            content.putImages(service.getName(), "registry.banyan/" + service.getName() + "@sha256:" + release);
        }
        world.given(
                Kinds.RELEASES,
                Draft.of(
                                Kinds.RELEASES.key("default", "shop." + release),
                                Kinds.RELEASES.spec().encode(content.build()))
                        .ownedBy(deployment.asOwner()));
    }

    private static ServiceManifest service(String name, int replicas) {
        return World.service(name).toBuilder()
                .setReplicas(replicas)
                .setReservations(SMALL)
                .build();
    }

    private static void address(ControllerHarness world, String service) {
        var spec = ServiceSpec.newBuilder()
                .setDeployment("shop")
                .setService(service)
                .setVirtualAddress("10.200.0." + service.length())
                .build();
        var key = Kinds.SERVICES.key("default", "shop." + service);
        world.given(
                Kinds.SERVICES,
                Draft.of(key, Kinds.SERVICES.spec().encode(spec)).labelled(Map.of(Labels.DEPLOYMENT, "shop")));
    }

    private static void agent(ControllerHarness world) {
        world.given(Kinds.AGENTS, AGENT, AgentSpec.getDefaultInstance());
        world.givenStatus(
                Kinds.AGENTS,
                AGENT,
                AgentStatus.newBuilder().setState(AgentStatus.State.READY).build());
        var report = Kinds.AGENT_REPORTS.key(ObjectKey.CLUSTER_SCOPE, "a1");
        world.given(Kinds.AGENT_REPORTS, report, AgentReportSpec.getDefaultInstance());
        world.givenStatus(
                Kinds.AGENT_REPORTS,
                report,
                AgentReportStatus.newBuilder()
                        .setCapacity(
                                ResourceAmounts.newBuilder().setCpuMilli(8_000).setMemoryBytes(64L << 30))
                        .build());
    }

    /** Answers its uid. */
    private static String task(
            ControllerHarness world, String service, long release, int slot, TaskStatus.State state) {
        return task(world, service, release, slot, state, spec -> spec);
    }

    private static String task(
            ControllerHarness world,
            String service,
            long release,
            int slot,
            TaskStatus.State state,
            UnaryOperator<TaskSpec.Builder> more) {
        var key = Kinds.TASKS.key("default", "shop." + service + "." + release + "." + slot + ".0");
        var spec = more.apply(TaskSpec.newBuilder()
                        .setDeployment("shop")
                        .setService(service)
                        .setRelease(release)
                        .setSlot(slot)
                        .setDesired(TaskSpec.Desired.RUN)
                        .setReservations(SMALL))
                .build();
        var task = world.given(
                Kinds.TASKS,
                Draft.of(key, Kinds.TASKS.spec().encode(spec)).labelled(Map.of(Labels.DEPLOYMENT, "shop")));
        if (state != TaskStatus.State.STATE_UNSPECIFIED) {
            world.givenStatus(
                    Kinds.TASKS,
                    key,
                    TaskStatus.newBuilder()
                            .setState(state)
                            .setReady(state == TaskStatus.State.RUNNING)
                            .setAddress("10.20.0.7")
                            .build());
        }
        return task.uid();
    }

    private static void ready(ControllerHarness world, String service) {
        var uid = world.find(Kinds.AGENTS, AGENT).orElseThrow().uid();
        task(
                world,
                service,
                1,
                0,
                TaskStatus.State.RUNNING,
                spec -> spec.setAssignment(
                        Assignment.newBuilder().setAgent("a1").setAgentUid(uid)));
    }

    private static Reservation reservation() {
        return Reservation.newBuilder().setAmounts(SMALL).build();
    }
}
