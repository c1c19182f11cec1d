package dev.banyan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.Assignment;
import dev.banyan.api.v1.Attachment;
import dev.banyan.api.v1.Connections;
import dev.banyan.api.v1.OverlayPeer;
import dev.banyan.api.v1.OverlayReport;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkCommandTest {
    @TempDir
    private Path directory = Path.of("");

    private CommandBench bench = new CommandBench(directory);

    @BeforeEach
    void open() {
        bench = new CommandBench(directory);
    }

    private void commit(Write write) {
        assertThat(bench.cluster.store().commit(Commit.of(write)).written()).isTrue();
    }

    private String uid(ObjectKey key) {
        return bench.cluster
                .store()
                .get(key, ReadAt.LATEST)
                .orElseThrow()
                .meta()
                .uid();
    }

    private void agent(String name, String address, OverlayReport.Builder overlay) {
        var spec = AgentSpec.newBuilder().setSubnet("10.192.7.0/24").build();
        commit(new Write.Create(Draft.of(
                Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, name),
                Kinds.AGENTS.spec().encode(spec))));
        var key = Kinds.AGENT_REPORTS.key(ObjectKey.CLUSTER_SCOPE, name);
        commit(new Write.Create(
                Draft.of(key, Kinds.AGENT_REPORTS.spec().encode(AgentReportSpec.getDefaultInstance()))));
        var status = AgentReportStatus.newBuilder()
                .setHostAddress(address)
                .setOverlay(overlay)
                .build();
        commit(new Write.UpdateStatus(
                key, uid(key), Kinds.AGENT_REPORTS.status().encode(status)));
    }

    private static OverlayReport.Builder wireguard() {
        return OverlayReport.newBuilder().setKind(OverlayReport.Kind.WIREGUARD);
    }

    private OverlayPeer.Builder peer(String name) {
        return OverlayPeer.newBuilder()
                .setAgent(name)
                .setEndpoint("192.0.2.9:7446")
                .setHandshakeAtMs(bench.env.time().now().minusSeconds(45).toEpochMilli())
                .setReceivedBytes(20_480)
                .setSentBytes(30L << 20);
    }

    @Test
    void saysWhichWaysAreNarrow() {
        agent("a1", "192.0.2.1", wireguard().addPeers(peer("a2").setPacketBytes(1_280)));
        agent("a2", "192.0.2.2", wireguard().addPeers(peer("a1")));

        assertThat(bench.run("network", "peers").out().lines())
                .anyMatch(line -> line.matches("a1 .* takes packets of at most 1280 bytes"))
                .anyMatch(line -> line.matches("a2 .* -"));
    }

    @Test
    void showsEachAgentWithEachOther() {
        agent("a1", "192.0.2.1", wireguard().addPeers(peer("a2")));
        agent(
                "a2",
                "192.0.2.2",
                wireguard().addPeers(peer("a1").setHandshakeAtMs(0).setSentBytes(148)));

        assertThat(bench.run("network", "peers").out())
                .isEqualTo(
                        """
                        AGENT  PEER  OVERLAY    ENDPOINT        HANDSHAKE  RECEIVED  SENT    NOTE
                        a1     a2    wireguard  192.0.2.9:7446  45s        20 KiB    30 MiB  -
                        a2     a1    wireguard  192.0.2.9:7446  -          20 KiB    148 B   no handshake yet
                        """);
        assertThat(bench.run("network", "peers", "-o", "json").out())
                .contains("\"schema\": \"banyan.network.peers/1\"", "\"received_bytes\": 20480", "\"peer\": \"a2\"");
    }

    @Test
    void saysWhyTwoAreNotConnected() {
        agent("a1", "192.0.2.1", OverlayReport.newBuilder().setKind(OverlayReport.Kind.ROUTES));
        agent("a2", "192.0.2.2", wireguard().addProblems("agent a1 is not connected: it has routes"));
        agent("a3", "192.0.2.3", wireguard().setRefusal("WireGuard is missing"));

        assertThat(bench.run("network", "peers").out())
                .isEqualTo(
                        """
                        AGENT  PEER  OVERLAY    ENDPOINT  HANDSHAKE  RECEIVED  SENT  NOTE
                        a1     a2    routes     -         -          -         -     in the clear
                        a1     a3    routes     -         -          -         -     in the clear
                        a2     a1    wireguard  -         -          -         -     agent a1 is not connected: it has routes
                        a2     a3    wireguard  -         -          -         -     not connected yet
                        a3     a1    wireguard  -         -          -         -     WireGuard is missing
                        a3     a2    wireguard  -         -          -         -     WireGuard is missing
                        """);
    }

    @Test
    void showsTheAddressesOfAgentsServicesAndTasks() {
        agent("a1", "192.0.2.1", wireguard());
        var service = ServiceSpec.newBuilder().setVirtualAddress("10.200.0.1").build();
        commit(new Write.Create(Draft.of(
                Kinds.SERVICES.key("default", "shop.web"), Kinds.SERVICES.spec().encode(service))));
        var task = TaskSpec.newBuilder()
                .setAssignment(Assignment.newBuilder().setAgent("a1"))
                .build();
        for (var name : new String[] {"shop.web.1.0.0", "shop.web.1.1.0"}) {
            commit(new Write.Create(Draft.of(
                    Kinds.TASKS.key("default", name), Kinds.TASKS.spec().encode(task))));
        }
        var key = Kinds.TASKS.key("default", "shop.web.1.0.0");
        var status = TaskStatus.newBuilder().setAddress("10.192.7.2").build();
        commit(new Write.UpdateStatus(key, uid(key), Kinds.TASKS.status().encode(status)));

        assertThat(bench.run("network", "addresses").out())
                .isEqualTo(
                        """
                        KIND     NAME            ADDRESS        IPV6  AT
                        agent    a1              10.192.7.0/24  -     192.0.2.1
                        service  shop.web        10.200.0.1     -     every agent
                        task     shop.web.1.0.0  10.192.7.2     -     a1
                        """);
    }

    @Test
    void showsTheIpv6AddressesOfWhoHasThem() {
        agent("a1", "192.0.2.1", wireguard());
        var report = Kinds.AGENT_REPORTS.key(ObjectKey.CLUSTER_SCOPE, "a1");
        var told = AgentReportStatus.newBuilder().setHostAddress("192.0.2.1").setIpv6Prefix("fd5c:1a0:77e2::/48");
        commit(new Write.UpdateStatus(
                report, uid(report), Kinds.AGENT_REPORTS.status().encode(told.build())));
        var dual = Connections.newBuilder()
                .addNetworks(Attachment.newBuilder().setNetwork("n").setIpv6(true));
        for (var entry : Map.of("six", dual.build(), "four", Connections.getDefaultInstance())
                .entrySet()) {
            var spec = ServiceSpec.newBuilder()
                    .setVirtualAddress(entry.getKey().equals("six") ? "10.200.0.6" : "10.200.0.4")
                    .setConnections(entry.getValue())
                    .build();
            commit(new Write.Create(Draft.of(
                    Kinds.SERVICES.key("default", "shop." + entry.getKey()),
                    Kinds.SERVICES.spec().encode(spec))));
        }

        assertThat(bench.run("network", "addresses").out())
                .containsPattern("a1 +10.192.7.0/24 +fd5c:1a0:77e2:c007::/64 +192.0.2.1")
                .containsPattern("shop.six +10.200.0.6 +fd5c:1a0:77e2:c800::6 +every agent")
                .doesNotContain("c800::4");
        assertThat(bench.run("network", "addresses", "-o", "json").out())
                .contains("\"ipv6\": \"fd5c:1a0:77e2:c800::6\"");
    }

    @Test
    void tellsInTheListOfAgentsWhatKeepsOneFromBeingConnected() {
        agent("a1", "192.0.2.1", wireguard().setRefusal("WireGuard is missing; install it"));
        agent("a2", "192.0.2.2", wireguard().addProblems("agent a1 is not connected: it has routes"));

        assertThat(bench.run("agents").out())
                .contains("WireGuard is missing; install it")
                .contains("agent a1 is not connected: it has routes");
        assertThat(bench.run("agents", "-o", "json").out())
                .contains("\"overlay_error\": \"WireGuard is missing; install it\"");
    }
}
