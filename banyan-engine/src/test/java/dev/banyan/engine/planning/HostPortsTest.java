package dev.banyan.engine.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.settings.Features;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentStatus.State;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.PortAccess;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.PortTaken;
import dev.banyan.api.v1.Protocol;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.engine.planning.Placing.Choice;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Ports of a server that one replica has for itself. */
class HostPortsTest {
    private static final AgentReportStatus REPORT =
            AgentReportStatus.newBuilder().addAllFeatures(Features.KNOWN).build();

    private static Candidate agent(String name, AgentReportStatus report) {
        return new Candidate(name, "uid-" + name, List.of(), Map.of(), false, State.READY, report, Map.of());
    }

    private static Placing agents(String... names) {
        return new Placing(
                List.of(names).stream().map(name -> agent(name, REPORT)).toList());
    }

    private static PortMapping.Builder port(int number) {
        return PortMapping.newBuilder().setPublished(number).setTarget(80).setProtocol(Protocol.TCP);
    }

    private static TaskSpec task(String service, int slot, PortMapping.Builder port) {
        return TaskSpec.newBuilder()
                .setDeployment("shop")
                .setService(service)
                .setSlot(slot)
                .setContainer(ContainerSpec.newBuilder().addPorts(port))
                .build();
    }

    private static TaskSpec host(String service, int slot) {
        return task(service, slot, port(8080).setAccess(PortAccess.newBuilder().setHost(true)));
    }

    private static String place(Placing placing, TaskSpec task, int release, int ordinal) {
        var name = "shop." + task.getService() + "." + release + "." + task.getSlot() + "." + ordinal;
        return switch (placing.place("uid-" + name, name, task)) {
            case Choice.Chosen chosen -> chosen.agent();
            case Choice.Nowhere nowhere -> nowhere.summary();
        };
    }

    @Test
    void areHadByOneReplicaOnEachAgent() {
        var placing = agents("a1", "a2");

        assertThat(place(placing, host("web", 0), 1, 0)).isEqualTo("a1");
        assertThat(place(placing, host("web", 1), 1, 0)).isEqualTo("a2");
        assertThat(place(placing, host("web", 2), 1, 0))
                .isEqualTo("no agent fits: a1 port 8080/tcp is in use by shop.web.1.0.0;"
                        + " a2 port 8080/tcp is in use by shop.web.1.1.0");
    }

    @Test
    void keepTwoServicesOnDifferentAgents() {
        var placing = agents("a1", "a2");

        assertThat(place(placing, host("web", 0), 1, 0)).isEqualTo("a1");
        assertThat(place(placing, host("api", 0), 1, 0)).isEqualTo("a2");
        assertThat(place(placing, host("api", 1), 1, 0)).startsWith("no agent fits");
    }

    @Test
    void areSharedWithTheOneThatIsReplaced() {
        var placing = agents("a1");

        assertThat(place(placing, host("web", 0), 1, 0)).isEqualTo("a1");
        assertThat(place(placing, host("web", 0), 2, 0)).isEqualTo("a1");
    }

    @Test
    void areFreeOnceTheirTaskEnded() {
        var placing = agents("a1");
        assertThat(place(placing, host("web", 0), 1, 0)).isEqualTo("a1");

        placing.free("a1", "uid-shop.web.1.0.0");

        assertThat(place(placing, host("api", 0), 1, 0)).isEqualTo("a1");
    }

    @Test
    void areNoneOfThosePublishedEverywhere() {
        var placing = agents("a1");
        var everywhere = port(8080);

        assertThat(place(placing, task("web", 0, everywhere), 1, 0)).isEqualTo("a1");
        assertThat(place(placing, task("web", 1, everywhere), 1, 0)).isEqualTo("a1");
    }

    @Test
    void goToNoAgentThatDoesNotKnowThem() {
        var old = new Placing(List.of(agent("a1", AgentReportStatus.getDefaultInstance())));

        assertThat(place(old, host("web", 0), 1, 0))
                .isEqualTo("no agent fits: a1 is of a version that does not know ports mode host; upgrade it");
    }

    @Test
    void takeNoAccountOfAnAddressThatIsOnAnotherAgent() {
        var elsewhere =
                PortTaken.newBuilder().setPort(8080).setProtocol(Protocol.TCP).setAddress("192.0.2.7");
        var on = port(8080).setAccess(PortAccess.newBuilder().setHostIp("192.0.2.7"));
        var without =
                REPORT.toBuilder().addPortsTaken(elsewhere.setElsewhere(true)).build();
        var taken = REPORT.toBuilder()
                .addPortsTaken(elsewhere.setElsewhere(false).setHolder("nginx"))
                .build();

        assertThat(place(new Placing(List.of(agent("a1", without))), task("web", 0, on), 1, 0))
                .isEqualTo("a1");
        assertThat(place(new Placing(List.of(agent("a1", taken))), task("web", 0, on), 1, 0))
                .endsWith("port 8080 is taken by nginx");
    }
}
