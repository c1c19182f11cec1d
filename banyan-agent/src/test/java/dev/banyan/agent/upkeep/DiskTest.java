package dev.banyan.agent.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.host.HostException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskTest {
    @Test
    void tellsHowFullARealDiskIs(@TempDir Path directory) {
        assertThat(Disk.of(directory).percentUsed()).isBetween(0, 100);
    }

    @Test
    void takesAFileSystemWithoutBlocksForEmpty() {
        assertThat(Disk.of(Path.of("/proc")).percentUsed()).isZero();
    }

    @Test
    void namesADirectoryThatIsNotThere(@TempDir Path directory) {
        assertThatThrownBy(() -> Disk.of(directory.resolve("absent")).percentUsed())
                .isInstanceOf(HostException.class)
                .hasMessageContaining("absent");
    }
}
