package dev.banyan.engine.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.settings.Features;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.DeviceKind;
import dev.banyan.api.v1.DeviceRequest;
import dev.banyan.api.v1.OfferedDevice;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.engine.World;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.resource.ObjectKey;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A device is named in the assignment and in the allocation, in one commit. */
class DeviceSchedulingTest {
    private static final ObjectKey SHOP = Kinds.DEPLOYMENTS.key("default", "shop");

    private final World world = new World();
    private final SchedulingReconciler scheduling =
            new SchedulingReconciler(world.store, Sources.of(world), new SchedulingNews(world.events));

    @Test
    void namesTheDevicesWhereTheTaskAndWhereTheAgentIsLookedAt() {
        agent("a1", "0");
        task("shop.web.1.0.0");

        scheduling.reconcile(new Request(SHOP));

        assertThat(world.store.commits()).hasSize(1);
        assertThat(placed()).singleElement().satisfies(task -> assertThat(
                        task.getAssignment().getDevicesList())
                .containsExactly("a.b/c=0"));
        assertThat(reserved("a1")).containsExactly("a.b/c=0");
    }

    @Test
    void leavesATaskThatFindsNoneAndSaysWhy() {
        agent("a1", "0");
        task("shop.web.1.0.0");
        task("shop.web.1.1.0");

        scheduling.reconcile(new Request(SHOP));
        scheduling.reconcile(new Request(SHOP));

        assertThat(placed()).hasSize(1);
        assertThat(world.told()).anySatisfy(event -> assertThat(event)
                .contains("a1 has 0 of 1 a.b/c, 1 is in use by shop.web.1.0.0 (1 is wanted)"));
    }

    private void agent(String name, String device) {
        var kind = DeviceKind.newBuilder()
                .setKind("a.b/c")
                .addDevices(OfferedDevice.newBuilder().setName(device));
        world.agent(
                name,
                AgentReportStatus.newBuilder()
                        .addAllFeatures(Features.KNOWN)
                        .addDevices(kind)
                        .build());
    }

    private void task(String name) {
        world.task(
                name,
                "",
                spec -> spec.addDevices(
                        DeviceRequest.newBuilder().setKind("a.b/c").setCount(1)));
    }

    private List<TaskSpec> placed() {
        return world.list(Kinds.TASKS).stream()
                .map(task -> task.spec())
                .filter(TaskSpec::hasAssignment)
                .toList();
    }

    private List<String> reserved(String agent) {
        return world.get(Kinds.ALLOCATIONS, "", agent).spec().getReservationsMap().values().stream()
                .flatMap(reservation -> reservation.getDevicesList().stream())
                .toList();
    }
}
