package dev.banyan.runtime.benchmark;

import java.util.ArrayList;
import java.util.List;

/**
 * What is measured, in order: programs that are compared take turns, so that whatever else the machine does meets all of them.
 *
 * @param trials arguments of {@link Trial}, one process each
 * @param jmh arguments of JMH
 * @param handovers rounds of the hand-over benchmark
 */
record Plan(List<List<String>> trials, List<String> jmh, int handovers) {
    private static final List<String> INFORMERS =
            List.of("banyan-etcd", "fabric8", "banyan-memory", "client-java", "raw-etcd", "raw-http");
    private static final List<String> CONTROLLERS = List.of("banyan-etcd", "josdk", "banyan-memory", "client-java");
    private static final List<String> DELAYS = List.of("banyan", "client-java", "josdk");

    /** Sizes that are quoted. */
    static Plan full() {
        var trials = new ArrayList<List<String>>();
        for (int turn = 0; turn < 2; turn++) {
            follow(trials, 100_000, 3);
        }
        for (int turn = 0; turn < 2; turn++) {
            for (var library : DELAYS) {
                trials.add(List.of("delay", library, "100000"));
            }
        }
        trials.add(List.of("latency", "100", "30"));
        trials.add(List.of("outage", "60", "10000"));
        trials.add(List.of("stress", "10000000"));
        return new Plan(List.copyOf(trials), List.of("-f", "2", "-wi", "3", "-w", "1s", "-i", "3", "-r", "1s"), 10);
    }

    /** Small sizes, hardly warmed up: shows that everything works, and no more. */
    static Plan quick() {
        var trials = new ArrayList<List<String>>();
        follow(trials, 10_000, 2);
        for (var library : DELAYS) {
            trials.add(List.of("delay", library, "10000"));
        }
        trials.add(List.of("latency", "100", "5"));
        trials.add(List.of("outage", "3", "1000"));
        trials.add(List.of("stress", "1000000"));
        return new Plan(
                List.copyOf(trials), List.of("-f", "1", "-wi", "1", "-w", "300ms", "-i", "2", "-r", "300ms"), 2);
    }

    private static void follow(List<List<String>> trials, int objects, int rounds) {
        for (var program : INFORMERS) {
            trials.add(follow(program, "events", objects, rounds));
        }
        for (var program : CONTROLLERS) {
            trials.add(follow(program, "reconciles", objects, rounds));
        }
    }

    private static List<String> follow(String program, String what, int objects, int rounds) {
        return List.of("follow", program, what, Integer.toString(objects), Integer.toString(rounds));
    }
}
