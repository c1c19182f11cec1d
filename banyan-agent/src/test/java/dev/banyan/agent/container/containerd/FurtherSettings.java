package dev.banyan.agent.container.containerd;

import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.ContainerSpec.Limits;
import dev.banyan.agent.container.Isolation;
import dev.banyan.agent.container.Tuning;
import dev.banyan.agent.container.Tuning.BlockIo;
import dev.banyan.agent.container.Tuning.BlockIo.DiskLimit;
import dev.banyan.agent.container.Tuning.Manner;
import dev.banyan.agent.container.Tuning.Powers;
import dev.banyan.agent.container.Tuning.Shares;
import dev.banyan.agent.container.containerd.SettingsServersTest.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** What {@link SettingsServersTest} asks for that CRI has no words for. */
final class FurtherSettings {
    /** Making directories is nothing that this kernel knows. */
    private static final String FILTER =
            """
            {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
              {"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38, "excludes": {"caps": ["CAP_SYS_ADMIN"]}},
              {"names": ["read"], "action": "SCMP_ACT_KILL", "includes": {"caps": ["CAP_SYS_ADMIN"]}}]}""";

    private FurtherSettings() {}

    static List<Row> rows() {
        return List.of(
                new Row(
                        "further groups by name, as the image knows them",
                        manner(new Manner(List.of(7L), List.of("staff"), false, false, false)),
                        "cat /proc/1/status",
                        "Groups:\t(.* )?7 50"),
                new Row(
                        "swap beside its memory",
                        swapping(96 << 20),
                        "cat /sys/fs/cgroup/memory/memory.memsw.limit_in_bytes || cat /sys/fs/cgroup/memory.swap.max",
                        "(100663296|33554432)\n"),
                new Row(
                        "no swap beside its memory",
                        swapping(0),
                        "cat /sys/fs/cgroup/memory/memory.memsw.limit_in_bytes || cat /sys/fs/cgroup/memory.swap.max",
                        "(67108864|0)\n"),
                new Row(
                        "all the swap there is",
                        swapping(-1),
                        "cat /sys/fs/cgroup/memory/memory.memsw.limit_in_bytes || cat /sys/fs/cgroup/memory.swap.max",
                        "(9223372036854771712|max)\n"),
                new Row(
                        "a bound of what it reads from a disk",
                        using(new BlockIo(0, List.of(new DiskLimit(BlockIo.Bound.READ_BYTES, disk(), 1 << 20)))),
                        "cat /sys/fs/cgroup/blkio/blkio.throttle.read_bps_device || cat /sys/fs/cgroup/io.max",
                        "[0-9]+:[0-9]+ (rbps=)?1048576"),
                new Row(
                        "a filter of its own",
                        tuned(new Powers(List.of(), List.of(), false, false, List.of(), List.of(), false, "", FILTER)),
                        "busybox mkdir /made; cat /proc/1/status",
                        // mkdir's words for ENOSYS, which the filter has the kernel answer.
                        "(?s)Seccomp:\t2.*Function not implemented"));
    }

    /** Any that this server has. */
    private static String disk() {
        try (var listed = Files.list(Path.of("/sys/block"))) {
            return listed.map(disk -> "/dev/" + disk.getFileName())
                    .sorted()
                    .filter(disk -> Files.exists(Path.of(disk)))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException unlisted) {
            throw new UncheckedIOException(unlisted);
        }
    }

    private static UnaryOperator<ContainerSpec> using(BlockIo disks) {
        return shares(new Shares("", 0, 0, 0, 0, disks));
    }

    private static UnaryOperator<ContainerSpec> swapping(long bytes) {
        return spec ->
                shares(new Shares("", 0, 0, 0, bytes)).apply(spec.withLimits(new Limits(0, 64 << 20, 0, List.of())));
    }

    private static UnaryOperator<ContainerSpec> manner(Manner manner) {
        return spec -> spec.withTuning(new Tuning(manner, Shares.USUAL, Powers.USUAL, Isolation.USUAL));
    }

    private static UnaryOperator<ContainerSpec> shares(Shares shares) {
        return spec -> spec.withTuning(new Tuning(Manner.USUAL, shares, Powers.USUAL, Isolation.USUAL));
    }

    private static UnaryOperator<ContainerSpec> tuned(Powers powers) {
        return spec -> spec.withTuning(new Tuning(Manner.USUAL, Shares.USUAL, powers, Isolation.USUAL));
    }
}
