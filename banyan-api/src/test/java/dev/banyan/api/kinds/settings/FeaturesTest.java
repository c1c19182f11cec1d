package dev.banyan.api.kinds.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.DeviceRequest;
import dev.banyan.api.v1.DiskLimit;
import dev.banyan.api.v1.HostNamespace;
import dev.banyan.api.v1.HostPath;
import dev.banyan.api.v1.Powers;
import dev.banyan.api.v1.RestartPolicy;
import dev.banyan.api.v1.TaskSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeaturesTest {
    @Test
    void findsNothingMissingInWhatAgentsHaveAlwaysKnown() {
        var restart = RestartPolicy.newBuilder()
                .setMode(RestartPolicy.Mode.ON_FAILURE)
                .setRetriesMax(3);

        assertThat(Features.missing(List.of(), restarting(restart))).isEmpty();
    }

    @Test
    void namesWhatAnOlderAgentWouldPassOver() {
        var restart = RestartPolicy.newBuilder()
                .setMode(RestartPolicy.Mode.ALWAYS)
                .setRetriesMax(3)
                .setDelayMs(0)
                .setWindowMs(1);
        var task = restarting(restart).toBuilder()
                .addDevices(DeviceRequest.getDefaultInstance())
                .build();

        assertThat(Features.missing(List.of(), task))
                .containsExactly(
                        "devices by name",
                        "restart_policy.delay",
                        "restart_policy.max_attempts",
                        "restart_policy.window");
        assertThat(Features.missing(List.of("restart_policy.delay", "devices by name"), task))
                .containsExactly("restart_policy.max_attempts", "restart_policy.window");
    }

    @Test
    void namesTheNetworkOfTheServer() {
        var settings =
                ContainerSettings.newBuilder().setPowers(Powers.newBuilder().addHostNamespaces(HostNamespace.NETWORK));
        var task = TaskSpec.newBuilder()
                .setContainer(ContainerSpec.newBuilder().setSettings(settings))
                .build();

        assertThat(Features.missing(List.of(), task)).containsExactly("network_mode host");
        assertThat(Features.missing(Features.KNOWN, task)).isEmpty();
    }

    @Test
    void thisVersionKnowsAllThatATaskCanNeed() {
        var restart = RestartPolicy.newBuilder()
                .setMode(RestartPolicy.Mode.ALWAYS)
                .setRetriesMax(3)
                .setDelayMs(5)
                .setWindowMs(1);
        var task = restarting(restart).toBuilder()
                .addDevices(DeviceRequest.getDefaultInstance())
                .build();

        assertThat(Features.missing(Features.KNOWN, task)).isEmpty();
        assertThat(Features.KNOWN).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void whatAContainerAsksOfDisksMustBeKnownPartByPart() {
        var task = TaskSpec.newBuilder();
        var disks = task.getContainerBuilder().getSettingsBuilder().getBlockIoBuilder();
        assertThat(Features.missing(List.of(), task.build())).isEmpty();

        disks.addLimitsBuilder().setBound(DiskLimit.Bound.WRITES_PER_SECOND);
        assertThat(Features.missing(List.of(), task.build())).containsExactly("blkio_config");
        disks.setWeight(10).addLimitsBuilder().setBound(DiskLimit.Bound.WEIGHT);
        assertThat(Features.missing(Features.KNOWN, task.build()))
                .containsExactly(Features.BLOCK_IO, Features.BLOCK_WEIGHT, Features.DISK_WEIGHT);
    }

    @Test
    void otherMountsBelowAPathMustBeKnown() {
        var task = TaskSpec.newBuilder();
        var host =
                task.getContainerBuilder().addMountsBuilder().getHostBuilder().setPath("/srv");
        assertThat(Features.missing(List.of(), task.build())).isEmpty();

        host.setRecursion(HostPath.Recursion.ALONE);
        assertThat(Features.missing(List.of(), task.build())).containsExactly("bind.recursive");
        assertThat(Features.missing(Features.KNOWN, task.build())).isEmpty();
    }

    @Test
    void aProfileOfAppArmorMustBeKnownToTheAgent() {
        var task = TaskSpec.newBuilder();
        task.getContainerBuilder().getSettingsBuilder().getPowersBuilder().setApparmorProfile("tight");

        assertThat(Features.missing(List.of(), task.build())).containsExactly("security_opt apparmor");
        assertThat(Features.missing(Features.KNOWN, task.build())).isEmpty();
    }

    @Test
    void groupsByNameFiltersAndSwapMustBeKnownToTheAgent() {
        var task = TaskSpec.newBuilder();
        var settings = task.getContainerBuilder().getSettingsBuilder();
        settings.addGroupNames("video").setMemorySwapBytes(-1);
        settings.getPowersBuilder().getSeccompBuilder().setDefaultAction("SCMP_ACT_ALLOW");

        assertThat(Features.missing(List.of(), task.build()))
                .containsExactly("group_add by name", "memswap_limit", "security_opt seccomp");
        assertThat(Features.missing(Features.KNOWN, task.build())).containsExactly("memswap_limit");
        assertThat(Features.missing(List.of("group_add by name", "security_opt seccomp", Features.SWAP), task.build()))
                .isEmpty();
    }

    private static TaskSpec restarting(RestartPolicy.Builder policy) {
        return TaskSpec.newBuilder()
                .setContainer(ContainerSpec.newBuilder().setRestart(policy))
                .build();
    }
}
