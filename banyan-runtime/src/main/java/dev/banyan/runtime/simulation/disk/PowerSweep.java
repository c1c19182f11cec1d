package dev.banyan.runtime.simulation.disk;

import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.SimulationFailure;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Lets code write files and takes the power away before and after each of its operations, several times with other losses. After each the host
 * starts again and the files must be as they may be.
 */
public final class PowerSweep {
    /** What writes, as a task of a process of the host. */
    @FunctionalInterface
    public interface Writing {
        /** Writes below {@code root}. */
        void write(Path root, SimulatedProcess process) throws IOException, InterruptedException;
    }

    /** What must hold of the files, as a task of a process of the host's next boot. */
    @FunctionalInterface
    public interface Looking {
        /**
         * Looks at what is below {@code root}.
         *
         * @param returned whether the writing had returned before the power failed, so that all of it must be there
         * @throws AssertionError when the files are not as they may be
         */
        void look(Path root, boolean returned) throws IOException, InterruptedException;
    }

    private static final Duration RUN_MAX = Duration.ofMinutes(10);

    private PowerSweep() {}

    /**
     * Sweeps over all operations of {@code writing}, each with {@code seeds} different losses; answers how many operations there are.
     *
     * @param before what was written, forced and safe long before
     * @throws SimulationFailure naming the operation and the seed of the first run that went wrong
     */
    public static long over(Writing before, Writing writing, Looking looking, int seeds) {
        long operations = 0;
        for (long seed = 1; seed <= seeds; seed++) {
            operations = tell(seed, List.of(before, writing), looking, Optional.empty());
            for (long operation = 1; operation <= operations; operation++) {
                for (var moment : SimulatedDisk.Moment.values()) {
                    tell(seed, List.of(before, writing), looking, Optional.of(new Failing(operation, moment)));
                }
            }
        }
        return operations;
    }

    private record Failing(long operation, SimulatedDisk.Moment moment) {}

    private static long tell(long seed, List<Writing> writings, Looking looking, Optional<Failing> failing) {
        try (var simulation = new Simulation(seed)) {
            var host = simulation.host("host");
            var faults = FaultPlan.all(seed, List.of(DiskFaults.UNFORCED_LOST));
            var disk = SimulatedDisk.of(host, faults);
            var writer = host.process("writer");
            simulation.runIn(writer, RUN_MAX, () -> writings.get(0).write(disk.root(), writer));
            disk.settle();
            long start = disk.operations();
            failing.ifPresent(fail -> disk.powerFailsAt(start + fail.operation(), fail.moment()));
            var task = writer.env().tasks().spawn("writes", () -> writings.get(1).write(disk.root(), writer));
            simulation.runUntil(() -> task.done() || !host.isUp(), RUN_MAX);
            boolean returned = task.done();
            long operations = disk.operations() - start;
            host.reboot();
            var reader = host.process("reader");
            simulation.runIn(reader, RUN_MAX, () -> looking.look(disk.root(), returned));
            return operations;
        } catch (AssertionError wrong) {
            var where = failing.map(fail -> "without power " + fail.moment() + " operation " + fail.operation())
                    .orElse("without power after the last operation");
            throw new SimulationFailure("seed " + seed + ", " + where + ": " + wrong.getMessage(), wrong);
        }
    }
}
