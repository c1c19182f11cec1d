package dev.banyan.agent.workload.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.SandboxSpec.Dns;
import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.HostNamespace;
import dev.banyan.api.v1.NameLookup;
import dev.banyan.api.v1.Powers;
import dev.banyan.api.v1.TaskSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskNamesTest {
    private static final List<String> SERVERS = List.of("10.192.3.1", "10.207.255.255");

    @Test
    void askTheAgentAndThenAnotherForNamesOfTheAppFirst() {
        assertThat(dns(NameLookup.newBuilder(), "corp.example", "shop.internal"))
                .isEqualTo(
                        new Dns(SERVERS, List.of("shop.internal", "corp.example"), List.of("timeout:1", "attempts:2")));
    }

    @Test
    void searchWhatTheServiceSaysInPlaceOfWhatTheServerDoes() {
        assertThat(dns(NameLookup.newBuilder().addSearches("a.example").addSearches("b.example"), "corp.example")
                        .searches())
                .containsExactly("shop.internal", "a.example", "b.example");
        assertThat(dns(NameLookup.newBuilder().addSearches("."), "corp.example").searches())
                .containsExactly("shop.internal");
    }

    @Test
    void takeTheServicesOptionsInPlaceOfTheUsual() {
        assertThat(dns(NameLookup.newBuilder().addOptions("timeout:3").addOptions("rotate"))
                        .options())
                .containsExactly("attempts:2", "timeout:3", "rotate");
    }

    @Test
    void serversOfTheServiceAreNotAskedDirectly() {
        assertThat(dns(NameLookup.newBuilder().addServers("192.0.2.53")).servers())
                .isEqualTo(SERVERS);
    }

    @Test
    void areThoseOfTheServerWhereNobodyServesNames() {
        var task = TaskSpec.newBuilder().setDeployment("shop").build();

        assertThat(new TaskNames(task).dns(List.of(), List.of("corp.example"))).isEqualTo(Dns.OF_THE_SERVER);
    }

    @Test
    void areThoseOfTheServerForWhoIsOnItsNetworkUnlessItNamesOthers() {
        assertThat(onServer(NameLookup.newBuilder())).isEqualTo(Dns.OF_THE_SERVER);
        assertThat(onServer(NameLookup.newBuilder()
                        .addServers("192.0.2.53")
                        .addSearches("a.example")
                        .addOptions("rotate")))
                .isEqualTo(new Dns(List.of("192.0.2.53"), List.of("a.example"), List.of("rotate")));
    }

    private static Dns onServer(NameLookup.Builder lookup) {
        var settings = ContainerSettings.newBuilder()
                .setNameLookup(lookup)
                .setPowers(Powers.newBuilder().addHostNamespaces(HostNamespace.NETWORK));
        var task = TaskSpec.newBuilder()
                .setDeployment("shop")
                .setContainer(ContainerSpec.newBuilder().setSettings(settings))
                .build();
        return new TaskNames(task).dns(SERVERS, List.of("corp.example"));
    }

    private static Dns dns(NameLookup.Builder lookup, String... ofServer) {
        var task = TaskSpec.newBuilder()
                .setDeployment("shop")
                .setContainer(ContainerSpec.newBuilder()
                        .setSettings(ContainerSettings.newBuilder().setNameLookup(lookup)))
                .build();
        return new TaskNames(task).dns(SERVERS, List.of(ofServer));
    }
}
