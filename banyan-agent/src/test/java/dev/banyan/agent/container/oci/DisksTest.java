package dev.banyan.agent.container.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.container.ContainerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisksTest {
    private final Disks disks = Disks.ofThisServer();

    record Disk(Path path, Disks.Number number) {}

    /** A disk that this server has, as its kernel lists them. */
    static Disk anyDisk() throws IOException {
        try (var listed = Files.list(Path.of("/sys/block"))) {
            var name = listed.map(disk -> disk.getFileName().toString())
                    .sorted()
                    .filter(disk -> Files.exists(Path.of("/dev", disk)))
                    .findFirst()
                    .orElseThrow();
            var number =
                    Files.readString(Path.of("/sys/block", name, "dev")).strip().split(":");
            return new Disk(
                    Path.of("/dev", name), new Disks.Number(Long.parseLong(number[0]), Long.parseLong(number[1])));
        }
    }

    @Test
    void aDiskHasTheNumberThatTheKernelTells() throws IOException {
        var disk = anyDisk();

        assertThat(disks.number(disk.path().toString())).isEqualTo(disk.number());
    }

    @Test
    void aPartitionIsNoWholeDisk(@TempDir Path numbers) throws IOException {
        var disk = anyDisk();
        var shown = numbers.resolve(disk.number().major() + ":" + disk.number().minor());
        Files.createDirectories(shown);
        Files.createFile(shown.resolve("partition"));

        assertThatThrownBy(() -> new Disks(numbers).number(disk.path().toString()))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining(disk.path() + " is a partition, and limits are of whole disks");
    }

    @ParameterizedTest
    @CsvSource({
        "/dev/null, /dev/null is no disk",
        "/dev, /dev is no disk",
        "/dev/no/such, this server has no disk /dev/no/such",
        "'', '' is no disk"
    })
    void whatIsNoDiskIsRefusedByItsPath(String path, String why) {
        assertThatThrownBy(() -> disks.number(path))
                .isInstanceOfSatisfying(ContainerException.class, refused -> assertThat(refused.kind())
                        .isEqualTo(ContainerException.Kind.INVALID))
                .hasMessageContaining(path.isEmpty() ? " is no disk" : why);
    }

    /** As makedev(3) packs them: the low parts as ever, the high ones above them. */
    @ParameterizedTest
    @CsvSource({"7, 0", "254, 1", "259, 65541", "0, 0", "4095, 255", "4096, 256", "1048575, 1048575"})
    void bothNumbersAreInOne(long major, long minor) {
        long packed = (major & 0xfff) << 8 | (major & ~0xfffL) << 32 | minor & 0xff | (minor & ~0xffL) << 12;

        assertThat(Disks.number(packed)).isEqualTo(new Disks.Number(major, minor));
    }
}
