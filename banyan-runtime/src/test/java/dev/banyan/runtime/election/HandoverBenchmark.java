package dev.banyan.runtime.election;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.etcd.EtcdConfig;
import dev.banyan.runtime.store.etcd.EtcdProcess;
import dev.banyan.runtime.store.etcd.EtcdStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How long a job is nobody's: from the moment a process is told to stop, or is killed, to the first write of its successor, on a real etcd
 * with processes of their own. Prints one line a figure. The first argument is the number of rounds, 20 unless told.
 */
public final class HandoverBenchmark {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int JOBS = 64;

    private final Env env = new SystemEnv();
    private final EtcdProcess etcd;
    private final JobBoard board;

    private HandoverBenchmark(EtcdProcess etcd, EtcdStore store) {
        this.etcd = etcd;
        this.board = new JobBoard(store, env, JOBS);
    }

    private interface Ending {
        void of(JobWorker worker);
    }

    public static void main(String[] arguments) throws InterruptedException {
        int rounds = arguments.length == 0 ? 20 : Integer.parseInt(arguments[0]);
        try (var etcd = EtcdProcess.start();
                var store = connected(etcd)) {
            var benchmark = new HandoverBenchmark(etcd, store);
            var stayers =
                    List.of(JobWorker.start(etcd.endpoint(), "first"), JobWorker.start(etcd.endpoint(), "second"));
            try {
                benchmark.run("clean stop", rounds, JobWorker::end);
                benchmark.run("kill", rounds, JobWorker::kill);
            } finally {
                for (var stayer : stayers) {
                    stayer.close();
                }
            }
            benchmark.board.close();
            System.out.println("writes by others than the owner: "
                    + benchmark.board.violations().size());
        }
    }

    private void run(String name, int rounds, Ending ending) throws InterruptedException {
        var ends = new long[rounds];
        var views = new long[rounds];
        var joins = new long[rounds];
        for (int round = 0; round < rounds; round++) {
            try (var third = JobWorker.start(etcd.endpoint(), "third")) {
                joins[round] = untilItWorks();
                var job = board.owned("third").getFirst();
                settle(round);
                board.touchAll();
                board.await("all jobs are done", PATIENCE, board::allDone);
                long start = env.time().nanos();
                ending.of(third);
                long done = untilOthersDo(job);
                ends[round] = done - start;
                views[round] = done - board.viewNanos();
            }
            board.await("two are left", PATIENCE, () -> board.members().equals(List.of("first", "second")));
        }
        print(name + " to first write of the successor", ends);
        print(name + ": of that after the view without it", views);
        print("join to first write of the joiner", joins);
    }

    /** From seeing it in the view. */
    private long untilItWorks() throws InterruptedException {
        var all = List.of("first", "second", "third");
        board.await("three are members", PATIENCE, () -> board.members().equals(all));
        long start = env.time().nanos();
        board.touchAll();
        board.await("it works", PATIENCE, () -> board.writers().contains("third"));
        return env.time().nanos() - start;
    }

    private long untilOthersDo(ObjectKey job) throws InterruptedException {
        board.touch(job);
        board.await("a successor works", PATIENCE, () -> {
            if (board.done(job) && board.writer(job).equals("third")) {
                board.touch(job); // it was still quick enough for this one
            }
            return board.done(job) && !board.writer(job).equals("third");
        });
        return env.time().nanos();
    }

    /** Another phase of the beats in each round. */
    private void settle(int round) throws InterruptedException {
        env.signal().await(Duration.ofMillis(300 + 170L * (round % 10)));
    }

    private static EtcdStore connected(EtcdProcess etcd) throws InterruptedException {
        var env = new SystemEnv();
        while (true) {
            try {
                return EtcdStore.connect(EtcdConfig.of(etcd.endpoint()), env);
            } catch (StoreException starting) {
                env.signal().await(Duration.ofMillis(20));
            }
        }
    }

    private static void print(String what, long[] nanos) {
        var sorted = nanos.clone();
        Arrays.sort(sorted);
        System.out.printf(
                Locale.ROOT,
                "%s: median %.1f ms, max %.1f ms of %d%n",
                what,
                sorted[sorted.length / 2] / 1e6,
                sorted[sorted.length - 1] / 1e6,
                sorted.length);
    }
}
