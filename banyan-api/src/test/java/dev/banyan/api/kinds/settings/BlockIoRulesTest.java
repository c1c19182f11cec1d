package dev.banyan.api.kinds.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.BlockIo;
import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.DiskLimit;
import dev.banyan.api.v1.DiskLimit.Bound;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockIoRulesTest {
    @Test
    void whatAKernelCanDoIsAllowed() {
        var wanted = BlockIo.newBuilder()
                .setWeight(10)
                .addLimits(limit(Bound.WEIGHT, "/dev/vda", 1000))
                .addLimits(limit(Bound.READS_PER_SECOND, "/dev/disk/by-id/nvme-a:b", 1))
                .addLimits(limit(Bound.WRITES_PER_SECOND, "/dev/disk/by-id/nvme-a:b", Long.MAX_VALUE));

        assertThat(problems(wanted)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 1001, -1})
    void aWeightIsWithinTheKernelsRange(int weight) {
        assertThat(problems(BlockIo.newBuilder().setWeight(weight)))
                .containsExactly("blkio_config.weight must be from 10 to 1000");
        assertThat(problems(BlockIo.newBuilder().addLimits(limit(Bound.WEIGHT, "/dev/a", weight))))
                .containsExactly("blkio_config.weight_device /dev/a: must be from 10 to 1000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/srv/disk", "dev/a", "/dev/../etc/passwd", "/dev/a b", "/dev/"})
    void aDiskIsBelowDev(String path) {
        assertThat(problems(BlockIo.newBuilder().addLimits(limit(Bound.READ_BYTES_PER_SECOND, path, 1))))
                .containsExactly("blkio_config.device_read_bps '" + path
                        + "' is no disk of a server: its path begins with /dev/");
    }

    @Test
    void aDiskHasOneBoundOfASort() {
        var twice = BlockIo.newBuilder()
                .addLimits(limit(Bound.WRITE_BYTES_PER_SECOND, "/dev/a", 1))
                .addLimits(limit(Bound.WRITES_PER_SECOND, "/dev/a", 1))
                .addLimits(limit(Bound.WRITE_BYTES_PER_SECOND, "/dev/a", 2));

        assertThat(problems(twice)).containsExactly("blkio_config.device_write_bps has two limits of /dev/a");
    }

    @Test
    void nothingCannotBeAllThatADiskGives() {
        assertThat(problems(BlockIo.newBuilder().addLimits(limit(Bound.READS_PER_SECOND, "/dev/a", 0))))
                .containsExactly("blkio_config.device_read_iops /dev/a: must be more than 0");
    }

    @Test
    void aBoundOfANewerVersionIsNotPassedOver() {
        var newer = DiskLimit.newBuilder().setBoundValue(77).setDisk("/dev/a").setValue(1);

        assertThat(problems(BlockIo.newBuilder().addLimits(newer)))
                .containsExactly("blkio_config bounds what this version does not know");
    }

    @Test
    void thereAreNotEndlesslyMany() {
        var many = BlockIo.newBuilder();
        for (int i = 0; i <= BlockIoRules.LIMITS_MAX; i++) {
            many.addLimits(limit(Bound.READS_PER_SECOND, "/dev/d" + i, 1));
        }

        assertThat(problems(many)).containsExactly("blkio_config at most 128 limits of disks");
    }

    private static DiskLimit.Builder limit(Bound bound, String disk, long value) {
        return DiskLimit.newBuilder().setBound(bound).setDisk(disk).setValue(value);
    }

    private static List<String> problems(BlockIo.Builder wanted) {
        var settings = ContainerSettings.newBuilder().setBlockIo(wanted).build();
        return SettingsRules.problems(settings).stream()
                .map(problem -> String.join(".", problem.path()) + " " + problem.message())
                .toList();
    }
}
