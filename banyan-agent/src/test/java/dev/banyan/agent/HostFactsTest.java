package dev.banyan.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.kinds.settings.Features;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostFactsTest {
    private final HostFacts host = new HostFacts();

    @Test
    void whetherTheKernelLimitsSwapIsSeenInItsControlGroups(@TempDir Path groups) throws IOException {
        Files.createDirectories(groups.resolve("memory"));
        assertThat(HostFacts.countsSwap(groups)).isFalse();

        Files.createFile(groups.resolve("memory/memory.memsw.limit_in_bytes"));
        assertThat(HostFacts.countsSwap(groups)).isTrue();

        Files.delete(groups.resolve("memory/memory.memsw.limit_in_bytes"));
        Files.createDirectories(groups.resolve("system.slice"));
        Files.createFile(groups.resolve("system.slice/memory.swap.max"));
        assertThat(HostFacts.countsSwap(groups)).isTrue();
        assertThat(HostFacts.countsSwap(groups.resolve("none"))).isFalse();
    }

    @Test
    void whatTheKernelCanDoAboutDisksIsSeenInItsControlGroups(@TempDir Path groups) throws IOException {
        Files.createDirectories(groups.resolve("blkio/some"));
        assertThat(HostFacts.ofDisks(groups)).isEmpty();

        Files.createFile(groups.resolve("blkio/blkio.throttle.read_bps_device"));
        assertThat(HostFacts.ofDisks(groups)).containsExactly(Features.BLOCK_IO);

        Files.createFile(groups.resolve("blkio/some/blkio.bfq.weight"));
        assertThat(HostFacts.ofDisks(groups)).containsExactly(Features.BLOCK_IO, Features.BLOCK_WEIGHT);

        Files.createFile(groups.resolve("blkio/some/blkio.bfq.weight_device"));
        assertThat(HostFacts.ofDisks(groups))
                .containsExactly(Features.BLOCK_IO, Features.BLOCK_WEIGHT, Features.DISK_WEIGHT);
    }

    @Test
    void newerControlGroupsSayItWithOtherFiles(@TempDir Path groups) throws IOException {
        var slice = Files.createDirectories(groups.resolve("system.slice"));
        assertThat(HostFacts.ofDisks(groups)).isEmpty();
        assertThat(HostFacts.ofDisks(groups.resolve("none"))).isEmpty();

        Files.createFile(slice.resolve("io.max"));
        Files.createFile(slice.resolve("io.weight"));
        assertThat(HostFacts.ofDisks(groups))
                .as("it has no weight for single disks that the runtime would write")
                .containsExactly(Features.BLOCK_IO, Features.BLOCK_WEIGHT);

        Files.createFile(slice.resolve("io.bfq.weight"));
        assertThat(HostFacts.ofDisks(groups))
                .containsExactly(Features.BLOCK_IO, Features.BLOCK_WEIGHT, Features.DISK_WEIGHT);
    }

    @Test
    void whatTasksMayAskForHereIsSorted() {
        assertThat(new HostFacts().features(false)).isSorted().containsAll(Features.KNOWN);
    }

    @Test
    void theClockOfTheBootGoesOn() {
        long before = host.millis();

        assertThat(before).isPositive();
        assertThat(host.millis()).isGreaterThanOrEqualTo(before);
    }

    @Test
    void theBootKeepsItsIdentity() {
        assertThat(host.bootId()).matches("[0-9a-f-]{36}").isEqualTo(new HostFacts().bootId());
    }

    @Test
    void theHostNameIsFitForANameInTheCluster() {
        assertThat(host.hostName()).isNotBlank().doesNotMatch(".*[A-Z\\s].*");
    }

    @Test
    void thePlatformIsCalledAsInImages() {
        assertThat(host.platform()).matches("linux/(amd64|arm64|[a-z0-9]+)").isNotEqualTo("linux/aarch64");
    }

    @Test
    void namesTheKernel() {
        assertThat(host.kernel()).matches("[0-9]+\\..*");
    }

    @Test
    void offersTheMachineLessAReserve() {
        var offered = host.capacity("", "");

        assertThat(offered.getCpuMilli()).isEqualTo(Runtime.getRuntime().availableProcessors() * 1_000L - 100);
        assertThat(offered.getMemoryBytes()).isBetween(1L << 20, (1L << 50));
    }

    @Test
    void offersWhatIsTold() {
        var offered = host.capacity("1500", "1073741824");

        assertThat(offered.getCpuMilli()).isEqualTo(1_500);
        assertThat(offered.getMemoryBytes()).isEqualTo(1L << 30);
    }

    @Test
    void towardsItselfItsAddressIsLoopback() {
        assertThat(host.addressTowards("127.0.0.1", 7443)).isEqualTo("127.0.0.1");
    }

    @Test
    void takesALinkThatItDoesNotHaveOrThatLeadsNowhereForAnOrdinaryOne() {
        assertThat(host.linkMtu("192.0.2.77")).isEqualTo(1_500);
        assertThat(host.linkMtu("127.0.0.1")).isEqualTo(1_500);
    }

    @Test
    void aHostThatNobodyKnowsIsNamedWithTheWayOut() {
        assertThatThrownBy(() -> host.addressTowards("no such host", 7443))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("no such host")
                .hasMessageContaining("--address");
    }
}
