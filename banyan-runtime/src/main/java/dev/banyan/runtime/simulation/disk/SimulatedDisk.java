package dev.banyan.runtime.simulation.disk;

import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.simulation.SimulatedHost;
import dev.banyan.runtime.simulation.fault.FaultKind;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Optional;

/**
 * The disk of one host; make one for each. Its files outlive processes and reboots, but for what a loss of power takes. Used by the driver of
 * the simulation and by its tasks.
 */
public final class SimulatedDisk {
    /** When power fails, seen from an operation. */
    public enum Moment {
        /** The operation has done nothing. */
        BEFORE,
        /** The operation is done, and nobody has heard of it. */
        AFTER
    }

    /** Something done with the disk, which can fail. */
    @FunctionalInterface
    interface Operation<T> {
        T run() throws IOException;
    }

    private static final Duration LATENCY_MAX = Duration.ofMillis(1);
    private static final Duration SLOW_MAX = Duration.ofSeconds(10);

    private final SimulatedHost host;
    private final FaultPlan faults;
    private final RandomSource random;
    private final Volume volume;
    private final DiskFileSystem fileSystem;
    private Duration latencyMax = LATENCY_MAX;
    private long operations;
    private long failsAt;
    private Moment moment = Moment.BEFORE;

    private SimulatedDisk(SimulatedHost host, FaultPlan faults) {
        this.host = host;
        this.faults = faults;
        this.random = new SeededRandom(host.simulation().seed()).fork("disk/" + host.name());
        this.volume = new Volume(() -> FileTime.from(host.clock().now()));
        this.fileSystem = new DiskFileSystem(this);
    }

    /** An empty disk of {@code host}, in which {@code faults} says what goes wrong. */
    public static SimulatedDisk of(SimulatedHost host, FaultPlan faults) {
        var disk = new SimulatedDisk(host, faults);
        host.onPowerLoss(disk::losePower);
        return disk;
    }

    /** Its root directory: everything else follows from that by {@link Path#resolve(String)} and {@link java.nio.file.Files}. */
    public Path root() {
        return fileSystem.root();
    }

    /** Where it is. */
    public SimulatedHost host() {
        return host;
    }

    /** Lets it hold {@code bytes} of content from now on; without limit unless told. */
    public void capacity(long bytes) {
        volume.capacity(bytes);
    }

    /** How many bytes of content it holds. */
    public long used() {
        return volume.used();
    }

    /** Lets an operation in a task take up to {@code most}, at least a hundredth of it; at zero it does not pass the baton on. 1 ms unless told. */
    public void latency(Duration most) {
        latencyMax = most;
    }

    /** How many operations have changed or forced something. */
    public long operations() {
        return operations;
    }

    /** Lets the host lose its power before or after an operation that changes or forces something, counted from 1 over the disk's life. */
    public void powerFailsAt(long operation, Moment when) {
        failsAt = operation;
        moment = when;
    }

    /** All that was done so far is on the disk, as a kernel sees to after a while. */
    public void settle() {
        volume.settle();
    }

    Volume volume() {
        return volume;
    }

    /** Does what only looks. */
    <T> T look(DiskPath path, Operation<T> operation) throws IOException {
        spend(path);
        return operation.run();
    }

    /** Does what changes something. */
    <T> T change(DiskPath path, Operation<T> operation) throws IOException {
        long number = ++operations;
        failIf(number, Moment.BEFORE);
        spend(path);
        var done = operation.run();
        failIf(number, Moment.AFTER);
        return done;
    }

    /** Does what needs room. */
    <T> T write(DiskPath path, Operation<T> operation) throws IOException {
        return change(path, () -> {
            if (strike(DiskFaults.FULL, path).isPresent()) {
                throw new FileSystemException(path.toString(), null, "No space left on device");
            }
            return operation.run();
        });
    }

    /** Forces a file or a directory. When that fails, what it was for is not kept, though nobody sees that. */
    void force(DiskPath path, Node node) throws IOException {
        try {
            change(path, () -> {
                volume.force(node);
                return true;
            });
        } catch (FileSystemException failed) {
            node.forceFailed();
            throw failed;
        }
    }

    private void spend(DiskPath path) throws IOException {
        requirePower();
        int boots = host.boots();
        var slow = strike(DiskFaults.SLOW, path);
        var time = slow.map(drawn -> Duration.ofNanos(drawn.nextLong(SLOW_MAX.toNanos())))
                .orElseGet(() -> faults.latency(random, latencyMax));
        if (!time.isZero()) {
            host.away(time);
        }
        if (boots != host.boots()) {
            throw new IOException("the host of this disk has rebooted meanwhile");
        }
        requirePower();
        if (strike(DiskFaults.ERROR, path).isPresent()) {
            throw new FileSystemException(path.toString(), null, "Input/output error");
        }
    }

    private void requirePower() throws IOException {
        if (!host.isUp()) {
            throw new IOException("the disk of " + host.name() + " has no power");
        }
    }

    private void failIf(long number, Moment now) throws IOException {
        if (number == failsAt && moment == now) {
            host.powerOff();
            host.away(Duration.ofNanos(1)); // a task of this host ends here
            requirePower();
        }
    }

    private Optional<RandomSource> strike(FaultKind kind, DiskPath path) {
        return strike(kind, path.toString());
    }

    private Optional<RandomSource> strike(FaultKind kind, String path) {
        var struck = faults.strike(kind, host.name() + ":" + path);
        struck.ifPresent(unused -> host.note(kind.name() + " " + path));
        return struck;
    }

    private void losePower() {
        volume.losePower(node -> strike(DiskFaults.UNFORCED_LOST, node.born));
    }
}
