package dev.banyan.engine.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.settings.Features;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentStatus.State;
import dev.banyan.api.v1.DeviceKind;
import dev.banyan.api.v1.DeviceNames;
import dev.banyan.api.v1.DeviceRequest;
import dev.banyan.api.v1.OfferedDevice;
import dev.banyan.api.v1.Reservation;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.engine.planning.Placing.Choice;
import dev.banyan.engine.planning.Placing.Suitable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which devices a task gets, and why not. */
class DevicesTest {
    private static final DeviceKind CARDS = kind("nvidia.com/gpu", "0", "1", "2");
    private static final DeviceKind OTHERS = kind("amd.com/gpu", "a", "b");

    @Test
    void givesSoManyOfWhatIsFree() {
        assertThat(given(Map.of("nvidia.com/gpu=1", "other"), count("nvidia.com/gpu", 2)))
                .containsExactly("nvidia.com/gpu=0", "nvidia.com/gpu=2");
    }

    @Test
    void givesThoseOfTheNamesByWhateverNameTheyGo() {
        var aliased = DeviceKind.newBuilder()
                .setKind("a.b/c")
                .addDevices(OfferedDevice.newBuilder().setName("0").addAliases("GPU-x"))
                .build();

        assertThat(Devices.of(List.of(named("a.b/c", "GPU-x")), List.of(aliased), Map.of()))
                .isEqualTo(new Devices.Outcome.Given(List.of("a.b/c=0")));
        assertThat(Devices.of(List.of(named("a.b/c", "GPU-x", "0")), List.of(aliased), Map.of()))
                .as("both are one")
                .isEqualTo(new Devices.Outcome.Given(List.of("a.b/c=0")));
    }

    @Test
    void givesAllOfTheKindAndOfEveryVendorWhereNoneIsNamed() {
        assertThat(given(Map.of(), all("nvidia.com/gpu"))).hasSize(3);
        assertThat(given(Map.of(), all("*/gpu"))).hasSize(5).contains("amd.com/gpu=a", "nvidia.com/gpu=0");
    }

    @Test
    void givesACountOfOneVendorAlone() {
        assertThat(given(Map.of(), count("*/gpu", 3)))
                .containsExactly("nvidia.com/gpu=0", "nvidia.com/gpu=1", "nvidia.com/gpu=2");
        assertThat(given(Map.of(), count("*/gpu", 2))).containsExactly("amd.com/gpu=a", "amd.com/gpu=b");
    }

    @Test
    void givesADeviceOnceToRequestsOfOneTask() {
        assertThat(given(Map.of(), named("nvidia.com/gpu", "0"), count("nvidia.com/gpu", 1)))
                .containsExactly("nvidia.com/gpu=0", "nvidia.com/gpu=1");
        assertThat(reason(Map.of(), named("nvidia.com/gpu", "0"), named("nvidia.com/gpu", "0")))
                .isEqualTo("nvidia.com/gpu=0 is in use by the same task");
        assertThat(reason(Map.of(), count("nvidia.com/gpu", 2), count("nvidia.com/gpu", 2)))
                .isEqualTo("has 1 of 3 nvidia.com/gpu, 2 are in use by the same task (2 are wanted)");
    }

    @Test
    void saysWhatIsMissing() {
        var taken = Map.of("nvidia.com/gpu=1", "shop.web.1.0.0");

        assertThat(reason(taken, count("intel.com/gpu", 1))).isEqualTo("has no intel.com/gpu");
        assertThat(reason(Map.of(), count("nvidia.com/gpu", 4))).isEqualTo("has 3 nvidia.com/gpu (4 are wanted)");
        assertThat(reason(taken, count("nvidia.com/gpu", 3)))
                .isEqualTo("has 2 of 3 nvidia.com/gpu, 1 is in use by shop.web.1.0.0 (3 are wanted)");
        assertThat(reason(taken, all("nvidia.com/gpu")))
                .isEqualTo("has 2 of 3 nvidia.com/gpu, 1 is in use by shop.web.1.0.0 (all are wanted)");
        assertThat(reason(taken, named("nvidia.com/gpu", "1")))
                .isEqualTo("nvidia.com/gpu=1 is in use by shop.web.1.0.0");
        assertThat(reason(taken, named("*/gpu", "7"))).isEqualTo("has no amd.com/gpu=7 and has no nvidia.com/gpu=7");
        assertThat(reason(taken, count("*/gpu", 9)))
                .isEqualTo(
                        "has 2 amd.com/gpu and has 2 of 3 nvidia.com/gpu, 1 is in use by shop.web.1.0.0 (9 are wanted)");
        assertThat(reason(taken, DeviceRequest.newBuilder().setKind("*/gpu").build()))
                .isEqualTo("is asked for no device of */gpu");
    }

    @Test
    void placesEachTaskWhereADeviceIsFreeAndReservesIt() {
        var placing = new Placing(List.of(agent("a1"), agent("a2", "0"), agent("a3", "0")));

        var first = placing.place("u1", "t1", task());
        var second = placing.place("u2", "t2", task());
        var third = placing.place("u3", "t3", task());

        assertThat(List.of(first, second))
                .extracting(choice -> ((Choice.Chosen) choice).agent())
                .containsExactlyInAnyOrder("a2", "a3");
        assertThat(((Choice.Chosen) first).reservation().getDevicesList()).containsExactly("nvidia.com/gpu=0");
        assertThat(((Choice.Nowhere) third).summary())
                .contains("a1 has no nvidia.com/gpu")
                .contains("a2 has 0 of 1 nvidia.com/gpu, 1 is in use by t");
    }

    @Test
    void aTaskThatEndedGivesItsDevicesBack() {
        var reserved = Map.of(
                "u1",
                Reservation.newBuilder()
                        .setTask("t1")
                        .addDevices("nvidia.com/gpu=0")
                        .build());
        var placing = new Placing(List.of(agent("a1", reserved, "0")));

        assertThat(placing.choose(task())).isInstanceOf(Choice.Nowhere.class);
        placing.free("a1", "u1");
        assertThat(placing.choose(task())).isInstanceOf(Choice.Chosen.class);
    }

    @Test
    void aServiceOnEveryAgentIsOnThoseThatHaveADeviceEvenIfItIsInUse() {
        var reserved = Map.of(
                "u1", Reservation.newBuilder().addDevices("nvidia.com/gpu=0").build());

        assertThat(new Placing(List.of(agent("a1"), agent("a2", reserved, "0"), agent("a3", "0"))).suitable(task()))
                .extracting(Suitable::agent)
                .containsExactly("a2", "a3");
    }

    @Test
    void anAgentThatDoesNotKnowWhatATaskAsksForIsLeftOut() {
        var old = new Candidate(
                "a1",
                "uid",
                List.of(),
                Map.of(),
                false,
                State.READY,
                AgentReportStatus.newBuilder().addDevices(CARDS).build(),
                Map.of());

        assertThat(new Placing(List.of(old)).choose(task()))
                .isInstanceOfSatisfying(Choice.Nowhere.class, nowhere -> assertThat(nowhere.summary())
                        .isEqualTo("no agent fits: a1 is of a version that does not know devices by name; upgrade it"));
        assertThat(new Placing(List.of(old)).choose(TaskSpec.getDefaultInstance()))
                .as("who asks for nothing new may run there")
                .isInstanceOf(Choice.Chosen.class);
    }

    @Test
    void anAgentOfThisVersionWhoseKernelDoesNotCountSwapSaysSo() {
        var limited = TaskSpec.newBuilder();
        limited.getContainerBuilder().getSettingsBuilder().setMemorySwapBytes(1 << 20);

        assertThat(new Placing(List.of(agent("a1"))).choose(limited.build()))
                .isInstanceOfSatisfying(Choice.Nowhere.class, nowhere -> assertThat(nowhere.summary())
                        .isEqualTo("no agent fits: a1 has a kernel that does not count swap, which memswap_limit needs;"
                                + " boot it with swapaccount=1, or leave the key out"));
    }

    @Test
    void anAgentOfThisVersionWithoutIpv6SaysWhatItLacks() {
        var dual = TaskSpec.newBuilder();
        dual.getContainerBuilder().getSettingsBuilder().setIpv6(true);
        var agent = agent("a1");

        assertThat(new Placing(List.of(agent)).choose(dual.build()))
                .isInstanceOfSatisfying(
                        Choice.Nowhere.class,
                        nowhere -> assertThat(nowhere.summary())
                                .isEqualTo(
                                        "no agent fits: a1 has no IPv6 for containers, which enable_ipv6 needs: its kernel lacks it,"
                                                + " its mtu is below 1280, or its agent.yaml has \"ipv6: off\" or \"overlay: routes\""));
    }

    private static TaskSpec task() {
        return TaskSpec.newBuilder()
                .setDeployment("shop")
                .setService("web")
                .addDevices(count("nvidia.com/gpu", 1))
                .build();
    }

    private static Candidate agent(String name, String... cards) {
        return agent(name, Map.of(), cards);
    }

    private static Candidate agent(String name, Map<String, Reservation> reservations, String... cards) {
        var report = AgentReportStatus.newBuilder().addAllFeatures(Features.KNOWN);
        if (cards.length > 0) {
            report.addDevices(kind("nvidia.com/gpu", cards));
        }
        return new Candidate(
                name, "uid-" + name, List.of(), Map.of(), false, State.READY, report.build(), reservations);
    }

    private static List<String> given(Map<String, String> users, DeviceRequest... requests) {
        var outcome = Devices.of(List.of(requests), List.of(OTHERS, CARDS), users);
        assertThat(outcome).isInstanceOf(Devices.Outcome.Given.class);
        return outcome instanceof Devices.Outcome.Given given ? given.devices() : new ArrayList<>();
    }

    private static String reason(Map<String, String> users, DeviceRequest... requests) {
        var outcome = Devices.of(List.of(requests), List.of(OTHERS, CARDS), users);
        assertThat(outcome).isInstanceOf(Devices.Outcome.Short.class);
        return outcome instanceof Devices.Outcome.Short missing ? missing.reason() : "";
    }

    private static DeviceRequest count(String kind, int count) {
        return DeviceRequest.newBuilder().setKind(kind).setCount(count).build();
    }

    private static DeviceRequest all(String kind) {
        return DeviceRequest.newBuilder().setKind(kind).setAll(true).build();
    }

    private static DeviceRequest named(String kind, String... names) {
        return DeviceRequest.newBuilder()
                .setKind(kind)
                .setNamed(DeviceNames.newBuilder().addAllNames(List.of(names)))
                .build();
    }

    private static DeviceKind kind(String kind, String... names) {
        return DeviceKind.newBuilder()
                .setKind(kind)
                .addAllDevices(Stream.of(names)
                        .map(name -> OfferedDevice.newBuilder().setName(name).build())
                        .toList())
                .build();
    }
}
