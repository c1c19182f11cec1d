package dev.banyan.benchmark;

import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.DemoImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/** Times what a person waits for: a new app, a killed container, many replicas, a listing. Prints one line a figure. */
public final class ClusterBenchmark {
    private static final int PORT = 8080;
    private static final int REPLICAS = 30;
    private static final Pattern PHASES = Pattern.compile("is ready: accepted ([0-9.]+) s, .*total ([0-9.]+) s");
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Cluster cluster;
    private final ProberProcess prober;
    private final DemoImage image;
    private final int rounds;

    private ClusterBenchmark(Cluster cluster, ProberProcess prober, DemoImage image, int rounds) {
        this.cluster = cluster;
        this.prober = prober;
        this.image = image;
        this.rounds = rounds;
    }

    /** The only argument is the number of samples; 20 without. */
    public static void main(String[] arguments) throws IOException {
        int rounds = arguments.length == 0 ? 20 : Integer.parseInt(arguments[0]);
        var image = DemoImage.of("busybox");
        try (var cluster = Cluster.start(2);
                var prober = ProberProcess.on(cluster.outside())) {
            cluster.push(image);
            var benchmark = new ClusterBenchmark(cluster, prober, image, rounds);
            benchmark.warmUp();
            benchmark.ups();
            benchmark.kills();
            benchmark.listings();
            benchmark.manyReplicas();
        }
    }

    // Twice on each agent: the image is pulled, classes are loaded.
    private void warmUp() throws IOException {
        for (int round = 0; round < 4; round++) {
            up("warm", 4, false);
            down("warm");
        }
    }

    private void ups() throws IOException {
        var reachable = new Figures("up of 1 replica, accepted to reachable");
        var whole = new Figures("up of 1 replica, command to reachable");
        for (int round = 0; round < rounds; round++) {
            long begun = System.nanoTime();
            prober.ask(cluster.agentServer(1).address(), PORT);
            long accepted = up("app" + round, 1, true).acceptedNanos();
            long answered = prober.answered();
            reachable.add(answered - accepted);
            whole.add(answered - begun);
            down("app" + round);
        }
        print(reachable);
        print(whole);
    }

    private void kills() throws IOException {
        var healed = new Figures("kill of the only container to its replacement's answer");
        for (int round = 0; round < rounds; round++) {
            // A new app each time: a container that dies again and again is restarted later and later.
            prober.ask(cluster.agentServer(1).address(), PORT);
            up("kill" + round, 1, false);
            prober.answered();
            long killed = System.nanoTime();
            container().destroyForcibly();
            prober.ask(cluster.agentServer(1).address(), PORT);
            healed.add(prober.answered() - killed);
            down("kill" + round);
        }
        print(healed);
    }

    private void listings() {
        var ps = new Figures("bin/banyan-cli ps");
        for (int round = 0; round < rounds; round++) {
            long begun = System.nanoTime();
            cluster.cli("ps").orFail();
            ps.add(System.nanoTime() - begun);
        }
        print(ps);
    }

    private void manyReplicas() throws IOException {
        var ready = new Figures("up of " + REPLICAS + " replicas on 2 agents, accepted to all ready");
        for (int round = 0; round < rounds; round++) {
            ready.add(phases(up("many" + round, REPLICAS, false).said()));
            down("many" + round);
        }
        print(ready);
    }

    /** What the command line said, and the time at which it said that the app is accepted. */
    private record Said(long acceptedNanos, String said) {}

    /** From the acceptance on, as the command line saw it: it waits longer than that for containers that nothing checks. */
    private static long phases(String said) {
        var phases = PHASES.matcher(said);
        if (!phases.find()) {
            throw new AssertionError("no phases in:\n" + said);
        }
        double seconds = Double.parseDouble(phases.group(2)) - Double.parseDouble(phases.group(1));
        return Math.round(seconds * 1e9);
    }

    /** With {@code detach} it does not wait for the app. */
    private Said up(String app, int replicas, boolean detach) throws IOException {
        var file = compose(app, replicas);
        var words = detach
                ? new String[] {"up", "--detach", "-f", file.toString()}
                : new String[] {"up", "-f", file.toString()};
        var process = cluster.openCli(words);
        long accepted = 0;
        var said = new StringBuilder();
        try (var lines = process.inputReader()) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                accepted = accepted == 0 && line.endsWith("accepted") ? System.nanoTime() : accepted;
                said.append(line).append('\n');
            }
        }
        if (accepted == 0 || process.onExit().join().exitValue() != 0) {
            throw new AssertionError("up of " + app + " failed:\n" + said);
        }
        return new Said(accepted, said.toString());
    }

    private void down(String app) {
        cluster.cli("down", app).orFail();
    }

    // The shell ends when it is told to, which httpd as the first process of a container does not.
    private Path compose(String app, int replicas) throws IOException {
        return Files.writeString(
                cluster.engineServer().state().resolve(app + ".yaml"),
                """
                name: %s
                services:
                  web:
                    image: %s
                    command: ["sh", "-c", "trap 'exit 0' TERM; httpd -f -p 8080 -h /www & wait"]
                    ports: ["%d:8080"]
                    deploy:
                      replicas: %d
                """
                        .formatted(app, image.reference(), PORT, replicas));
    }

    /** The process of a container on either agent that listens: what answers after its death is another. */
    private ProcessHandle container() {
        return Await.value(
                () -> ProcessHandle.allProcesses()
                        .filter(process -> read(process, "comm").strip().equals("httpd"))
                        .filter(this::inContainer)
                        .findFirst(),
                LONG,
                () -> "a container's process is found");
    }

    private boolean inContainer(ProcessHandle process) {
        var cgroups = read(process, "cgroup");
        return cgroups.contains("/banyan/" + cluster.agentName(1) + "/")
                || cgroups.contains("/banyan/" + cluster.agentName(2) + "/");
    }

    /** What the kernel says of a process; empty when it has ended meanwhile. */
    private static String read(ProcessHandle process, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), file));
        } catch (IOException ended) {
            return "";
        }
    }

    private static void print(Figures figures) {
        System.out.println(figures.line());
    }
}
