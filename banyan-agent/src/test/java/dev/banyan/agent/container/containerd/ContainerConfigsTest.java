package dev.banyan.agent.container.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.ObservedContainer;
import dev.banyan.agent.container.cri.v1.ContainerState;
import dev.banyan.agent.container.cri.v1.ContainerStatus;
import dev.banyan.agent.container.cri.v1.NamespaceMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContainerConfigsTest {
    private static final Owner OWNER = new Owner("c1");
    private static final ImageConfig IMAGE = new ImageConfig(
            List.of("/entry"), List.of("serve"), Map.of(), Optional.empty(), Optional.empty(), Optional.empty());
    private static final ContainerSpec SPEC =
            ContainerSpec.of("web", 2, ImageReference.parse("registry.banyan/a@sha256:" + "0".repeat(64)), "2.log");

    @Test
    void givesTheWholeCommandLineAsTheCommand() {
        var config = ContainerConfigs.of(SPEC, IMAGE, OWNER);

        assertThat(config.getCommandList()).containsExactly("/entry", "serve");
        assertThat(config.getArgsList()).isEmpty();
        assertThat(config.getMetadata().getAttempt()).isEqualTo(2);
        assertThat(config.getLogPath()).isEqualTo("2.log");
    }

    @Test
    void alwaysCarriesTheClustersLabel() {
        var config = ContainerConfigs.of(
                SPEC.withLabels(Map.of("a", "b", ContainerRuntime.CLUSTER_LABEL, "forged")), IMAGE, OWNER);

        assertThat(config.getLabelsMap()).isEqualTo(Map.of("a", "b", ContainerRuntime.CLUSTER_LABEL, "c1"));
    }

    @Test
    void countsProcessorsInQuotaAndShares() {
        var resources = ContainerConfigs.of(
                        SPEC.withLimits(new ContainerSpec.Limits(1500, 7, 0, List.of())), IMAGE, OWNER)
                .getLinux()
                .getResources();

        assertThat(resources.getCpuPeriod()).isEqualTo(100_000);
        assertThat(resources.getCpuQuota()).isEqualTo(150_000);
        assertThat(resources.getCpuShares()).isEqualTo(1536);
        assertThat(resources.getMemoryLimitInBytes()).isEqualTo(7);
    }

    @Test
    void neverAsksForLessThanTheKernelTakes() {
        var resources = ContainerConfigs.of(SPEC.withLimits(new ContainerSpec.Limits(1, 0, 0, List.of())), IMAGE, OWNER)
                .getLinux()
                .getResources();

        assertThat(resources.getCpuQuota()).isEqualTo(1000);
        assertThat(resources.getCpuShares()).isEqualTo(2);
    }

    @Test
    void givesTheContainerProcessesOfItsOwnAndNoNewPrivileges() {
        var security = ContainerConfigs.of(SPEC, IMAGE, OWNER).getLinux().getSecurityContext();

        assertThat(security.getNamespaceOptions().getPid()).isEqualTo(NamespaceMode.CONTAINER);
        assertThat(security.getNoNewPrivs()).isTrue();
        assertThat(security.hasRunAsUser()).isFalse();
    }

    @Test
    void readsStatesAndEnds() {
        var ended = ContainerStatus.newBuilder()
                .setState(ContainerState.CONTAINER_EXITED)
                .setExitCode(137)
                .setReason("OOMKilled")
                .setFinishedAt(1_700_000_000_000_000_005L)
                .build();

        assertThat(ContainerConfigs.exit(ended).oomKilled()).isTrue();
        assertThat(ContainerConfigs.exit(ended).finishedAt().getNano()).isEqualTo(5);
        assertThat(ContainerConfigs.state(ended)).isInstanceOf(ObservedContainer.State.Ended.class);
        assertThat(ContainerConfigs.needsStatus(ContainerState.CONTAINER_RUNNING))
                .isFalse();
        assertThat(ContainerConfigs.needsStatus(ContainerState.CONTAINER_UNKNOWN))
                .isTrue();
    }
}
