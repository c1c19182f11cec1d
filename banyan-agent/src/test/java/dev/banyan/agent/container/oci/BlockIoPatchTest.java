package dev.banyan.agent.container.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.Tuning.BlockIo;
import dev.banyan.agent.container.Tuning.BlockIo.Bound;
import dev.banyan.agent.container.Tuning.BlockIo.DiskLimit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockIoPatchTest {
    private static final String SPEC = """
            {"linux": {"resources": {"memory": {"limit": 7}}}}""";

    private static final Disks DISKS = Disks.ofThisServer();

    @Test
    void aContainerThatAsksForNothingKeepsItsSpecToTheLetter() {
        assertThat(BlockIoPatch.apply(SPEC, BlockIo.USUAL, DISKS)).isSameAs(SPEC);
    }

    @Test
    void aWeightNeedsNoDisk() {
        assertThat(JsonParser.parseString(BlockIoPatch.apply(SPEC, new BlockIo(300, List.of()), DISKS)))
                .isEqualTo(
                        JsonParser.parseString(
                                """
                                {"linux": {"resources": {"memory": {"limit": 7}, "blockIO": {"weight": 300}}}}"""));
    }

    @Test
    void eachBoundHasItsNameAndItsDisksNumber(@TempDir Path directory) throws Exception {
        var disk = DisksTest.anyDisk();
        var link = Files.createSymbolicLink(directory.resolve("link"), disk.path());
        var wanted = new BlockIo(
                0,
                List.of(
                        new DiskLimit(Bound.WEIGHT, link.toString(), 10),
                        new DiskLimit(Bound.READ_BYTES, link.toString(), 11),
                        new DiskLimit(Bound.WRITE_BYTES, link.toString(), 12),
                        new DiskLimit(Bound.READS, link.toString(), 13),
                        new DiskLimit(Bound.WRITES, disk.path().toString(), 14),
                        new DiskLimit(Bound.WRITES, link.toString(), 15)));

        assertThat(JsonParser.parseString(BlockIoPatch.apply("{}", wanted, DISKS)))
                .isEqualTo(JsonParser.parseString(
                        """
                                {"linux": {"resources": {"blockIO": {
                                  "weightDevice": [{"major": M, "minor": N, "weight": 10}],
                                  "throttleReadBpsDevice": [{"major": M, "minor": N, "rate": 11}],
                                  "throttleWriteBpsDevice": [{"major": M, "minor": N, "rate": 12}],
                                  "throttleReadIOPSDevice": [{"major": M, "minor": N, "rate": 13}],
                                  "throttleWriteIOPSDevice": [{"major": M, "minor": N, "rate": 14}, {"major": M, "minor": N, "rate": 15}]
                                }}}}"""
                                .replace("M", "" + disk.number().major())
                                .replace("N", "" + disk.number().minor())));
    }

    @Test
    void aDiskThatIsNotThereIsAReasonNotToStart() {
        var wanted = new BlockIo(0, List.of(new DiskLimit(Bound.READS, "/dev/no-such", 1)));

        assertThatThrownBy(() -> BlockIoPatch.apply(SPEC, wanted, DISKS))
                .isInstanceOfSatisfying(ContainerException.class, refused -> assertThat(refused.kind())
                        .isEqualTo(ContainerException.Kind.INVALID))
                .hasMessageContaining("this server has no disk /dev/no-such");
    }
}
