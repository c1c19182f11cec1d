package dev.banyan.benchmark;

import dev.banyan.api.client.Duplex;
import dev.banyan.api.v1.ExecRequest;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachRequest;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.DemoImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Times a command's first byte, and how much a forwarded port carries. Prints one line a figure. */
public final class ReachBenchmark {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int MEBI = 64;
    private static final int TRANSFERS = 5;
    private static final String TASK = "reach.web.1.0.0";

    private final Cluster cluster;

    private ReachBenchmark(Cluster cluster) {
        this.cluster = cluster;
    }

    /** The only argument is the number of commands; 100 without. */
    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length == 0 ? 100 : Integer.parseInt(arguments[0]);
        try (var cluster = Cluster.start(1)) {
            var image = DemoImage.of("busybox");
            cluster.push(image);
            var benchmark = new ReachBenchmark(cluster);
            System.out.println(benchmark.costs("before anything runs"));
            benchmark.up(image);
            benchmark.sessions(10); // classes are loaded
            System.out.println(benchmark.sessions(rounds).line());
            System.out.println(benchmark.programs(Math.max(1, rounds / 5)).line());
            benchmark.forwards();
            System.out.println(benchmark.costs("after the transfers"));
        }
    }

    private void up(DemoImage image) throws IOException {
        var file = Files.writeString(
                cluster.engineServer().state().resolve("reach.yaml"),
                """
                name: reach
                services:
                  web:
                    image: %s
                    command: ["sh", "-c", "trap 'exit 0' TERM; httpd -f -p 8080 -h /tmp & wait"]
                """
                        .formatted(image.reference()));
        cluster.cli("up", "-f", file.toString()).orFail();
    }

    /** From the request on a connection that is open to the first byte of the command's output. */
    private Figures sessions(int rounds) throws InterruptedException {
        var figures = new Figures("exec, connection open: request to first byte");
        var open = ReachUp.newBuilder()
                .setOpen(ReachRequest.newBuilder()
                        .setNamespace("default")
                        .setTask(TASK)
                        .setExec(ExecRequest.newBuilder().addCommand("echo").addCommand("x")))
                .build();
        for (int round = 0; round < rounds; round++) {
            long begun = System.nanoTime();
            try (var session = cluster.client().exec()) {
                if (!session.send(open, LONG)) {
                    throw new AssertionError("the session was not opened");
                }
                firstByte(session);
                figures.add(System.nanoTime() - begun);
                ended(session);
            }
        }
        return figures;
    }

    private static void firstByte(Duplex<ReachUp, ReachDown> session) throws InterruptedException {
        while (!next(session).hasData()) {
            // It is opened first.
        }
    }

    private static void ended(Duplex<ReachUp, ReachDown> session) throws InterruptedException {
        while (!next(session).hasOutcome()) {
            // What it wrote after the first byte.
        }
    }

    private static ReachDown next(Duplex<ReachUp, ReachDown> session) throws InterruptedException {
        return switch (session.receive(LONG).orElseThrow()) {
            case Duplex.Item.Message<ReachDown>(var part) -> part;
            case Duplex.Item.Ended<ReachDown> ended -> throw new AssertionError("ended: " + ended.status());
        };
    }

    /** As a person has it: the start of the program included. */
    private Figures programs(int rounds) throws IOException {
        var figures = new Figures("bin/banyan-cli exec: its start to first byte");
        for (int round = 0; round < rounds; round++) {
            long begun = System.nanoTime();
            var program = cluster.openCli("exec", "web", "--", "echo", "x");
            try (var output = program.getInputStream()) {
                if (output.read() != 'x') {
                    throw new AssertionError("not the command's output");
                }
                figures.add(System.nanoTime() - begun);
            }
            program.onExit().join();
        }
        return figures;
    }

    private void forwards() throws IOException {
        cluster.cli("exec", "web", "--", "sh", "-c", "dd if=/dev/zero of=/tmp/big bs=1048576 count=" + MEBI)
                .orFail();
        var forward = cluster.openCli("port-forward", "web", ":8080");
        try (var lines = forward.inputReader()) {
            var url = "http://" + lines.readLine().split(" ")[0] + "/big";
            System.out.println(speeds("port-forward, one connection", url, forward.pid()));
        } finally {
            forward.destroy();
        }
    }

    private String speeds(String what, String url, long forward) {
        List<Double> megabits = new ArrayList<>();
        var before =
                List.of(spent(cluster.engine().pid()), spent(cluster.agent(1).pid()), spent(forward));
        for (int transfer = 0; transfer < TRANSFERS; transfer++) {
            var said = cluster.engineServer()
                    .run("curl", "-sS", "-o", "/dev/null", "-w", "%{speed_download}", url)
                    .orFail();
            megabits.add(Double.parseDouble(said.out()) * 8 / 1e6);
        }
        var spread = megabits.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                "%-60s n=%d  min %.0f  median %.0f  max %.0f Mbit/s, in turn %s; processor time of engine %.2f, agent %.2f, CLI %.2f s",
                what + ", " + MEBI + " MiB",
                TRANSFERS,
                spread.getFirst(),
                spread.get(TRANSFERS / 2),
                spread.getLast(),
                megabits.stream()
                        .map(one -> String.format(Locale.ROOT, "%.0f", one))
                        .toList(),
                seconds(spent(cluster.engine().pid()).minus(before.get(0))),
                seconds(spent(cluster.agent(1).pid()).minus(before.get(1))),
                seconds(spent(forward).minus(before.get(2))));
    }

    private static Duration spent(long process) {
        return ProcessHandle.of(process)
                .flatMap(running -> running.info().totalCpuDuration())
                .orElseThrow();
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1e3;
    }

    /** What both have cost so far, their start included. */
    private String costs(String when) throws IOException {
        long engine = cluster.engine().pid();
        long agent = cluster.agent(1).pid();
        return String.format(
                Locale.ROOT,
                "%-60s engine %.0f, agent %.0f MiB; processor time of engine %.2f, agent %.2f s",
                "resident memory, " + when,
                resident(engine),
                resident(agent),
                seconds(spent(engine)),
                seconds(spent(agent)));
    }

    private static double resident(long process) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
                .sum();
    }
}
