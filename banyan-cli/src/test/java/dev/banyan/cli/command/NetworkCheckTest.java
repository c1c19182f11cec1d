package dev.banyan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.Attachment;
import dev.banyan.api.v1.Backend;
import dev.banyan.api.v1.Connections;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.EndpointsSpec;
import dev.banyan.api.v1.OverlayPeer;
import dev.banyan.api.v1.OverlayReport;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.Probe;
import dev.banyan.api.v1.ProbeRequest;
import dev.banyan.api.v1.ProbeResult;
import dev.banyan.api.v1.ProbeResult.Outcome;
import dev.banyan.api.v1.Protocol;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachFailure;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.api.v1.ServiceProgress;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.cli.cluster.Passage;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkCheckTest {
    private static final ReachDown OPENED =
            ReachDown.newBuilder().setOpened(true).build();

    @TempDir
    private Path directory = Path.of("");

    private CommandBench bench = new CommandBench(directory);
    private final List<ProbeRequest> asked = new ArrayList<>();

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

    private void agent(String name, int number, AgentStatus.State state, OverlayReport.Builder overlay) {
        var key = Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, name);
        var spec =
                AgentSpec.newBuilder().setSubnet("10.192." + number + ".0/24").build();
        commit(new Write.Create(Draft.of(key, Kinds.AGENTS.spec().encode(spec))));
        var status = AgentStatus.newBuilder().setState(state).build();
        commit(new Write.UpdateStatus(key, uid(key), Kinds.AGENTS.status().encode(status)));
        var report = Kinds.AGENT_REPORTS.key(ObjectKey.CLUSTER_SCOPE, name);
        commit(new Write.Create(
                Draft.of(report, Kinds.AGENT_REPORTS.spec().encode(AgentReportSpec.getDefaultInstance()))));
        var said = AgentReportStatus.newBuilder().setOverlay(overlay).build();
        commit(new Write.UpdateStatus(
                report, uid(report), Kinds.AGENT_REPORTS.status().encode(said)));
    }

    private void service(String name, String address, List<Backend> backends, PortMapping... ports) {
        var parts = name.split("\\.");
        var spec = ServiceSpec.newBuilder()
                .setDeployment(parts[0])
                .setService(parts[1])
                .setVirtualAddress(address)
                .addAllPorts(List.of(ports))
                .build();
        commit(new Write.Create(Draft.of(
                Kinds.SERVICES.key("default", name), Kinds.SERVICES.spec().encode(spec))));
        var set = EndpointsSpec.newBuilder().addAllBackends(backends).build();
        commit(new Write.Create(Draft.of(
                Kinds.ENDPOINTS.key("default", name), Kinds.ENDPOINTS.spec().encode(set))));
    }

    @Test
    void asksForNoNameOfWhoIsInNoNetwork() {
        twoAgents();
        var spec = ServiceSpec.newBuilder()
                .setDeployment("shop")
                .setService("edge")
                .setVirtualAddress("10.200.0.9")
                .setConnections(Connections.getDefaultInstance());
        commit(new Write.Create(Draft.of(
                Kinds.SERVICES.key("default", "shop.edge"),
                Kinds.SERVICES.spec().encode(spec.build()))));
        commit(new Write.Create(Draft.of(
                Kinds.ENDPOINTS.key("default", "shop.edge"),
                Kinds.ENDPOINTS.spec().encode(EndpointsSpec.getDefaultInstance()))));
        answer((agent, probe) -> Outcome.WELL);

        var ignored = bench.run("network", "check");

        assertThat(asked)
                .flatExtracting(ProbeRequest::getProbesList)
                .extracting(Probe::getWay)
                .contains(Probe.Way.REVISION)
                .doesNotContain(Probe.Way.NAME);
        var addresses = bench.run("network", "addresses");
        assertThat(addresses.out()).doesNotContain("10.200.0.9");
        assertThat(bench.run("network", "endpoints").out())
                .contains("shop.edge")
                .doesNotContain("10.200.0.9");
    }

    private static Backend backend(String agent, String address) {
        return Backend.newBuilder().setAgent(agent).setAddress(address).build();
    }

    private static PortMapping port(int target, Protocol protocol) {
        return PortMapping.newBuilder().setTarget(target).setProtocol(protocol).build();
    }

    private static OverlayReport.Builder wireguard() {
        return OverlayReport.newBuilder().setKind(OverlayReport.Kind.WIREGUARD);
    }

    private void twoAgents() {
        agent(
                "a1",
                0,
                AgentStatus.State.READY,
                wireguard().addPeers(OverlayPeer.newBuilder().setAgent("a2")));
        agent("a2", 1, AgentStatus.State.READY, wireguard());
    }

    private void shop() {
        service(
                "shop.web",
                "10.200.0.1",
                List.of(backend("a1", "10.192.0.5"), backend("a2", "10.192.1.4")),
                port(80, Protocol.TCP),
                port(53, Protocol.UDP));
    }

    /** Each agent that is asked, in order, with what it says of each thing that it shall try. */
    private void answer(BiFunction<String, Probe, Outcome> answers) {
        bench.cluster.letIn(request -> {
            asked.add(request.getProbe());
            var parts = new ArrayDeque<>(List.of(OPENED));
            for (int i = 0; i < request.getProbe().getProbesCount(); i++) {
                var outcome = answers.apply(
                        request.getProbe().getAgent(), request.getProbe().getProbes(i));
                parts.add(ReachDown.newBuilder()
                        .setProbed(ProbeResult.newBuilder().setIndex(i).setOutcome(outcome))
                        .build());
            }
            parts.add(ended(ReachOutcome.newBuilder().setDone(true)));
            return new Scripted(parts);
        });
    }

    private static ReachDown ended(ReachOutcome.Builder outcome) {
        return ReachDown.newBuilder().setOutcome(outcome).build();
    }

    /** Says its parts, and breaks where there is none left. */
    private record Scripted(Deque<ReachDown> parts) implements Passage {
        @Override
        public boolean send(ReachUp part) {
            return true;
        }

        @Override
        public Optional<ReachDown> receive(Duration atMost) {
            if (parts.isEmpty()) {
                throw new ApiException(Reason.UNAVAILABLE, "the engine is gone");
            }
            return Optional.of(parts.remove());
        }

        @Override
        public void close() {}
    }

    @Test
    void triesEachAgentNameAddressPortAndReplicaFromEachAgent() {
        twoAgents();
        shop();
        answer((agent, probe) -> Outcome.WELL);

        var run = bench.run("network", "check");

        assertThat(run)
                .isEqualTo(new CommandBench.Run(
                        0,
                        """
                        FROM  TO        CHECKS  RESULT  REASON
                        a1    agent a2  1 of 1  ok      -
                        a1    shop.web  8 of 8  ok      -
                        a2    agent a1  1 of 1  ok      -
                        a2    shop.web  8 of 8  ok      -
                        """,
                        ""));
        assertThat(asked).extracting(ProbeRequest::getAgent).containsExactlyInAnyOrder("a1", "a2");
        assertThat(asked).extracting(ProbeRequest::getTimeoutMs).containsOnly(2_000L);
        var ofFirst = asked.stream()
                .filter(request -> request.getAgent().equals("a1"))
                .findFirst()
                .orElseThrow();
        assertThat(ofFirst.getProbesList())
                .extracting(
                        probe -> probe.getWay() + " " + probe.getName() + probe.getAddress() + " " + probe.getPort())
                .contains(
                        "AGENT 10.192.1.1 0",
                        "NAME web.shop.internal 0",
                        "TCP 10.200.0.1 80",
                        "UDP 10.200.0.1 53",
                        "TCP 10.192.0.5 80",
                        "UDP 10.192.1.4 53");
        assertThat(ofFirst.getProbesList())
                .filteredOn(probe -> probe.getWay() == Probe.Way.NAME)
                .singleElement()
                .satisfies(probe -> assertThat(probe.getAddressesList()).containsExactly("10.200.0.1"));
        assertThat(ofFirst.getProbesList())
                .filteredOn(probe -> probe.getWay() == Probe.Way.REVISION)
                .singleElement()
                .satisfies(probe -> assertThat(probe.getRevision()).isPositive());
    }

    private void reports(String agent, AgentReportStatus.Builder said) {
        var report = Kinds.AGENT_REPORTS.key(ObjectKey.CLUSTER_SCOPE, agent);
        commit(new Write.UpdateStatus(
                report,
                uid(report),
                Kinds.AGENT_REPORTS.status().encode(said.setOverlay(wireguard()).build())));
    }

    /** Of two replicas one is of before the service had IPv6, and of three agents one has none, and one does not know of it. */
    @Test
    void triesByIpv6WhatHasItFromAgentsThatDo() {
        twoAgents();
        agent("a3", 2, AgentStatus.State.READY, wireguard());
        reports(
                "a1",
                AgentReportStatus.newBuilder()
                        .setIpv6Prefix("fd5c:1a0:77e2::/48")
                        .setProbesIpv6(true));
        reports("a3", AgentReportStatus.newBuilder().setIpv6Prefix("fd5c:1a0:77e2::/48"));
        var dual = backend("a2", "10.192.1.4").toBuilder().setIpv6(true).build();
        service("shop.web", "10.200.0.1", List.of(backend("a1", "10.192.0.5"), dual), port(80, Protocol.TCP));
        service("shop.four", "10.200.0.2", List.of(backend("a1", "10.192.0.6")), port(80, Protocol.TCP));
        var key = Kinds.SERVICES.key("default", "shop.web");
        var before = bench.cluster.store().get(key, ReadAt.LATEST).orElseThrow();
        var spec = Kinds.SERVICES.decode(before).spec().toBuilder()
                .setConnections(Connections.newBuilder()
                        .addNetworks(
                                Attachment.newBuilder().setNetwork("default").setIpv6(true)))
                .build();
        commit(new Write.Update(
                before, Draft.from(before).withSpec(Kinds.SERVICES.spec().encode(spec))));
        answer((agent, probe) -> probe.getIpv6() ? Outcome.REFUSED : Outcome.WELL);

        var run = bench.run("network", "check");

        assertThat(asked)
                .filteredOn(request -> request.getProbesList().stream().anyMatch(Probe::getIpv6))
                .extracting(ProbeRequest::getAgent)
                .containsExactly("a1");
        assertThat(asked)
                .flatExtracting(ProbeRequest::getProbesList)
                .filteredOn(Probe::getIpv6)
                .extracting(probe -> probe.getWay() + " " + probe.getAddress() + probe.getAddressesList())
                .containsExactlyInAnyOrder("NAME [10.200.0.1]", "TCP 10.200.0.1[]", "TCP 10.192.1.4[]");
        assertThat(run.out())
                .contains("[fd5c:1a0:77e2:c800::1]:80/tcp: refused", "[fd5c:1a0:77e2:c001::4]:80/tcp: refused")
                .containsPattern("a2 +shop.web +5 of 5 +ok")
                .containsPattern("a3 +shop.web +5 of 5 +ok")
                .containsPattern("a1 +shop.four +4 of 4 +ok");
        assertThat(bench.run("network", "check", "-o", "json").out()).contains("name (AAAA)");
    }

    @Test
    void saysOfEachFailureWhyAndEndsWithOne() {
        twoAgents();
        shop();
        answer((agent, probe) -> switch (probe.getWay()) {
            case AGENT -> agent.equals("a1") ? Outcome.TIMED_OUT : Outcome.NO_NAME_SERVER;
            case NAME -> Outcome.NO_NAME;
            case REVISION -> Outcome.BEHIND;
            default ->
                probe.getAddress().equals("10.192.1.4")
                        ? Outcome.TIMED_OUT
                        : probe.getAddress().equals("10.192.0.5") ? Outcome.REFUSED : Outcome.WELL;
        });

        var run = bench.run("network", "check", "-o", "json");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out())
                .contains(
                        "\"timed out (no handshake with agent a2)\"",
                        "\"timed out\"",
                        "\"refused\"",
                        "\"name not found\"",
                        "\"revision behind\"",
                        "\"the name server does not answer\"")
                .contains("\"schema\": \"banyan.network.check/1\"");
        assertThat(bench.run("network", "check").out())
                .contains("a1    shop.web  2 of 8  failed", "10.192.0.5:53/udp: refused; ", "; and 3 more");
    }

    @Test
    void anAgentThatIsAwayIsAGapAndTheOthersAreTried() {
        twoAgents();
        agent("a3", 2, AgentStatus.State.LOST, wireguard());
        shop();
        answer((agent, probe) -> Outcome.WELL);

        var run = bench.run("network", "check");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out())
                .isEqualTo(
                        """
                        FROM  TO        CHECKS  RESULT  REASON
                        a1    agent a2  1 of 1  ok      -
                        a1    agent a3  -       gap     agent a3 is lost
                        a1    shop.web  8 of 8  ok      -
                        a2    agent a1  1 of 1  ok      -
                        a2    agent a3  -       gap     agent a3 is lost
                        a2    shop.web  8 of 8  ok      -
                        a3    agent a1  -       gap     agent a3 is lost
                        a3    agent a2  -       gap     agent a3 is lost
                        a3    shop.web  -       gap     agent a3 is lost
                        """);
        assertThat(asked).extracting(ProbeRequest::getAgent).doesNotContain("a3");
    }

    @Test
    void goesOnWithAnotherEngineWhereOneBrokeOff() {
        agent("a1", 0, AgentStatus.State.READY, wireguard());
        shop();
        var first = OPENED;
        var one = ReachDown.newBuilder()
                .setProbed(ProbeResult.newBuilder().setIndex(2).setOutcome(Outcome.REFUSED))
                .build();
        var broken = new ArrayDeque<>(List.of(new ArrayDeque<>(List.of(first, one))));
        answer((agent, probe) -> Outcome.WELL);
        var well = bench.cluster.lettingIn();
        bench.cluster.letIn(request -> {
            if (!broken.isEmpty()) {
                asked.add(request.getProbe());
                return new Scripted(broken.remove());
            }
            return well.apply(request);
        });

        var run = bench.run("network", "check");

        assertThat(run.out()).contains("7 of 8  failed");
        assertThat(asked).extracting(ProbeRequest::getProbesCount).containsExactly(8, 7);
    }

    @Test
    void anEngineThatStaysAwayLeavesAGapWithTheReason() {
        agent("a1", 0, AgentStatus.State.READY, wireguard());
        shop();
        bench.cluster.letIn(request -> new Scripted(new ArrayDeque<>()));

        var run = bench.run("network", "check");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).contains("a1    shop.web  -       gap", "the engine is gone");
    }

    @Test
    void anAgentOfBeforeIsToldToBeUpgraded() {
        agent("a1", 0, AgentStatus.State.READY, wireguard());
        shop();
        bench.cluster.letIn(request -> new Scripted(new ArrayDeque<>(List.of(ended(ReachOutcome.newBuilder()
                .setFailure(ReachFailure.newBuilder()
                        .setKind(ReachFailure.Kind.ABSENT)
                        .setMessage("task  has no running container now")))))));

        assertThat(bench.run("network", "check").out()).contains("the agent is too old to check; upgrade it");
    }

    @Test
    void triesOnlyWhatIsNamed() {
        twoAgents();
        shop();
        service("blog.web", "10.200.0.2", List.of(), port(80, Protocol.TCP));
        service("blog.db", "10.200.0.3", List.of(backend("a1", "10.192.0.9")));
        answer((agent, probe) -> Outcome.WELL);

        assertThat(bench.run("network", "check", "blog/db").out())
                .isEqualTo(
                        """
                        FROM  TO       CHECKS  RESULT  REASON
                        a1    blog.db  4 of 4  ok      -
                        a2    blog.db  4 of 4  ok      -
                        """);
        assertThat(asked.getFirst().getProbesList())
                .extracting(Probe::getWay)
                .contains(Probe.Way.ANSWER)
                .doesNotContain(Probe.Way.AGENT);
        assertThat(bench.run("network", "check", "web").out()).contains("blog.web", "shop.web");
        var unknown = bench.run("network", "check", "wob");
        assertThat(unknown.exit()).isEqualTo(2);
        assertThat(unknown.err()).contains("there is no service \"wob\"");
    }

    @Test
    void aServiceThatLacksReplicasFailsOnlyWhereSomeAreWanted() {
        agent("a1", 0, AgentStatus.State.READY, wireguard());
        bench.cluster.apply(dev.banyan.cli.TestDeployments.apply("shop"));
        service("shop.web", "10.200.0.1", List.of(), port(80, Protocol.TCP));
        answer((agent, probe) -> Outcome.WELL);

        assertThat(bench.run("network", "check").out()).contains("a1    shop.web  2 of 2  ok");

        bench.cluster.report(
                "shop",
                DeploymentStatus.newBuilder()
                        .addServices(ServiceProgress.newBuilder()
                                .setService("web")
                                .setWanted(2)
                                .setWaitingFor("no agent has room")));
        var lacking = bench.run("network", "check");
        assertThat(lacking.exit()).isEqualTo(1);
        assertThat(lacking.out()).contains("replicas: no ready replica: no agent has room");
    }

    @Test
    void refusesTimesThatMakeNoSense() {
        assertThat(bench.run("network", "check", "--timeout", "0").exit()).isEqualTo(2);
        assertThat(bench.run("network", "check", "--within", "9999").err()).contains("from 1 to 3600");
    }
}
