package dev.banyan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.Attachment;
import dev.banyan.api.v1.Backend;
import dev.banyan.api.v1.Balancing;
import dev.banyan.api.v1.Connections;
import dev.banyan.api.v1.EndpointsSpec;
import dev.banyan.api.v1.PolicyPort;
import dev.banyan.api.v1.PolicyRule;
import dev.banyan.api.v1.PortAccess;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.PortTaken;
import dev.banyan.api.v1.Protocol;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsCommandTest {
    private static final long LATER = 1_000_000;

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

    private void status(ObjectKey key, Bytes status) {
        var uid = bench.cluster
                .store()
                .get(key, ReadAt.LATEST)
                .orElseThrow()
                .meta()
                .uid();
        commit(new Write.UpdateStatus(key, uid, status));
    }

    private void agent(String name, AgentStatus.State state, AgentReportStatus.Builder report) {
        var key = Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, name);
        commit(new Write.Create(Draft.of(key, Kinds.AGENTS.spec().encode(AgentSpec.getDefaultInstance()))));
        status(
                key,
                Kinds.AGENTS
                        .status()
                        .encode(AgentStatus.newBuilder().setState(state).build()));
        var told = Kinds.AGENT_REPORTS.key(ObjectKey.CLUSTER_SCOPE, name);
        commit(new Write.Create(
                Draft.of(told, Kinds.AGENT_REPORTS.spec().encode(AgentReportSpec.getDefaultInstance()))));
        status(told, Kinds.AGENT_REPORTS.status().encode(report.build()));
    }

    private static AgentReportStatus.Builder report() {
        return AgentReportStatus.newBuilder().setAppliedRevision(LATER);
    }

    private static PortMapping.Builder port(int published, int target) {
        return PortMapping.newBuilder()
                .setPublished(published)
                .setTarget(target)
                .setProtocol(Protocol.TCP);
    }

    private void service(String name, ServiceSpec.Builder spec, String... agents) {
        var deployment = name.substring(0, name.indexOf('.'));
        commit(new Write.Create(Draft.of(
                Kinds.SERVICES.key("default", name),
                Kinds.SERVICES
                        .spec()
                        .encode(spec.setDeployment(deployment)
                                .setService(name.substring(deployment.length() + 1))
                                .setVirtualAddress("10.200.0.1")
                                .build()))));
        var endpoints = EndpointsSpec.newBuilder();
        for (int i = 0; i < agents.length; i++) {
            endpoints.addBackends(Backend.newBuilder()
                    .setTask(name + ".1." + i + ".0")
                    .setAgent(agents[i])
                    .setAddress("10.192." + i + ".5"));
        }
        commit(new Write.Create(Draft.of(
                Kinds.ENDPOINTS.key("default", name), Kinds.ENDPOINTS.spec().encode(endpoints.build()))));
    }

    private static PortTaken.Builder taken(int port) {
        return PortTaken.newBuilder().setPort(port).setProtocol(Protocol.TCP);
    }

    @Test
    void showsWhatIsOpenToWhomOnWhichAgents() {
        agent("a1", AgentStatus.State.READY, report());
        agent("a2", AgentStatus.State.READY, report());
        var guarded = PortAccess.newBuilder().addAllow("192.0.2.0/24").addAllow("198.51.100.7");
        service(
                "shop.web",
                ServiceSpec.newBuilder()
                        .addPorts(port(8080, 80))
                        .addPorts(port(0, 81))
                        .addGuardedPorts(port(9000, 90).setAccess(guarded))
                        .addGuardedPorts(
                                port(22, 22).setAccess(PortAccess.newBuilder().setHost(true)))
                        .addGuardedPorts(
                                port(6000, 60).setAccess(PortAccess.newBuilder().setHostIp("127.0.0.1"))),
                "a2");
        service(
                "six.web",
                ServiceSpec.newBuilder()
                        .addDualPorts(port(9100, 90)
                                .setAccess(PortAccess.newBuilder()
                                        .addAllow("192.0.2.0/24")
                                        .addAllow("2001:db8::/32"))),
                "a1");
        service("dns.server", ServiceSpec.newBuilder().addPorts(port(5353, 53).setProtocol(Protocol.UDP)), "a1", "a2");

        assertThat(bench.run("ports").out())
                .isEqualTo(
                        """
                        PORT                SERVICE     TARGET  OPEN TO                      AGENTS  REPLICAS  NOTE
                        22/tcp              shop.web    22      everybody                    a2      1         -
                        5353/udp            dns.server  53      everybody                    a1, a2  2         -
                        127.0.0.1:6000/tcp  shop.web    60      the server itself            a1, a2  1         -
                        8080/tcp            shop.web    80      everybody                    a1, a2  1         -
                        9000/tcp            shop.web    90      192.0.2.0/24, 198.51.100.7   a1, a2  1         -
                        9100/tcp            six.web     90      192.0.2.0/24, 2001:db8::/32  a1, a2  1         -
                        """);
        assertThat(bench.run("ports", "shop").out()).contains("shop.web").doesNotContain("dns.server");
        assertThat(bench.run("ports", "shop", "-o", "json").out())
                .contains("\"schema\": \"banyan.ports/1\"", "\"mode\": \"host\"", "\"task\": \"shop.web.1.0.0\"")
                .containsPattern("\"allow\": \\[\\s+\"192.0.2.0/24\",\\s+\"198.51.100.7\"\\s+]");
    }

    @Test
    void saysWhyAPortIsNotOpen() {
        agent("a1", AgentStatus.State.READY, report().addPortsTaken(taken(80).setHolder("nginx (pid 7)")));
        agent(
                "a2",
                AgentStatus.State.LOST,
                report().addPortsTaken(taken(81).setAddress("192.0.2.7").setElsewhere(true)));
        agent("a3", AgentStatus.State.READY, report().setAppliedRevision(1).setDataPlaneError("nft is missing"));
        agent(
                "a4",
                AgentStatus.State.READY,
                report().setAppliedRevision(1)
                        .addPortsTaken(taken(81).setAddress("192.0.2.7").setElsewhere(true)));
        var addressed = PortAccess.newBuilder().setHostIp("192.0.2.7");
        service("a.web", ServiceSpec.newBuilder().addPorts(port(80, 80)), "a2");
        service("b.web", ServiceSpec.newBuilder().addGuardedPorts(port(81, 80).setAccess(addressed)), "a2");
        service("c.web", ServiceSpec.newBuilder().addPorts(port(82, 80)));

        assertThat(bench.run("ports").out())
                .contains("a2, a3, a4")
                .contains("a1: taken by nginx (pid 7); a2 is lost; a3: nft is missing;"
                        + " a4 has not confirmed the last change yet")
                .contains("a1, a3 ")
                .containsPattern("82/tcp +c.web +80 +everybody +- +0 +no replica is ready");
    }

    @Test
    void saysThatNoAgentHasAnAddress() {
        agent(
                "a1",
                AgentStatus.State.READY,
                report().addPortsTaken(taken(81).setAddress("192.0.2.7").setElsewhere(true)));
        var addressed = PortAccess.newBuilder().setHostIp("192.0.2.7");
        service("b.web", ServiceSpec.newBuilder().addGuardedPorts(port(81, 80).setAccess(addressed)), "a1");

        assertThat(bench.run("ports").out())
                .containsPattern("192.0.2.7:81/tcp +b.web +80 +everybody +- +1 +no agent has 192.0.2.7");
    }

    @Test
    void showsPortsOfIpv6Addresses() {
        agent(
                "a1",
                AgentStatus.State.READY,
                report().addPortsTaken(taken(81)
                                .setAddress("2001:db8::7")
                                .setElsewhere(true)
                                .setIpv6(true))
                        .addPortsTaken(taken(82).setHolder("nginx (pid 7)")));
        var single = PortAccess.newBuilder().setHostIp("2001:db8::7");
        var every = PortAccess.newBuilder().setHostIp("::");
        service(
                "b.web",
                ServiceSpec.newBuilder()
                        .addDualPorts(port(81, 80).setAccess(single))
                        .addDualPorts(port(82, 80).setAccess(every)),
                "a1");

        assertThat(bench.run("ports").out())
                .containsPattern("\\[2001:db8::7]:81/tcp +b.web +80 +everybody +- +1 +no agent has 2001:db8::7")
                .as("what is taken for IPv4 is not in its way")
                .containsPattern("\\[::]:82/tcp +b.web +80 +everybody +a1 +1 +-");
    }

    private static Connections.Builder in(String network) {
        return Connections.newBuilder().addNetworks(Attachment.newBuilder().setNetwork(network));
    }

    @Test
    void showsWhoReachesWhomWhyAndWhoDoesNotKeepToIt() {
        agent("a1", AgentStatus.State.READY, report().setIsolates(true));
        agent("a2", AgentStatus.State.READY, report().setIsolates(true).setAppliedRevision(1));
        agent("a3", AgentStatus.State.READY, report());
        service("shop.web", ServiceSpec.newBuilder().setConnections(in("back")), "a1");
        var rule = PolicyRule.newBuilder()
                .setAllow(true)
                .addFrom("web")
                .addPorts(PolicyPort.newBuilder().setNumber(5432));
        var closed = in("back").addRules(rule).addRules(PolicyRule.newBuilder().addFrom("*"));
        service("shop.db", ServiceSpec.newBuilder().setConnections(closed), "a2", "a3");
        service("blog.web", ServiceSpec.newBuilder(), "a1");

        assertThat(bench.run("network", "policy").out())
                .containsPattern(
                        "shop.web +shop.db +5432/tcp +network shop/back, policy +not isolating: a3; not confirmed: a2\n")
                .containsPattern("shop.db +shop.web +all +network shop/back +-\n")
                .doesNotContain("blog");
        assertThat(bench.run("network", "policy", "blog").out()).doesNotContain("shop");
        assertThat(bench.run("network", "policy", "shop", "-o", "json").out())
                .contains("\"schema\": \"banyan.network.policy/1\"")
                .containsPattern("\"not_isolating\": \\[\\s+\"a3\"\\s+]");
    }

    @Test
    void showsNetworksWithTheirMembers() {
        var inner = Connections.newBuilder()
                .addNetworks(Attachment.newBuilder().setNetwork("back").setInternal(true));
        var shared = Connections.newBuilder()
                .addNetworks(Attachment.newBuilder().setNetwork("common").setShared(true));
        service("shop.db", ServiceSpec.newBuilder().setConnections(inner));
        service("shop.web", ServiceSpec.newBuilder().setConnections(shared));
        service("blog.web", ServiceSpec.newBuilder().setConnections(shared));
        service("wiki.web", ServiceSpec.newBuilder());

        assertThat(bench.run("network", "networks").out())
                .containsPattern("common +- +blog.web, shop.web\n")
                .containsPattern("shop/back +yes +shop.db\n")
                .containsPattern("wiki/default +- +wiki.web\n");
        assertThat(bench.run("network", "networks", "blog", "-o", "yaml").out())
                .contains("common")
                .doesNotContain("wiki", "back");
    }

    @Test
    void showsWhichAgentsHaveConfirmedEndpoints() {
        agent("a1", AgentStatus.State.READY, report());
        agent("a2", AgentStatus.State.READY, report().setAppliedRevision(1));
        service("shop.web", ServiceSpec.newBuilder(), "a1", "a2");
        service(
                "shop.workers",
                ServiceSpec.newBuilder().setBalancing(Balancing.newBuilder().setReplicasByName(true)),
                "a1");

        assertThat(bench.run("network", "endpoints").out())
                .containsPattern("shop.web +10.200.0.1 +10.192.0.5, 10.192.1.5 +[0-9]+ +1 of 2 +a2\n")
                .containsPattern("shop.workers +- +10.192.0.5 +[0-9]+ +1 of 2 +a2\n");
        assertThat(bench.run("network", "endpoints", "-o", "json").out())
                .contains("\"schema\": \"banyan.network.endpoints/1\"")
                .containsPattern("\"missing\": \\[\\s+\"a2\"\\s+]");
    }

    @Test
    void aPortThatIsTakenForIpv6AloneIsOpen() {
        agent(
                "a1",
                AgentStatus.State.READY,
                report().addPortsTaken(taken(80).setHolder("nginx (pid 7)").setIpv6(true)));
        service("a.web", ServiceSpec.newBuilder().addPorts(port(80, 80)), "a1");

        assertThat(bench.run("ports").out())
                .containsPattern("80/tcp +a.web +80 +everybody +a1 +1 +a1: taken by nginx \\(pid 7\\) for IPv6");
    }
}
