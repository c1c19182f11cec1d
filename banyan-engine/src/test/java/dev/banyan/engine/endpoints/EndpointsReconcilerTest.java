package dev.banyan.engine.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.Attachment;
import dev.banyan.api.v1.Backend;
import dev.banyan.api.v1.Balancing;
import dev.banyan.api.v1.ClaimSpec;
import dev.banyan.api.v1.Connections;
import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.NameLookup;
import dev.banyan.api.v1.PortAccess;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.engine.World;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EndpointsReconcilerTest {
    private static final ObjectKey SHOP = Kinds.DEPLOYMENTS.key("default", "shop");
    private static final String SERVICE_PATH = "services/default/shop.web";
    private static final ServiceManifest WEB = publishing("web", 8080);

    private final World world = new World();
    private final EndpointsReconciler endpoints =
            new EndpointsReconciler(world.store, source(world), new EndpointsNews(world.events));

    @BeforeEach
    void join() {
        world.agent("a1");
        world.agent("a2");
    }

    @Test
    void givesEachServiceAnAddressThatNobodyElseCanClaim() {
        world.app("shop", WEB, World.service("db"));

        assertThat(reconcile()).isInstanceOf(Result.Await.class);

        var web = world.get(Kinds.SERVICES, "default", "shop.web");
        assertThat(web.spec().getVirtualAddress()).isEqualTo(AddressRange.VIRTUAL.candidate(SERVICE_PATH, 0));
        assertThat(web.spec().getPortsList()).isEqualTo(WEB.getPortsList());
        assertThat(web.meta().labels()).containsEntry(Labels.DEPLOYMENT, "shop").containsEntry(Labels.SERVICE, "web");
        var owner = world.get(Kinds.DEPLOYMENTS, "default", "shop").asOwner();
        assertThat(web.meta().owners()).containsExactly(owner);
        var claim = world.get(Kinds.CLAIMS, "", "vip." + web.spec().getVirtualAddress());
        assertThat(claim.spec().getHolder()).isEqualTo(SERVICE_PATH);
        assertThat(claim.meta().owners()).containsExactly(owner);
        assertThat(world.names(Kinds.ENDPOINTS)).containsExactly("shop.db", "shop.web");
        assertThat(world.told())
                .contains(SERVICE_PATH + " AddressAssigned: " + web.spec().getVirtualAddress());
    }

    @Test
    void changesNothingTheSecondTime() {
        world.app("shop", WEB);
        reconcile();
        long revision = world.revision();

        assertThat(reconcile()).isEqualTo(Result.done());

        assertThat(world.revision()).isEqualTo(revision);
    }

    @Test
    void takesTheNextAddressWhereOneIsTaken() {
        world.app("shop", WEB);
        claimAddresses(3);

        reconcile();

        assertThat(world.get(Kinds.SERVICES, "default", "shop.web").spec().getVirtualAddress())
                .isEqualTo(AddressRange.VIRTUAL.candidate(SERVICE_PATH, 3));
    }

    @Test
    void saysThatItFoundNoAddress() {
        world.app("shop", WEB);
        claimAddresses(64);

        assertThat(reconcile()).isInstanceOf(Result.RequeueAfter.class);

        assertThat(world.names(Kinds.SERVICES)).isEmpty();
        assertThat(world.told()).containsExactly(SERVICE_PATH + " NoAddress: 64 addresses in a row are taken");
    }

    @Test
    void createsNothingForAnAppThatWasRemovedAndDeployedAgainMeanwhile() {
        world.app("shop", WEB);
        world.store.beforeNextCommit(() -> {
            world.delete(SHOP);
            world.delete(Kinds.RELEASES.key("default", "shop.1"));
            world.app("shop", WEB);
        });

        assertThat(reconcile()).isNotEqualTo(Result.done());

        assertThat(world.names(Kinds.SERVICES)).isEmpty();
        assertThat(world.names(Kinds.CLAIMS)).isEmpty();
    }

    @Test
    void sendsTrafficToReadyTasksOnAgentsThatAreHeard() {
        world.app("shop", WEB);
        reconcile();
        world.runningTask("shop.web.1.0.0", "a1", "10.192.0.2");
        world.runningTask("shop.web.1.1.0", "a2", "10.192.1.2");
        world.runningTask("shop.other.1.0.0", "a2", "10.192.1.3");
        status(world.task("shop.web.1.2.0", "a1"), TaskStatus.State.RUNNING, false, "10.192.0.3");
        status(world.task("shop.web.1.3.0", "a1"), TaskStatus.State.STARTING, true, "10.192.0.4");
        status(world.task("shop.web.1.4.0", "a1"), TaskStatus.State.RUNNING, true, "");
        status(
                world.task("shop.web.1.5.0", "a1", spec -> spec.setDesired(TaskSpec.Desired.STOP)),
                TaskStatus.State.RUNNING,
                true,
                "10.192.0.6");

        assertThat(reconcile()).isEqualTo(Result.done());

        assertThat(backends()).extracting(Backend::getAddress).containsExactly("10.192.0.2", "10.192.1.2");
        assertThat(backends().getFirst().getTaskUid())
                .isEqualTo(world.get(Kinds.TASKS, "default", "shop.web.1.0.0").uid());
        assertThat(world.told()).contains("endpoints/default/shop.web Serving: a replica receives traffic");
        assertThat(silent()).containsExactly("10.192.0.3", "10.192.0.4", "10.192.0.6");
    }

    private List<String> silent() {
        return world.get(Kinds.ENDPOINTS, "default", "shop.web").spec().getSilentList().stream()
                .map(Backend::getAddress)
                .toList();
    }

    @Test
    void namesWhoSendsAsLongAsItMayBeThere() {
        world.app("shop", WEB);
        reconcile();
        world.runningTask("shop.web.1.0.0", "a1", "10.192.0.2");
        status(world.task("shop.web.1.1.0", "a1"), TaskStatus.State.STOPPING, false, "10.192.0.3");
        status(world.task("shop.web.1.2.0", "a1"), TaskStatus.State.EXITED, false, "10.192.0.4");
        world.judge("a1", AgentStatus.State.LOST);
        reconcile();

        assertThat(backends()).isEmpty();
        assertThat(silent()).containsExactly("10.192.0.2", "10.192.0.3");
    }

    @Test
    void servicesSayWhomTheyReach() {
        var connections = Connections.newBuilder()
                .addNetworks(Attachment.newBuilder().setNetwork("back"))
                .build();
        world.app("shop", WEB.toBuilder().setConnections(connections).build());
        reconcile();

        var spec = world.get(Kinds.SERVICES, "default", "shop.web").spec();
        assertThat(spec.getConnections()).isEqualTo(connections);
    }

    @Test
    void takesTrafficOffAnAgentThatFellSilentOrIsGone() {
        world.app("shop", WEB);
        reconcile();
        world.runningTask("shop.web.1.0.0", "a1", "10.192.0.2");
        world.runningTask("shop.web.1.1.0", "a2", "10.192.1.2");
        reconcile();

        world.judge("a1", AgentStatus.State.SUSPECT);
        reconcile();
        assertThat(backends()).extracting(Backend::getAgent).containsExactly("a2");

        world.delete(Kinds.AGENTS.key("", "a2"));
        reconcile();
        assertThat(backends()).isEmpty();

        world.judge("a1", AgentStatus.State.READY);
        reconcile();
        assertThat(backends()).extracting(Backend::getAgent).containsExactly("a1");
        assertThat(world.told())
                .contains(
                        "endpoints/default/shop.web Serving: a replica receives traffic",
                        "endpoints/default/shop.web NotServing: no replica may receive traffic");
    }

    @Test
    void publishesWhatTheWantedReleaseSays() {
        world.app("shop", WEB);
        reconcile();
        var address = world.get(Kinds.SERVICES, "default", "shop.web").spec().getVirtualAddress();

        world.release("shop", 2, publishing("web", 9090));
        reconcile();

        var service = world.get(Kinds.SERVICES, "default", "shop.web").spec();
        assertThat(service.getPorts(0).getPublished()).isEqualTo(9090);
        assertThat(service.getVirtualAddress()).isEqualTo(address);
    }

    @Test
    void tellsByWhichNamesAServiceIsFoundAndWhomItsContainersAsk() {
        world.app("shop", WEB);
        reconcile();
        assertThat(world.get(Kinds.SERVICES, "default", "shop.web").spec().getAliasesList())
                .isEmpty();

        var named = publishing("web", 8080).toBuilder()
                .setSettings(ContainerSettings.newBuilder()
                        .setContainerName("the-web")
                        .setNameLookup(NameLookup.newBuilder().addServers("192.0.2.53")))
                .build();
        world.release("shop", 2, named);
        reconcile();

        var service = world.get(Kinds.SERVICES, "default", "shop.web").spec();
        assertThat(service.getAliasesList()).containsExactly("the-web");
        assertThat(service.getNameServersList()).containsExactly("192.0.2.53");
    }

    @Test
    void keepsPortsThatNotEverybodyMayUseFromAgentsThatWouldOpenThem() {
        var access = PortAccess.newBuilder().addAllow("192.0.2.0/24");
        var guarded =
                WEB.getPorts(0).toBuilder().setPublished(9090).setAccess(access).build();
        var dual = guarded.toBuilder()
                .setPublished(9091)
                .setAccess(access.clone().addAllow("2001:db8::/32"))
                .build();
        var web = WEB.toBuilder()
                .addPorts(guarded)
                .addPorts(dual)
                .setBalancing(Balancing.newBuilder().setAffinityMs(60_000))
                .build();
        world.app("shop", web);
        reconcile();

        var service = world.get(Kinds.SERVICES, "default", "shop.web").spec();
        assertThat(service.getPortsList()).isEqualTo(WEB.getPortsList());
        assertThat(service.getGuardedPortsList()).containsExactly(guarded);
        assertThat(service.getDualPortsList()).containsExactly(dual);
        assertThat(service.getBalancing()).isEqualTo(web.getBalancing());

        world.runningTask("shop.web.1.0.0", "a1", "10.192.0.2");
        world.release("shop", 2, World.service("www"));
        reconcile();
        reconcile();
        var left = world.get(Kinds.SERVICES, "default", "shop.web").spec();
        assertThat(left.getGuardedPortsList()).isEmpty();
        assertThat(left.getDualPortsList()).isEmpty();
    }

    @Test
    void aServiceThatLeftTheReleaseGivesItsPortsFreeAtOnceAndGoesWithItsLastTask() {
        world.app("shop", WEB);
        reconcile();
        var task = world.runningTask("shop.web.1.0.0", "a1", "10.192.0.2");
        reconcile();

        world.release("shop", 2, publishing("www", 8080));
        reconcile();
        reconcile();
        assertThat(world.get(Kinds.SERVICES, "default", "shop.web").spec().getPortsList())
                .isEmpty();
        assertThat(world.get(Kinds.SERVICES, "default", "shop.www")
                        .spec()
                        .getPorts(0)
                        .getPublished())
                .isEqualTo(8080);
        assertThat(backends()).hasSize(1);

        status(task, TaskStatus.State.EXITED, false, "");
        reconcile();
        assertThat(world.names(Kinds.SERVICES)).containsExactly("shop.www");
        assertThat(world.names(Kinds.ENDPOINTS)).containsExactly("shop.www");
        assertThat(world.names(Kinds.CLAIMS))
                .containsExactly("vip."
                        + world.get(Kinds.SERVICES, "default", "shop.www")
                                .spec()
                                .getVirtualAddress());
        assertThat(reconcile()).isEqualTo(Result.done());
    }

    @Test
    void takesTrafficOffAnAppThatIsBeingRemovedAndCreatesNothingMore() {
        world.app("shop", WEB);
        reconcile();
        var task = world.runningTask("shop.web.1.0.0", "a1", "10.192.0.2");
        reconcile();
        var base = world.truth.get(SHOP, ReadAt.LATEST).orElseThrow();
        world.write(new Write.Update(base, Draft.from(base).finalizedBy(List.of("test/hold"))));
        world.release("shop", 2, WEB, World.service("late"));
        world.delete(SHOP);

        world.update(Kinds.TASKS, task, spec -> spec.toBuilder()
                .setDesired(TaskSpec.Desired.STOP)
                .build());
        reconcile();

        assertThat(backends()).isEmpty();
        assertThat(world.names(Kinds.SERVICES)).containsExactly("shop.web");
        assertThat(world.told()).noneMatch(line -> line.contains("NotServing"));
    }

    @Test
    void leavesAnAppThatIsGoneToCollection() {
        assertThat(reconcile()).isEqualTo(Result.done());
        assertThat(world.store.commits()).isEmpty();
    }

    private Result reconcile() {
        return endpoints.reconcile(new Request(SHOP));
    }

    private List<Backend> backends() {
        return world.get(Kinds.ENDPOINTS, "default", "shop.web").spec().getBackendsList();
    }

    private void claimAddresses(int count) {
        for (int attempt = 0; attempt < count; attempt++) {
            var key = Kinds.CLAIMS.key("", "vip." + AddressRange.VIRTUAL.candidate(SERVICE_PATH, attempt));
            world.create(
                    Kinds.CLAIMS,
                    key,
                    ClaimSpec.newBuilder().setHolder("another").build());
        }
    }

    private void status(ObjectKey task, TaskStatus.State state, boolean ready, String address) {
        world.report(
                Kinds.TASKS,
                task,
                TaskStatus.newBuilder()
                        .setState(state)
                        .setReady(ready)
                        .setAddress(address)
                        .build());
    }

    private static ServiceManifest publishing(String name, int port) {
        return World.service(name).toBuilder()
                .addPorts(PortMapping.newBuilder().setPublished(port).setTarget(80))
                .build();
    }

    static EndpointsSource source(World world) {
        return new EndpointsSource(
                world.lister(Kinds.DEPLOYMENTS),
                world.lister(Kinds.RELEASES),
                world.lister(Kinds.TASKS, Map.of(EndpointsSource.BY_DEPLOYMENT, EndpointsReconcilerTest::app)),
                world.lister(Kinds.SERVICES, Map.of(EndpointsSource.BY_DEPLOYMENT, EndpointsReconcilerTest::app)),
                world.lister(Kinds.ENDPOINTS),
                world.lister(Kinds.AGENTS));
    }

    private static List<String> app(Resource<?, ?> resource) {
        var name = resource.meta().labels().getOrDefault(Labels.DEPLOYMENT, "none");
        return List.of(Kinds.DEPLOYMENTS.key("default", name).path());
    }
}
