package dev.banyan.agent.container.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.Isolation;
import dev.banyan.agent.container.Isolation.Shared;
import dev.banyan.agent.container.SandboxSpec;
import dev.banyan.agent.container.Tuning;
import dev.banyan.agent.container.Tuning.Device;
import dev.banyan.agent.container.Tuning.Manner;
import dev.banyan.agent.container.Tuning.Powers;
import dev.banyan.agent.container.Tuning.Shares;
import dev.banyan.agent.container.cri.v1.LinuxContainerSecurityContext;
import dev.banyan.agent.container.cri.v1.NamespaceMode;
import dev.banyan.agent.container.cri.v1.PodSandboxNetworkStatus;
import dev.banyan.agent.container.cri.v1.PodSandboxStatus;
import dev.banyan.agent.container.cri.v1.SecurityProfile.ProfileType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecurityConfigsTest {
    private static final Owner OWNER = new Owner("c1");
    private static final ImageConfig IMAGE = new ImageConfig(
            List.of("/entry"), List.of("serve"), Map.of(), Optional.empty(), Optional.empty(), Optional.empty());
    private static final ContainerSpec SPEC =
            ContainerSpec.of("web", 2, ImageReference.parse("registry.banyan/a@sha256:" + "0".repeat(64)), "2.log");

    @Test
    void asksForNothingBeyondTheUsual() {
        var security = SecurityConfigs.of(SPEC);

        assertThat(security.hasCapabilities()).isFalse();
        assertThat(security.getPrivileged()).isFalse();
        assertThat(security.getSeccomp().getProfileType()).isEqualTo(ProfileType.RuntimeDefault);
        assertThat(security.hasApparmor()).isFalse();
        assertThat(security.getNamespaceOptions().getPid()).isEqualTo(NamespaceMode.CONTAINER);
        assertThat(security.getNamespaceOptions().getIpc()).isEqualTo(NamespaceMode.POD);
    }

    @Test
    void saysEveryPower() {
        var security = with(
                new Powers(List.of("NET_ADMIN"), List.of("CHOWN"), true, true, List.of(), List.of(), false),
                new Isolation(true, Set.of(Shared.IPC, Shared.PID), Map.of()));

        assertThat(security.getCapabilities().getAddCapabilitiesList()).containsExactly("NET_ADMIN");
        assertThat(security.getCapabilities().getDropCapabilitiesList()).containsExactly("CHOWN");
        assertThat(security.getPrivileged()).isTrue();
        assertThat(security.getSeccomp().getProfileType()).isEqualTo(ProfileType.Unconfined);
        assertThat(security.getApparmor().getProfileType()).isEqualTo(ProfileType.Unconfined);
        assertThat(security.getNamespaceOptions().getPid()).isEqualTo(NamespaceMode.NODE);
        assertThat(security.getNamespaceOptions().getIpc()).isEqualTo(NamespaceMode.NODE);
    }

    @Test
    void handsNamesOfGroupsOnWithTheUsers() {
        assertThat(as("app:staff").getRunAsUsername()).isEqualTo("app:staff");
        assertThat(as("7:staff").getRunAsUsername()).isEqualTo("7:staff");
        assertThat(as("7:staff").hasRunAsUser()).isFalse();
        assertThat(as("app:8").getRunAsUsername()).isEqualTo("app");
        assertThat(as("app:8").getRunAsGroup().getValue()).isEqualTo(8);
        assertThat(as("7").getRunAsUser().getValue()).isEqualTo(7);
    }

    @Test
    void aFirstProcessStandsBeforeTheWholeCommand() {
        var config = ContainerConfigs.withInit(ContainerConfigs.of(SPEC, IMAGE, OWNER), Path.of("/server/init"));

        assertThat(config.getCommandList()).containsExactly("/dev/banyan-init", "--", "/entry", "serve");
        assertThat(config.getMounts(0).getHostPath()).isEqualTo("/server/init");
        assertThat(config.getMounts(0).getContainerPath()).isEqualTo("/dev/banyan-init");
        assertThat(config.getMounts(0).getReadonly()).isTrue();
    }

    @Test
    void mannersSharesAndDevicesAreTheContainers() {
        var device = new Device("/dev/a", "/dev/b", "rw");
        var config = ContainerConfigs.of(
                SPEC.withTuning(new Tuning(
                        new Manner(List.of(5L), false, true, true),
                        new Shares("0-1", 1, 0, 0),
                        new Powers(List.of(), List.of(), false, false, List.of(device), List.of(), false),
                        Isolation.USUAL)),
                IMAGE,
                OWNER);

        assertThat(config.getTty()).isTrue();
        assertThat(config.getStdin()).isTrue();
        assertThat(config.getLinux().getSecurityContext().getSupplementalGroupsList())
                .containsExactly(5L);
        assertThat(config.getLinux().getResources().getCpusetCpus()).isEqualTo("0-1");
        assertThat(config.getLinux().getResources().getCpuShares())
                .as("the kernel takes no less than 2")
                .isEqualTo(2);
        assertThat(config.getDevices(0).getHostPath()).isEqualTo("/dev/a");
        assertThat(config.getDevices(0).getContainerPath()).isEqualTo("/dev/b");
        assertThat(config.getDevices(0).getPermissions()).isEqualTo("rw");
    }

    @Test
    void aSandboxIsRestoredAsItWasParted() {
        var isolation =
                new Isolation(true, Set.of(Shared.IPC, Shared.PID, Shared.UTS), Map.of("net.core.somaxconn", "7"));
        var config = SandboxConfigs.of(sandbox().withIsolation(isolation), OWNER);
        var restored = SandboxConfigs.restored(PodSandboxStatus.newBuilder()
                .putAllAnnotations(config.getAnnotationsMap())
                .build());

        assertThat(config.getLinux().getSysctlsMap()).isEqualTo(Map.of("net.core.somaxconn", "7"));
        assertThat(config.getLinux().getSecurityContext().getPrivileged()).isTrue();
        assertThat(restored.getLinux().getSecurityContext())
                .isEqualTo(config.getLinux().getSecurityContext());
        assertThat(restored.getLinux()
                        .getSecurityContext()
                        .getNamespaceOptions()
                        .getPid())
                .isEqualTo(NamespaceMode.NODE);
    }

    @Test
    void aSandboxOnItsServersNetworkHasNeitherNameNorAddress() {
        var isolation = new Isolation(false, Set.of(Shared.NETWORK), Map.of());
        var config = SandboxConfigs.of(sandbox().withIsolation(isolation), OWNER);
        var status = PodSandboxStatus.newBuilder()
                .putAllAnnotations(config.getAnnotationsMap())
                .setNetwork(PodSandboxNetworkStatus.newBuilder().setIp("192.0.2.7"));
        var restored = SandboxConfigs.restored(status.build());

        assertThat(config.getLinux().getSecurityContext().getNamespaceOptions().getNetwork())
                .isEqualTo(NamespaceMode.NODE);
        assertThat(restored.getLinux().getSecurityContext())
                .isEqualTo(config.getLinux().getSecurityContext());
        assertThat(List.of(config.getHostname(), restored.getHostname())).containsOnly("");
        assertThat(SandboxConfigs.observed(status.build()).address()).isEmpty();
        assertThat(SandboxConfigs.observed(status.clearAnnotations().build()).address())
                .contains("192.0.2.7");
    }

    @Test
    void aSandboxOfAnOlderAgentIsAnOrdinaryOne() {
        var config = SandboxConfigs.of(sandbox(), OWNER);

        assertThat(SandboxConfigs.restored(PodSandboxStatus.getDefaultInstance())
                        .getLinux()
                        .getSecurityContext())
                .isEqualTo(config.getLinux().getSecurityContext());
        assertThat(config.getLinux().getSecurityContext().getPrivileged()).isFalse();
    }

    @Test
    void namesAProfileOfTheServer() {
        var powers = new Powers(List.of(), List.of(), false, false, List.of(), List.of(), false, "tight", "");

        var profile = with(powers, Isolation.USUAL).getApparmor();

        assertThat(profile.getProfileType()).isEqualTo(ProfileType.Localhost);
        assertThat(profile.getLocalhostRef()).isEqualTo("tight");
        assertThat(with(Powers.USUAL, Isolation.USUAL).hasApparmor()).isFalse();
    }

    private static SandboxSpec sandbox() {
        return new SandboxSpec(
                "web",
                "uid",
                1,
                "web-0",
                Path.of("/logs"),
                "/banyan",
                SandboxSpec.Dns.OF_THE_SERVER,
                Map.of(),
                Map.of());
    }

    private static LinuxContainerSecurityContext as(String user) {
        var usual = SPEC.process();
        return SecurityConfigs.of(SPEC.withProcess(new ContainerSpec.Process(
                usual.entrypoint(), usual.command(), Map.of(), Optional.empty(), Optional.of(user))));
    }

    private static LinuxContainerSecurityContext with(Powers powers, Isolation isolation) {
        return SecurityConfigs.of(SPEC.withTuning(new Tuning(Manner.USUAL, Shares.USUAL, powers, isolation)));
    }
}
