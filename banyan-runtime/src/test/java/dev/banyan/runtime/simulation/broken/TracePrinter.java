package dev.banyan.runtime.simulation.broken;

import dev.banyan.runtime.simulation.campaign.Mode;
import dev.banyan.runtime.simulation.campaign.Schedule;
import dev.banyan.runtime.simulation.campaign.Trial;
import dev.banyan.runtime.simulation.fault.ProcessFaults;
import dev.banyan.runtime.simulation.fault.StoreFaults;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Plays some seeds and prints what traces they leave. */
public final class TracePrinter {
    public static final int SEEDS = 40;
    public static final String MARK = "trace ";

    private TracePrinter() {}

    public static void main(String... arguments) {
        hashes().forEach(hash -> System.out.println(MARK + hash));
    }

    public static List<String> hashes() {
        return LongStream.rangeClosed(1, SEEDS).mapToObj(TracePrinter::hash).toList();
    }

    private static String hash(long seed) {
        var faults = Stream.concat(StoreFaults.ALL.stream(), ProcessFaults.ALL.stream())
                .toList();
        try (var trial = new Trial(Schedule.drawn(seed, Mode.LIVENESS), faults)) {
            Teams.play(trial, Samples.ACTS_BEFORE_SYNC.repaired);
            return Long.toHexString(trial.simulation().traceHash());
        }
    }
}
