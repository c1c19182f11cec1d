package dev.banyan.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.PortHold;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.Balancing;
import dev.banyan.api.v1.Connections;
import dev.banyan.api.v1.EndpointsSpec;
import dev.banyan.api.v1.PortAccess;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProxyPlanTest {
    private static final ClusterRanges FIRST = ClusterRanges.of("10.192.0.0/13", "10.200.0.0/13", "10.192.1.0/24");
    private static final ClusterRanges THIRD = ClusterRanges.of("10.192.0.0/13", "10.200.0.0/13", "10.192.3.0/24");
    private static final String HERE = "10.192.1.7";
    private static final String THERE = "10.192.2.9";
    private static final Ipv4Address VIRTUAL = Ipv4Address.parse("10.200.0.2");

    private final Simulation simulation = new Simulation(3);
    private final MemoryStore store =
            new MemoryStore(simulation.process("store").env());

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    private static PortMapping.Builder port(int published) {
        return PortMapping.newBuilder()
                .setPublished(published)
                .setTarget(80)
                .setProtocol(dev.banyan.api.v1.Protocol.TCP);
    }

    private static ServiceSpec.Builder service() {
        return ServiceSpec.newBuilder().setVirtualAddress(VIRTUAL.toString());
    }

    private ProxySet plan(ClusterRanges ranges, ServiceSpec.Builder... specs) {
        var env = simulation.process("agent").env();
        for (int i = 0; i < specs.length; i++) {
            var backends = EndpointsSpec.newBuilder();
            for (var address : List.of(HERE, THERE)) {
                backends.addBackends(dev.banyan.api.v1.Backend.newBuilder().setAddress(address));
            }
            var key = "shop.s" + i;
            var made = store.commit(Commit.of(
                    new Write.Create(Draft.of(
                            Kinds.SERVICES.key("default", key),
                            Kinds.SERVICES.spec().encode(specs[i].build()))),
                    new Write.Create(Draft.of(
                            Kinds.ENDPOINTS.key("default", key),
                            Kinds.ENDPOINTS.spec().encode(backends.build())))));
            assertThat(made.written()).isTrue();
        }
        var services = Informer.of(Kinds.SERVICES, store, env).build();
        var endpoints = Informer.of(Kinds.ENDPOINTS, store, env).build();
        services.start();
        endpoints.start();
        simulation.runFor(Duration.ofSeconds(5));
        assertThat(endpoints.synced() && services.synced()).isTrue();
        return ProxyPlan.of(9, ranges, List.of(), services.lister().list(), endpoints.lister());
    }

    @Test
    void opensAPlainPortToAllReplicasEverywhere() {
        var set = plan(THIRD, service().addPorts(port(8080)));

        assertThat(set.frontends())
                .containsExactly(new Frontend(
                        Protocol.TCP,
                        List.of(new Entrance.Published(8080)),
                        List.of(Backend.of(HERE, 80), Backend.of(THERE, 80))));
        assertThat(set.services())
                .containsExactly(
                        new VirtualService(VIRTUAL, List.of(Ipv4Address.parse(HERE), Ipv4Address.parse(THERE))));
    }

    @Test
    void leadsAPortOfAServerToItsOwnReplicaAlone() {
        var host = service()
                .addGuardedPorts(port(8080).setAccess(PortAccess.newBuilder().setHost(true)));

        assertThat(plan(FIRST, host).frontends())
                .containsExactly(new Frontend(
                        Protocol.TCP, List.of(new Entrance.Published(8080)), List.of(Backend.of(HERE, 80))));
    }

    @Test
    void leavesAPortOfAServerFreeWhereNoReplicaRuns() {
        var host = service()
                .addGuardedPorts(port(8080).setAccess(PortAccess.newBuilder().setHost(true)));

        assertThat(plan(THIRD, host).frontends()).isEmpty();
    }

    @Test
    void keepsToWhatAPortAllows() {
        var guarded = service()
                .addGuardedPorts(port(8080)
                        .setAccess(
                                PortAccess.newBuilder().setHostIp("192.0.2.7").addAllow("198.51.100.0/24")))
                .addDualPorts(port(8081).setAccess(PortAccess.newBuilder().addAllow("2001:db8::/32")));

        assertThat(plan(THIRD, guarded).frontends())
                .satisfiesExactly(
                        frontend -> {
                            assertThat(frontend.entrances())
                                    .containsExactly(new Entrance.Addressed(Ipv4Address.parse("192.0.2.7"), 8080));
                            assertThat(frontend.allowed())
                                    .isEqualTo(Frontend.Allowed.parse(List.of("198.51.100.0/24")));
                        },
                        frontend -> assertThat(frontend.allowed())
                                .isEqualTo(Frontend.Allowed.parse(List.of("2001:db8::/32"))));
    }

    @Test
    void hasClientsKeepTheirReplicaByEveryWayIn() {
        var kept = service()
                .addPorts(port(8080))
                .setBalancing(Balancing.newBuilder().setAffinityMs(60_000));

        var set = plan(FIRST, kept);

        assertThat(set.services().getFirst().affinity()).isEqualTo(Duration.ofMinutes(1));
        assertThat(set.frontends().getFirst().affinity())
                .isEqualTo(Optional.of(new Affinity(VIRTUAL, Duration.ofMinutes(1))));
    }

    @Test
    void servesNoVirtualAddressWhereNamesLeadToReplicas() {
        var named = service().setBalancing(Balancing.newBuilder().setReplicasByName(true));

        assertThat(plan(FIRST, named).services()).isEmpty();
    }

    @Test
    void servesNoVirtualAddressOfWhoIsInNoNetwork() {
        var alone = service().setConnections(Connections.getDefaultInstance());

        assertThat(plan(FIRST, alone).services()).isEmpty();
    }

    @Test
    void givesAPortThatTwoWantToTheOlder() {
        var loopback = port(80).setAccess(PortAccess.newBuilder().setHostIp("127.0.0.1"));
        var set = plan(
                FIRST,
                service().addGuardedPorts(loopback),
                ServiceSpec.newBuilder().setVirtualAddress("10.200.0.3").addGuardedPorts(loopback.setTarget(81)));

        assertThat(set.frontends()).singleElement().satisfies(frontend -> assertThat(
                        frontend.backends().getFirst().port())
                .isEqualTo(80));
    }

    @Test
    void givesAllAddressesOfOneKindToTheOlderWhereTheOtherWantsAllOfBoth() {
        var four = port(80).setAccess(PortAccess.newBuilder().setHostIp("0.0.0.0"));
        var six = port(80).setAccess(PortAccess.newBuilder().setHostIp("::"));

        assertThat(plan(
                                FIRST,
                                service().addDualPorts(four).addDualPorts(six),
                                ServiceSpec.newBuilder()
                                        .setVirtualAddress("10.200.0.3")
                                        .addPorts(port(80).setTarget(81)))
                        .frontends())
                .extracting(frontend -> frontend.entrances().getFirst())
                .containsExactly(
                        new Entrance.Addressed(PortHold.EVERY_ADDRESS, 80),
                        new Entrance.AddressedIpv6(PortHold.EVERY_IPV6, 80));
    }
}
