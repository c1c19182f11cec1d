package dev.banyan.engine.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.Attachment;
import dev.banyan.api.v1.Balancing;
import dev.banyan.api.v1.Connections;
import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.Link;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.PortAccess;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.Protocol;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ports as whoever sends a manifest may ask for them. */
class PortsTest {
    private static final PortAccess.Builder HOST = PortAccess.newBuilder().setHost(true);
    private static final Balancing.Builder BY_NAME = Balancing.newBuilder().setReplicasByName(true);

    private static List<Violation> check(ServiceManifest.Builder... services) {
        var manifest = Manifest.newBuilder().setName("shop");
        for (var service : services) {
            manifest.addServices(service);
        }
        return ManifestRules.violations(manifest.build(), List.of());
    }

    private static ServiceManifest.Builder service(String name, PortAccess.Builder... ports) {
        var service =
                ServiceManifest.newBuilder().setName(name).setImage(name + ":1").setReplicas(1);
        for (var access : ports) {
            service.addPorts(PortMapping.newBuilder()
                    .setPublished(80)
                    .setTarget(80)
                    .setProtocol(Protocol.TCP)
                    .setAccess(access));
        }
        return service;
    }

    private static ServiceManifest.Builder dual(ServiceManifest.Builder service) {
        var network = Attachment.newBuilder().setNetwork("default").setIpv6(true);
        return service.setSettings(ContainerSettings.newBuilder().setIpv6(true))
                .setConnections(Connections.newBuilder().addNetworks(network));
    }

    private static PortAccess.Builder on(String address) {
        return PortAccess.newBuilder().setHostIp(address);
    }

    @Test
    void acceptsWhatAFileCanAskFor() {
        assertThat(check(service("a", HOST), service("b", HOST))).isEmpty();
        assertThat(check(service("a", on("127.0.0.1"), on("192.0.2.7")))).isEmpty();
        assertThat(check(service(
                        "a", PortAccess.newBuilder().addAllow("192.0.2.0/24").addAllow("198.51.100.7"))))
                .isEmpty();
        assertThat(check(dual(service("a", PortAccess.newBuilder().addAllow("2001:db8::/32")))))
                .isEmpty();
        assertThat(check(service("a", HOST).setBalancing(BY_NAME))).isEmpty();
        assertThat(check(service("a").setBalancing(Balancing.newBuilder().setAffinityMs(1_000))))
                .isEmpty();
    }

    @Test
    void refusesOnePortForTwoThatAreInEachOthersWay() {
        assertThat(check(service("a", HOST), service("b", on("127.0.0.1"))))
                .containsExactly(new Violation("services.b.ports[0]", "port 80 is published by service a too"));
        assertThat(check(service("a", HOST, HOST))).hasSize(1);
        assertThat(check(service("a", on("127.0.0.1")), service("b", on("192.0.2.7")), service("c", on("127.0.0.1"))))
                .containsExactly(new Violation("services.c.ports[0]", "port 80 is published by service a too"));
    }

    @Test
    void refusesAccessesThatNoFileCouldHold() {
        assertThat(check(service("a", on("10.200.0.7"))))
                .extracting(Violation::message)
                .containsExactly("'10.200.0.7' is for containers and services, and no address of a server");
        assertThat(check(service("a", PortAccess.newBuilder().addAllow("2001:db8::/32"))))
                .containsExactly(new Violation(
                        "services.a.ports[0]", "'2001:db8::/32' is of IPv6, which the service does not have"));
        assertThat(check(service("a", PortAccess.newBuilder().addAllow("everybody"))))
                .extracting(Violation::field)
                .containsExactly("services.a.ports[0]");
        var closed = service("a");
        closed.addPorts(
                PortMapping.newBuilder().setTarget(80).setProtocol(Protocol.TCP).setAccess(HOST));
        assertThat(check(closed))
                .extracting(Violation::message)
                .containsExactly("asks for an access to a port that is not published");
    }

    @Test
    void refusesAffinityThatTheKernelCannotCount() {
        for (long time : new long[] {-1, 999, 8L * 86_400_000}) {
            assertThat(check(service("a").setBalancing(Balancing.newBuilder().setAffinityMs(time))))
                    .extracting(Violation::field)
                    .containsExactly("services.a.x-banyan-affinity");
        }
    }

    @Test
    void refusesWhatNeedsAVirtualAddressWhereThereIsNone() {
        assertThat(check(service("a", PortAccess.newBuilder()).setBalancing(BY_NAME)))
                .extracting(Violation::message)
                .containsExactly("a service without a virtual address publishes ports in mode host alone");
        assertThat(check(service("a").setBalancing(BY_NAME.clone().setAffinityMs(1_000))))
                .extracting(Violation::field)
                .containsExactly("services.a.x-banyan-affinity");
        assertThat(check(service("a")
                        .setSettings(ContainerSettings.newBuilder().setNoNetwork(true))
                        .setConnections(Connections.getDefaultInstance())
                        .setBalancing(Balancing.newBuilder().setAffinityMs(1_000))))
                .extracting(Violation::field)
                .containsExactly("services.a.x-banyan-affinity");
        var linked = ContainerSettings.newBuilder()
                .addLinks(Link.newBuilder().setService("a").setAlias("a"))
                .addLinks(Link.newBuilder().setService("a").setAlias("data"));
        assertThat(check(service("a").setBalancing(BY_NAME), service("b").setSettings(linked)))
                .containsExactly(new Violation(
                        "services.b.links[1]", "service a has no virtual address that another name could lead to"));
    }
}
