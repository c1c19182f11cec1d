package dev.banyan.engine.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.policy.Party;
import dev.banyan.api.v1.Attachment;
import dev.banyan.api.v1.Balancing;
import dev.banyan.api.v1.Connections;
import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.HostNamespace;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.PolicyRule;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.Powers;
import dev.banyan.api.v1.ServiceManifest;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionRulesTest {
    private static final ContainerSettings UNLINKED =
            ContainerSettings.newBuilder().setNoNetwork(true).build();

    private static final ContainerSettings ON_SERVER = ContainerSettings.newBuilder()
            .setPowers(Powers.newBuilder().addHostNamespaces(HostNamespace.NETWORK))
            .build();

    private static List<String> problems(ServiceManifest.Builder service, String... peers) {
        var manifest = Manifest.newBuilder()
                .setName("shop")
                .addAllPeers(List.of(peers))
                .addServices(service.setName("web"))
                .build();
        return ConnectionRules.violations(manifest).stream()
                .map(violation -> violation.field() + ": " + violation.message())
                .toList();
    }

    @Test
    void takesWhatTheLoaderMakes() {
        assertThat(problems(ServiceManifest.newBuilder(), "billing")).isEmpty();
        assertThat(problems(ServiceManifest.newBuilder().setConnections(Party.usual())))
                .isEmpty();
        assertThat(problems(ServiceManifest.newBuilder()
                        .setSettings(UNLINKED)
                        .setConnections(Connections.getDefaultInstance())))
                .isEmpty();
    }

    @Test
    void ipv6IsOfTheServiceExactlyWhenItIsOfANetwork() {
        var dual = Connections.newBuilder()
                .addNetworks(Attachment.newBuilder().setNetwork("front").setIpv6(true));
        var settings = ContainerSettings.newBuilder().setIpv6(true);

        assertThat(problems(ServiceManifest.newBuilder().setConnections(dual).setSettings(settings)))
                .isEmpty();
        assertThat(problems(ServiceManifest.newBuilder().setConnections(dual)))
                .containsExactly("services.web.network_mode: has IPv6 exactly when one of its networks has");
        assertThat(problems(ServiceManifest.newBuilder().setSettings(settings)))
                .containsExactly("services.web.network_mode: has IPv6 exactly when one of its networks has");
    }

    @Test
    void aContainerWithoutALinkIsInNoNetworkAndHasNoPorts() {
        assertThat(problems(ServiceManifest.newBuilder()
                        .setSettings(UNLINKED)
                        .addPorts(PortMapping.newBuilder().setTarget(80))))
                .containsExactly(
                        "services.web.network_mode: a service without a link is in no network",
                        "services.web.network_mode: a service without a link can publish no ports");
        assertThat(problems(ServiceManifest.newBuilder().setConnections(Connections.getDefaultInstance())))
                .containsExactly("services.web.network_mode: is in no network");
    }

    @Test
    void aContainerOnItsServersNetworkIsInNoneOfTheApp() {
        assertThat(problems(ServiceManifest.newBuilder()
                        .setSettings(ON_SERVER)
                        .setConnections(Connections.getDefaultInstance())))
                .isEmpty();
        assertThat(problems(ServiceManifest.newBuilder()
                        .setSettings(ON_SERVER)
                        .setBalancing(Balancing.newBuilder().setReplicasByName(true))
                        .addPorts(PortMapping.newBuilder().setTarget(80))))
                .containsExactly(
                        "services.web.network_mode: a service without a link is in no network",
                        "services.web.network_mode: a service without a link can publish no ports",
                        "services.web.network_mode: no name leads to a service on its server's network");
    }

    @Test
    void checksWhateverWasSent() {
        var connections = Connections.newBuilder()
                .addNetworks(Attachment.newBuilder().setNetwork("a/b"))
                .addRules(PolicyRule.newBuilder());

        assertThat(problems(ServiceManifest.newBuilder().setConnections(connections), "We"))
                .hasSize(3)
                .anyMatch(problem -> problem.startsWith("x-banyan-peers: 'We' is no name of an app"))
                .anyMatch(problem -> problem.startsWith("services.web.networks: 'a/b' is no name of a network"))
                .contains("services.web.networks: names nobody");
    }
}
