package dev.banyan.engine.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.Balancing;
import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.HostEntry;
import dev.banyan.api.v1.HostNamespace;
import dev.banyan.api.v1.Link;
import dev.banyan.api.v1.NameLookup;
import dev.banyan.api.v1.PortAccess;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.Powers;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.TaskSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the settings of services mean for their tasks. */
class WantedSettingsTest {
    private static final DeploymentSpec SHOP =
            DeploymentSpec.newBuilder().setName("shop").setRelease(1).build();
    private static final Map<String, String> ADDRESSES = Map.of("web", "10.200.0.1", "db", "10.200.0.2");

    @Test
    void travelWholeToTheTask() {
        var settings = ContainerSettings.newBuilder()
                .setUser("app")
                .putLabels("team", "shop")
                .setHostname("front")
                .setStopGraceMs(500)
                .build();

        var wanted = wanted(settings);

        assertThat(wanted.getContainer().getSettings()).isEqualTo(settings);
        assertThat(wanted.getContainer().getStopGraceMs()).isEqualTo(500);
    }

    @Test
    void aServiceWithoutThemIsAsItWasBeforeTheyWere() {
        var wanted = wanted(ContainerSettings.getDefaultInstance());

        assertThat(wanted.getContainer().hasSettings()).isFalse();
        assertThat(wanted.getContainer().getStopGraceMs()).isEqualTo(10_000);
        assertThat(WantedTasks.same(wanted, placed(wanted))).isTrue();
    }

    @Test
    void aChangeReplacesTheTask() {
        var before = wanted(ContainerSettings.newBuilder().setUser("app").build());
        var after = wanted(ContainerSettings.newBuilder().setUser("app:staff").build());

        assertThat(WantedTasks.same(after, placed(before))).isFalse();
        assertThat(WantedTasks.same(before, placed(before))).isTrue();
        assertThat(WantedTasks.same(wanted(ContainerSettings.getDefaultInstance()), placed(before)))
                .isFalse();
    }

    @Test
    void whatConcernsNoContainerReplacesNone() {
        var wanted =
                wanted(ContainerSettings.newBuilder().setContainerName("web").build());

        assertThat(wanted.getContainer().hasSettings()).isFalse();
        assertThat(WantedTasks.same(wanted, placed(wanted(ContainerSettings.getDefaultInstance()))))
                .isTrue();
    }

    @Test
    void theNameOfAContainerIsAnotherNameOfItsService() {
        var db = service("db", ContainerSettings.newBuilder().setContainerName("shop-db"));
        var web = service("web", ContainerSettings.newBuilder());

        assertThat(hosts(web, db)).containsExactly("db=10.200.0.2", "shop-db=10.200.0.2", "web=10.200.0.1");
    }

    @Test
    void aLinkIsAnotherNameForOneServiceAlone() {
        var web = service(
                "web",
                ContainerSettings.newBuilder()
                        .addLinks(Link.newBuilder().setService("db").setAlias("database"))
                        .addLinks(Link.newBuilder().setService("db").setAlias("db")));
        var db = service("db", ContainerSettings.newBuilder());

        assertThat(hosts(web, db)).containsExactly("database=10.200.0.2", "db=10.200.0.2", "web=10.200.0.1");
        assertThat(hosts(db, web)).containsExactly("db=10.200.0.2", "web=10.200.0.1");
    }

    @Test
    void aNameWithoutAnAddressIsNotKnownYet() {
        var web = service(
                "web",
                ContainerSettings.newBuilder()
                        .addLinks(Link.newBuilder().setService("mail").setAlias("post")));
        var mail = service("mail", ContainerSettings.newBuilder().setContainerName("post-office"));

        assertThat(hosts(web, mail)).containsExactly("web=10.200.0.1");
    }

    @Test
    void tasksLookUpNamesAndStayWhenThereAreMore() {
        var web = service("web", ContainerSettings.newBuilder());
        var db = service("db", ContainerSettings.newBuilder());
        var before = task(web);

        assertThat(before.getContainer().getNamesServed()).isTrue();
        assertThat(WantedTasks.same(task(web, db), placed(before))).isTrue();
    }

    @Test
    void tasksFromBeforeNamesWereServedStayUntilTheyLackOne() {
        var web = service("web", ContainerSettings.newBuilder());
        var db = service("db", ContainerSettings.newBuilder());
        var old = unserved(placed(task(web)));

        assertThat(WantedTasks.same(task(web), old)).isTrue();
        assertThat(WantedTasks.same(task(web, db), old)).isFalse();
        assertThat(WantedTasks.same(task(web), unserved(placed(task(web, db))))).isTrue();
    }

    @Test
    void aLinkThatLeadsElsewhereReplacesTheTask() {
        var web = service(
                "web",
                ContainerSettings.newBuilder()
                        .addLinks(Link.newBuilder().setService("db").setAlias("database")));
        var db = service("db", ContainerSettings.newBuilder());
        var release = Fixture.release(1, web, db);
        var before = WantedTasks.of(SHOP, "shop", release, web, ADDRESSES);
        var moved = WantedTasks.of(SHOP, "shop", release, web, Map.of("web", "10.200.0.1", "db", "10.200.0.9"));
        var webMoved = WantedTasks.of(SHOP, "shop", release, web, Map.of("web", "10.200.0.5", "db", "10.200.0.2"));

        assertThat(WantedTasks.same(moved, placed(before))).isFalse();
        assertThat(WantedTasks.same(webMoved, placed(before))).isTrue();
    }

    @Test
    void whoMayUseAPortIsNoReasonToReplaceATask() {
        var plain = PortMapping.newBuilder().setPublished(80).setTarget(80);
        var open = service("web", ContainerSettings.newBuilder()).toBuilder()
                .addPorts(plain)
                .build();
        var guarded = open.toBuilder()
                .setPorts(0, plain.clone().setAccess(PortAccess.newBuilder().addAllow("192.0.2.0/24")))
                .setBalancing(Balancing.newBuilder().setAffinityMs(60_000))
                .build();
        var host = open.toBuilder()
                .setPorts(0, plain.clone().setAccess(PortAccess.newBuilder().setHost(true)))
                .build();

        assertThat(WantedTasks.same(task(guarded), placed(task(open)))).isTrue();
        assertThat(WantedTasks.same(task(host), placed(task(open)))).isFalse();
    }

    @Test
    void aServiceThatIsFoundByItsReplicasIsInNoHostsFile() {
        var web = service("web", ContainerSettings.newBuilder());
        var db = service("db", ContainerSettings.newBuilder()).toBuilder()
                .setBalancing(Balancing.newBuilder().setReplicasByName(true))
                .build();

        assertThat(hosts(web, db)).containsExactly("web=10.200.0.1");
    }

    @Test
    void aServiceOnItsServersNetworkIsInNoHostsFile() {
        var web = service("web", ContainerSettings.newBuilder());
        var db = service(
                "db",
                ContainerSettings.newBuilder().setPowers(Powers.newBuilder().addHostNamespaces(HostNamespace.NETWORK)));

        assertThat(hosts(web, db)).containsExactly("web=10.200.0.1");
    }

    @Test
    void lookingUpInAnotherWayReplacesTheTask() {
        var settings = ContainerSettings.newBuilder()
                .setNameLookup(NameLookup.newBuilder().addServers("192.0.2.53"))
                .build();

        assertThat(WantedTasks.same(wanted(settings), placed(wanted(ContainerSettings.getDefaultInstance()))))
                .isFalse();
    }

    private static TaskSpec task(ServiceManifest of, ServiceManifest... others) {
        var services = java.util.stream.Stream.concat(java.util.stream.Stream.of(of), java.util.Arrays.stream(others))
                .toArray(ServiceManifest[]::new);
        return WantedTasks.of(SHOP, "shop", Fixture.release(1, services), of, ADDRESSES);
    }

    /** As an engine made it that knew no other way than the hosts file. */
    private static TaskSpec unserved(TaskSpec task) {
        return task.toBuilder()
                .setContainer(task.getContainer().toBuilder().clearNamesServed())
                .build();
    }

    private static List<String> hosts(ServiceManifest of, ServiceManifest other) {
        var task = WantedTasks.of(SHOP, "shop", Fixture.release(1, of, other), of, ADDRESSES);
        return task.getContainer().getHostsList().stream()
                .map((HostEntry host) -> host.getName() + "=" + host.getAddress())
                .toList();
    }

    private static TaskSpec wanted(ContainerSettings settings) {
        var service = service("web", settings.toBuilder());
        return WantedTasks.of(SHOP, "shop", Fixture.release(1, service), service, ADDRESSES);
    }

    /** As it is kept once it has a slot. */
    private static TaskSpec placed(TaskSpec wanted) {
        var container = wanted.getContainer().toBuilder().setHostname("web-0");
        return wanted.toBuilder().setContainer(container).build();
    }

    private static ServiceManifest service(String name, ContainerSettings.Builder settings) {
        var service = Fixture.service(name, 1).toBuilder();
        return settings.build().equals(ContainerSettings.getDefaultInstance())
                ? service.build()
                : service.setSettings(settings).build();
    }
}
