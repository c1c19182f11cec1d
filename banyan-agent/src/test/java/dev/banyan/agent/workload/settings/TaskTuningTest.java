package dev.banyan.agent.workload.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.container.ContainerSpec.Confinement;
import dev.banyan.agent.container.ContainerSpec.Limits;
import dev.banyan.agent.container.ContainerSpec.Process;
import dev.banyan.agent.container.ContainerSpec.Rlimit;
import dev.banyan.agent.container.Isolation;
import dev.banyan.agent.container.Isolation.Shared;
import dev.banyan.agent.container.StopSignal;
import dev.banyan.agent.container.Tuning;
import dev.banyan.agent.container.Tuning.BlockIo;
import dev.banyan.agent.container.logs.LogRotation;
import dev.banyan.agent.container.watch.SandboxWatcher;
import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.Device;
import dev.banyan.api.v1.DiskLimit;
import dev.banyan.api.v1.HostNamespace;
import dev.banyan.api.v1.Logging;
import dev.banyan.api.v1.Powers;
import dev.banyan.api.v1.ResourceAmounts;
import dev.banyan.api.v1.SealedEnvironment;
import dev.banyan.api.v1.Ulimit;
import dev.banyan.api.v1.Words;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskTuningTest {
    @Test
    void groupsByNameSwapAndAFilterAreHandedOn() {
        var container = ContainerSpec.newBuilder();
        container
                .getSettingsBuilder()
                .addGroups(7)
                .addGroupNames("video")
                .setMemorySwapBytes(-1)
                .getPowersBuilder()
                .getSeccompBuilder()
                .setDefaultAction("SCMP_ACT_LOG");

        var tuning = new TaskTuning(container.build()).tuning();

        assertThat(tuning.manner().groups()).containsExactly(7L);
        assertThat(tuning.manner().groupNames()).containsExactly("video");
        assertThat(tuning.shares().swapBytes()).isEqualTo(-1);
        assertThat(tuning.powers().seccomp()).isEqualTo("{\"defaultAction\":\"SCMP_ACT_LOG\"}");
        assertThat(new TaskTuning(ContainerSpec.getDefaultInstance())
                        .tuning()
                        .powers()
                        .seccomp())
                .isEmpty();
    }

    @Test
    void aTaskWithoutSettingsIsAnOrdinaryContainer() {
        var tuning = of(ContainerSettings.newBuilder());

        assertThat(tuning.process(Map.of())).isEqualTo(Process.OF_THE_IMAGE);
        assertThat(tuning.limits()).isEqualTo(Limits.NONE);
        assertThat(tuning.confinement()).isEqualTo(Confinement.DEFAULT);
        assertThat(tuning.tuning()).isEqualTo(Tuning.USUAL);
        assertThat(tuning.isolation()).isEqualTo(Isolation.USUAL);
        assertThat(tuning.hostname("web-0")).isEqualTo("web-0");
        assertThat(tuning.stopSignal()).isEmpty();
    }

    @Test
    void onlyAnEnvironmentOfItsOwnMakesItEnvironed() {
        var bare = ContainerSpec.newBuilder().setImage("app");

        assertThat(new TaskTuning(bare.build()).environed()).isFalse();
        assertThat(new TaskTuning(bare.clone().putEnvironment("A", "b").build()).environed())
                .isTrue();
        assertThat(new TaskTuning(bare.clone()
                                .setSealedEnvironment(SealedEnvironment.getDefaultInstance())
                                .build())
                        .environed())
                .isTrue();
    }

    @Test
    void everyBoundOfADiskHasItsPlace() {
        var wanted = ContainerSettings.newBuilder();
        wanted.getBlockIoBuilder().setWeight(300);
        for (var bound : DiskLimit.Bound.values()) {
            if (bound != DiskLimit.Bound.BOUND_UNSPECIFIED && bound != DiskLimit.Bound.UNRECOGNIZED) {
                wanted.getBlockIoBuilder()
                        .addLimits(DiskLimit.newBuilder()
                                .setBound(bound)
                                .setDisk("/dev/a")
                                .setValue(bound.getNumber()));
            }
        }

        assertThat(of(wanted).tuning().shares().disks())
                .isEqualTo(new BlockIo(
                        300,
                        List.of(
                                new BlockIo.DiskLimit(BlockIo.Bound.WEIGHT, "/dev/a", 1),
                                new BlockIo.DiskLimit(BlockIo.Bound.READ_BYTES, "/dev/a", 2),
                                new BlockIo.DiskLimit(BlockIo.Bound.WRITE_BYTES, "/dev/a", 3),
                                new BlockIo.DiskLimit(BlockIo.Bound.READS, "/dev/a", 4),
                                new BlockIo.DiskLimit(BlockIo.Bound.WRITES, "/dev/a", 5))));
    }

    @Test
    void aBoundOfANewerVersionIsNotPassedOver() {
        var wanted = ContainerSettings.newBuilder();
        wanted.getBlockIoBuilder().addLimits(DiskLimit.newBuilder().setBoundValue(77));

        assertThatThrownBy(() -> of(wanted).tuning())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not know");
    }

    @Test
    void everySettingHasItsPlace() {
        var tuning = of(ContainerSettings.newBuilder()
                .setWorkingDir("/srv")
                .setUser("app:staff")
                .addGroups(7)
                .addGroups(-2)
                .setInit(true)
                .setTty(true)
                .setStdinOpen(true)
                .setReadOnly(true)
                .setCpuset("0-1")
                .setCpuShares(700)
                .setOomScoreAdj(-5)
                .setShmBytes(9)
                .setHostname("front")
                .setStopSignal(3)
                .putSysctls("net.core.somaxconn", "7")
                .setDomainname("shop.example"));

        assertThat(tuning.process(Map.of()).workingDirectory()).contains("/srv");
        assertThat(tuning.process(Map.of()).user()).contains("app:staff");
        assertThat(tuning.confinement()).isEqualTo(new Confinement(true, true));
        assertThat(tuning.tuning().manner())
                .isEqualTo(new Tuning.Manner(List.of(7L, 4_294_967_294L), true, true, true));
        assertThat(tuning.tuning().shares()).isEqualTo(new Tuning.Shares("0-1", 700, -5, 9));
        assertThat(tuning.isolation())
                .isEqualTo(new Isolation(
                        false, Set.of(), Map.of("net.core.somaxconn", "7", "kernel.domainname", "shop.example")));
        assertThat(tuning.tuning().isolation()).isEqualTo(tuning.isolation());
        assertThat(tuning.hostname("web-0")).isEqualTo("front");
        assertThat(tuning.stopSignal()).contains(new StopSignal(3));
    }

    @Test
    void everyPowerHasItsPlace() {
        var tuning = of(ContainerSettings.newBuilder()
                .setPowers(Powers.newBuilder()
                        .addAdd("NET_ADMIN")
                        .addDrop("CHOWN")
                        .setSeccompUnconfined(true)
                        .setApparmorUnconfined(true)
                        .addDevices(Device.newBuilder()
                                .setSource("/dev/a")
                                .setTarget("/dev/b")
                                .setPermissions("r"))
                        .addDeviceRules("c 1:3 r")
                        .setOwnCgroupView(true)
                        .addHostNamespaces(HostNamespace.IPC)
                        .addHostNamespaces(HostNamespace.PID)
                        .addHostNamespaces(HostNamespace.UTS)
                        .addHostNamespaces(HostNamespace.CGROUP)
                        .addHostNamespaces(HostNamespace.NETWORK)));

        assertThat(tuning.tuning().powers())
                .isEqualTo(new Tuning.Powers(
                        List.of("NET_ADMIN"),
                        List.of("CHOWN"),
                        true,
                        true,
                        List.of(new Tuning.Device("/dev/a", "/dev/b", "r")),
                        List.of("c 1:3 r"),
                        true));
        assertThat(tuning.isolation().shared()).containsExactlyInAnyOrder(Shared.values());
    }

    @Test
    void doesNotRunWithoutWhatItDoesNotKnow() {
        var newer =
                of(ContainerSettings.newBuilder().setPowers(Powers.newBuilder().addHostNamespacesValue(77)));

        assertThatIllegalArgumentException().isThrownBy(newer::isolation);
    }

    @Test
    void programsGainNothingUnlessToldOrPrivileged() {
        assertThat(of(powers(Powers.newBuilder())).confinement().noNewPrivileges())
                .isTrue();
        assertThat(of(powers(Powers.newBuilder().setNoNewPrivileges(false)))
                        .confinement()
                        .noNewPrivileges())
                .isFalse();
        assertThat(of(powers(Powers.newBuilder().setPrivileged(true)))
                        .confinement()
                        .noNewPrivileges())
                .isFalse();
        assertThat(of(powers(Powers.newBuilder().setPrivileged(true).setNoNewPrivileges(true)))
                        .confinement()
                        .noNewPrivileges())
                .isTrue();
        assertThat(of(powers(Powers.newBuilder().setPrivileged(true)))
                        .isolation()
                        .privileged())
                .isTrue();
    }

    @Test
    void limitsComeFromTheAmountsAndTheSettings() {
        var container = ContainerSpec.newBuilder()
                .setLimits(ResourceAmounts.newBuilder()
                        .setCpuMilli(5)
                        .setMemoryBytes(6)
                        .setPids(7))
                .setSettings(ContainerSettings.newBuilder()
                        .addUlimits(
                                Ulimit.newBuilder().setName("nofile").setSoft(1).setHard(-1)))
                .build();

        assertThat(new TaskTuning(container).limits())
                .isEqualTo(new Limits(5, 6, 7, List.of(new Rlimit("nofile", 1, Long.MAX_VALUE))));
    }

    @Test
    void tellsAnEmptyCommandFromNone() {
        var container = ContainerSpec.newBuilder()
                .setCommand(Words.getDefaultInstance())
                .setEntrypoint(Words.newBuilder().addWords("/run"))
                .build();

        assertThat(new TaskTuning(container).process(Map.of()).command()).contains(List.of());
        assertThat(new TaskTuning(container).process(Map.of()).entrypoint()).contains(List.of("/run"));
    }

    @ParameterizedTest
    @CsvSource({"0,0,10000000,3", "5000,0,5000,3", "0,7,10000000,7", "5000,1,2500,2", "0,1,5000000,2"})
    void keepsAsMuchOutputAsAskedFor(long bytes, int files, long size, int kept) {
        var container = ContainerSpec.newBuilder()
                .setSettings(ContainerSettings.newBuilder()
                        .setLogging(Logging.newBuilder().setFileBytes(bytes).setFiles(files)))
                .build();

        assertThat(TaskLogging.rotation(container)).isEqualTo(new LogRotation(size, kept));
        assertThat(TaskLogging.kept(container)).isTrue();
    }

    @Test
    void keepsNoOutputWhenToldSo() {
        var container = ContainerSpec.newBuilder()
                .setSettings(ContainerSettings.newBuilder()
                        .setLogging(Logging.newBuilder().setNone(true)))
                .build();

        assertThat(TaskLogging.kept(container)).isFalse();
    }

    @Test
    void writesNamesOfItsOwnBeforeThoseOfTheCluster() {
        var container = ContainerSpec.newBuilder()
                .setHostname("web-0")
                .addHosts(dev.banyan.api.v1.HostEntry.newBuilder().setName("db").setAddress("10.200.0.2"))
                .setSettings(ContainerSettings.newBuilder()
                        .setHostname("front")
                        .setDomainname("shop.example")
                        .addExtraHosts(dev.banyan.api.v1.ExtraHost.newBuilder()
                                .setName("db")
                                .setAddress("192.0.2.7"))
                        .addExtraHosts(dev.banyan.api.v1.ExtraHost.newBuilder()
                                .setName("server")
                                .setAddress("host-gateway")))
                .build();

        assertThat(new TaskHosts(container, "10.192.0.9", Optional.of("10.192.0.1")).text())
                .isEqualTo(
                        """
                        127.0.0.1\tlocalhost
                        ::1\tlocalhost ip6-localhost ip6-loopback
                        10.192.0.9\tfront.shop.example front
                        192.0.2.7\tdb
                        10.192.0.1\tserver
                        10.200.0.2\tdb
                        """);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TaskHosts(container, "10.192.0.9", Optional.empty()).text());
    }

    @Test
    void onItsServersNetworkTheServersOwnNamesHold() {
        var container = ContainerSpec.newBuilder()
                .setHostname("web-0")
                .addHosts(host("store", "10.200.0.2"))
                .setSettings(ContainerSettings.newBuilder()
                        .setPowers(Powers.newBuilder().addHostNamespaces(HostNamespace.NETWORK))
                        .addExtraHosts(dev.banyan.api.v1.ExtraHost.newBuilder()
                                .setName("db")
                                .setAddress("192.0.2.7"))
                        .addExtraHosts(dev.banyan.api.v1.ExtraHost.newBuilder()
                                .setName("server")
                                .setAddress("host-gateway")))
                .build();

        assertThat(new TaskHosts(container, "", Optional.empty()).onServer("127.0.0.1 localhost a-1\n"))
                .isEqualTo("192.0.2.7\tdb\n127.0.0.1\tserver\n127.0.0.1 localhost a-1\n");
        assertThat(new TaskTuning(container).links()).isEqualTo(Map.of(SandboxWatcher.NETWORK, SandboxWatcher.HOST));
    }

    @Test
    void theHostsFileOfATaskThatLooksUpNamesHasThoseOfItsLinksAlone() {
        var container = ContainerSpec.newBuilder()
                .setHostname("web-0")
                .setNamesServed(true)
                .addHosts(host("store", "10.200.0.2"))
                .addHosts(host("cache", "10.200.0.3"))
                .addHosts(host("store", "10.200.0.4"))
                .setSettings(ContainerSettings.newBuilder()
                        .addLinks(dev.banyan.api.v1.Link.newBuilder()
                                .setService("db")
                                .setAlias("store")))
                .build();

        assertThat(new TaskHosts(container, "10.192.0.9", Optional.empty()).text())
                .endsWith("10.192.0.9\tweb-0\n10.200.0.2\tstore\n");
    }

    private static dev.banyan.api.v1.HostEntry host(String name, String address) {
        return dev.banyan.api.v1.HostEntry.newBuilder()
                .setName(name)
                .setAddress(address)
                .build();
    }

    private static ContainerSettings.Builder powers(Powers.Builder powers) {
        return ContainerSettings.newBuilder().setPowers(powers);
    }

    private static TaskTuning of(ContainerSettings.Builder settings) {
        return new TaskTuning(ContainerSpec.newBuilder().setSettings(settings).build());
    }
}
