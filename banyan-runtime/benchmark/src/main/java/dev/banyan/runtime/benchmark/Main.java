package dev.banyan.runtime.benchmark;

import dev.banyan.runtime.benchmark.measure.Figure;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs all benchmarks, one process at a time, and tells what came out. */
public final class Main {
    /** Alike for every measured process; the collector is the one that takes the least from two cores. */
    private static final List<String> JVM = List.of(
            "-Xms3g",
            "-Xmx3g",
            "-XX:+UseParallelGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    private static final Path LOGS = Path.of("banyan-runtime/benchmark/target/benchmark-logs");
    private static final Pattern HANDOVER = Pattern.compile("(.*): median (\\S+) ms, max (\\S+) ms of \\d+");
    private static final String HANDOVER_CLASS = "dev.banyan.runtime.election.HandoverBenchmark";

    private final Env env = new SystemEnv();
    private final Results results = new Results();
    private final Path top;
    private final Optional<String> only;

    private Main(Path top, Optional<String> only) {
        this.top = top;
        this.only = only;
    }

    /**
     * Arguments: the top of the repository, then {@code --quick} for a short run, {@code --only PART} for one of micro, follow, delay, latency,
     * outage, stress, handover.
     */
    public static void main(String[] arguments) throws Exception {
        var words = List.of(arguments);
        var only = words.contains("--only")
                ? Optional.of(words.get(words.indexOf("--only") + 1))
                : Optional.<String>empty();
        var main = new Main(Path.of(words.getFirst()), only);
        boolean complete = main.run(words.contains("--quick") ? Plan.quick() : Plan.full());
        System.exit(complete ? 0 : 1);
    }

    private boolean run(Plan plan) throws Exception {
        var about = circumstances();
        long start = env.time().nanos();
        if (wanted("micro")) {
            micro(plan.jmh());
        }
        for (var trial : plan.trials()) {
            if (wanted(trial.getFirst())) {
                trial(trial);
            }
        }
        if (wanted("handover")) {
            handover(plan.handovers());
        }
        about.put("load at the end", load());
        about.put("took", env.time().since(start).toSeconds() + " s");
        about.forEach((name, value) -> System.out.printf("%s: %s%n", name, value));
        System.out.print(results.table());
        var file = top.resolve("banyan-runtime/benchmark/target/benchmark-runtime.json");
        Files.writeString(file, results.json(about));
        System.out.println("all values: " + file);
        return results.complete();
    }

    private boolean wanted(String part) {
        return only.isEmpty() || only.get().equals(part);
    }

    private Map<String, String> circumstances() throws IOException, InterruptedException {
        var about = new LinkedHashMap<String, String>();
        about.put("time", env.time().now().toString());
        about.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        about.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
        about.put("flags", String.join(" ", JVM));
        about.put("etcd", etcdVersion());
        about.put("load at the start", load());
        if (ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage() > 1) {
            System.out.println("The machine is not quiet: delays and rates will look worse than they are.");
        }
        return about;
    }

    private static String load() {
        return String.format(
                "%.2f", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    private static String etcdVersion() throws IOException, InterruptedException {
        var process = new ProcessBuilder("/usr/bin/etcd", "--version")
                .redirectErrorStream(true)
                .start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text.lines().findFirst().orElse("unknown") + ", its files in " + System.getProperty("java.io.tmpdir");
    }

    private void micro(List<String> arguments) throws CommandLineOptionException, RunnerException {
        System.out.println("JMH: queues and caches by themselves ...");
        var options = new OptionsBuilder()
                .parent(new CommandLineOptions(arguments.toArray(String[]::new)))
                .include("dev\\.banyan\\.runtime\\.benchmark\\.micro\\..*")
                .jvmArgs(JVM.toArray(String[]::new))
                .verbosity(VerboseMode.SILENT)
                .build();
        for (RunResult result : new Runner(options).run()) {
            var parameters = result.getParams();
            var name = parameters
                    .getBenchmark()
                    .substring(parameters.getBenchmark().lastIndexOf(".micro.") + 7);
            var threads = parameters.getParam("threads");
            var figure = name + (threads == null ? "" : ", " + threads + " threads");
            var key = new Results.Name("by itself (JMH)", parameters.getParam("library"), figure, "ns");
            result.getBenchmarkResults().forEach(fork -> fork.getIterationResults()
                    .forEach(iteration ->
                            results.add(key, iteration.getPrimaryResult().getScore())));
        }
    }

    private void trial(List<String> trial) throws IOException, InterruptedException {
        var program = List.of("follow", "delay").contains(trial.getFirst()) ? trial.get(1) : "banyan";
        var words = new ArrayList<>(trial);
        words.remove(program);
        var workload = String.join(" ", words);
        System.out.println(String.join(" ", trial) + " ...");
        var command = java(System.getProperty("java.class.path"), Trial.class.getName());
        command.addAll(trial);
        read(command, line -> Figure.parse(line)
                .ifPresent(figure -> results.add(
                        new Results.Name(workload, program, figure.name(), figure.unit()), figure.value())));
    }

    /** This one lives among the tests of the library, whose worker processes it uses. */
    private void handover(int rounds) throws IOException, InterruptedException {
        System.out.println("hand-over of a share, " + rounds + " times each way ...");
        var library = top.resolve("banyan-runtime/target");
        var path = library.resolve("test-classes")
                + File.pathSeparator
                + library.resolve("classes")
                + File.pathSeparator
                + System.getProperty("java.class.path");
        var command = java(path, HANDOVER_CLASS);
        command.add(Integer.toString(rounds));
        read(command, line -> {
            var told = HANDOVER.matcher(line);
            if (told.matches()) {
                tellHandover(told);
            }
        });
    }

    private void tellHandover(Matcher told) {
        for (var figure : List.of("median", "most")) {
            double value = Double.parseDouble(told.group(figure.equals("median") ? 2 : 3));
            results.add(new Results.Name("hand-over of a share", "banyan", told.group(1) + ", " + figure, "ms"), value);
        }
    }

    private static List<String> java(String path, String main) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(List.of("-cp", path, main));
        return command;
    }

    private interface Reader {
        void line(String line);
    }

    /** What the program logs is kept, and named when it fails. */
    private void read(List<String> command, Reader reader) throws IOException, InterruptedException {
        var words = String.join(" ", command.subList(command.indexOf("-cp") + 2, command.size()));
        var log = Files.createDirectories(top.resolve(LOGS)).resolve(words.replaceAll("[^A-Za-z0-9.]+", "-") + ".log");
        var process = new ProcessBuilder(command).redirectError(log.toFile()).start();
        try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = out.readLine(); line != null; line = out.readLine()) {
                reader.line(line);
            }
        }
        if (process.waitFor() != 0) {
            results.failed(words + ", see " + log);
        }
    }
}
