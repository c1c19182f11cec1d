package dev.banyan.agent.container;

import dev.banyan.runtime.env.SeededRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A drawn sequence of calls and blows, in right and wrong orders, on a few sandboxes and containers of one cluster. Played, it answers line
 * by line what came of each and what there is after it, in words that are the same on every runtime.
 *
 * <p>Differences between the model and containerd 1.6.20 that these sequences have found, all corrected in the model:
 *
 * <ul>
 *   <li>a container is refused in a sandbox that died as {@code NOT_FOUND}, not as a failure;
 *   <li>a container that was made before its sandbox died and is started after it fails, and has ended with exit code 128, as one whose
 *       command cannot be executed has;
 *   <li>the name of a container is taken in every attempt of its sandbox, not only in the one that has it;
 *   <li>a command is refused in a container that was not started as one that is in the wrong state: the real runtime told that as a failure
 *       and was corrected to say that the command was not started.
 * </ul>
 */
public final class DrawnCalls {
    /** How often each is drawn, out of all these. */
    private enum Call {
        PULL(1),
        PULL_MISSING(1),
        RUN_SANDBOX(8),
        CREATE(10),
        CREATE_WITHOUT_IMAGE(1),
        START(12),
        KILL(3),
        STOP(5),
        EXEC(4),
        EXEC_MISSING(1),
        REOPEN_LOG(2),
        IMAGE_CONFIG(1),
        REMOVE(4),
        KILL_SANDBOX(2),
        REMOVE_SANDBOX(3),
        RESTART_DAEMON(1);

        private final int weight;

        Call(int weight) {
            this.weight = weight;
        }
    }

    /** What a container of these sequences runs. */
    private enum Program {
        HEEDS(script("trap 'exit 0' TERM; : > /heeding; sleep 3600 & wait")),
        IGNORES(List.of("/bin/sleep", "3600")),
        ENDS(script("exit 3")),
        MISSING(List.of("/bin/nothing"));

        private final List<String> command;

        Program(List<String> command) {
            this.command = command;
        }
    }

    private static final int SANDBOXES = 2;
    private static final int CONTAINERS = 2;
    private static final String NOBODY = "0123456789abcdef".repeat(4);
    private static final List<String> MISSING_COMMAND = List.of("/bin/nothing");
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration SHORT = Duration.ofMillis(100);

    private final SeededRandom random;
    private final int length;

    public DrawnCalls(long seed, int length) {
        this.random = new SeededRandom(seed);
        this.length = length;
    }

    private static List<String> script(String text) {
        return ContainerRuntimeContract.script(text);
    }

    /** Has {@code server} behave as these programs do. */
    public static void script(FakeServer server) {
        server.script(Program.HEEDS.command, new Behaviour.Heeds());
        server.script(Program.IGNORES.command, new Behaviour.Ignores());
        server.script(Program.ENDS.command, new Behaviour.Ends(Duration.ofMillis(1), 3));
        server.script(Program.MISSING.command, new Behaviour.Missing());
        server.script(ContainerRuntimeContract.UNHEALTHY, new Behaviour.Answers(7, "broken\n"));
    }

    /** Plays it once; each line is what was called, what came of it, and the inventory after it. */
    public List<String> play(RuntimeBench bench) throws Exception {
        bench.runtime().pull(bench.image());
        var play = new Play(bench);
        var lines = new ArrayList<String>();
        for (int step = 0; step < length; step++) {
            var call = draw();
            int sandbox = random.nextInt(SANDBOXES);
            int container = random.nextInt(CONTAINERS);
            var program = Program.values()[random.nextInt(Program.values().length)];
            var outcome = play.outcome(call, sandbox, container, program);
            lines.add(step + " " + call + " s" + sandbox + " c" + container + " " + program + ": " + outcome + "; then "
                    + play.inventory());
        }
        return lines;
    }

    private Call draw() {
        int all = 0;
        for (var call : Call.values()) {
            all += call.weight;
        }
        int drawn = random.nextInt(all);
        for (var call : Call.values()) {
            drawn -= call.weight;
            if (drawn < 0) {
                return call;
            }
        }
        throw new IllegalStateException("the weights were summed");
    }

    /** One playing: who is who on this runtime. */
    private static final class Play {
        private final RuntimeBench bench;
        private final ContainerRuntime runtime;
        private final String[] sandboxes = {NOBODY, NOBODY};
        private final String[] containers = {NOBODY, NOBODY};
        private final Map<String, String> titles = new HashMap<>();
        private final Map<String, Program> programs = new HashMap<>();

        Play(RuntimeBench bench) {
            this.bench = bench;
            this.runtime = bench.runtime();
        }

        String outcome(Call call, int sandbox, int container, Program program) throws Exception {
            try {
                return made(call, sandbox, container, program);
            } catch (ContainerException refused) {
                return "refused as " + refused.kind();
            }
        }

        private String made(Call call, int sandbox, int container, Program program) throws Exception {
            var id = containers[container];
            return switch (call) {
                case PULL -> words(runtime.pull(bench.image()));
                case PULL_MISSING -> words(runtime.pull(bench.missingImage()));
                case RUN_SANDBOX -> run(sandbox);
                case CREATE -> create(sandbox, container, program, bench.image());
                case CREATE_WITHOUT_IMAGE -> create(sandbox, container, program, bench.missingImage());
                case START -> start(id);
                case KILL -> kill(id);
                case STOP -> words(runtime.stop(id, StopSignal.TERM, heeds(id) ? LONG : SHORT));
                case EXEC -> words(runtime.exec(id, ContainerRuntimeContract.UNHEALTHY, LONG));
                case EXEC_MISSING -> words(runtime.exec(id, MISSING_COMMAND, LONG));
                case REOPEN_LOG -> done(() -> runtime.reopenLog(id));
                case IMAGE_CONFIG ->
                    runtime.imageConfig(bench.image()).isPresent() + " "
                            + runtime.imageConfig(bench.missingImage()).isPresent();
                case REMOVE -> done(() -> runtime.remove(id));
                case KILL_SANDBOX -> killSandbox(sandboxes[sandbox]);
                case REMOVE_SANDBOX -> done(() -> runtime.removeSandbox(sandboxes[sandbox]));
                case RESTART_DAEMON -> done(bench::restartDaemon);
            };
        }

        private boolean heeds(String id) {
            return programs.get(id) == Program.HEEDS;
        }

        private String run(int number) throws InterruptedException {
            var made = runtime.runSandbox(bench.sandbox(number));
            sandboxes[number] = made.id();
            titles.put(made.id(), "s" + number + "/" + made.attempt());
            return titles.get(made.id()) + " " + words(made);
        }

        private String create(int sandbox, int container, Program program, ImageReference image)
                throws InterruptedException {
            var name = "c" + container;
            var spec = ContainerSpec.of(name, 0, image, name + ".log")
                    .withProcess(ContainerSpec.Process.running(program.command.toArray(String[]::new)));
            var id = runtime.createContainer(sandboxes[sandbox], spec);
            containers[container] = id;
            programs.put(id, program);
            return "created";
        }

        /** Until what follows at once has followed. */
        private String start(String id) throws Exception {
            runtime.start(id);
            if (heeds(id)) {
                bench.awaitHeeding(id);
            } else if (programs.get(id) == Program.ENDS) {
                bench.await(() -> state(id)
                        .filter(ObservedContainer.State.Ended.class::isInstance)
                        .isPresent());
            }
            return "started";
        }

        private String kill(String id) throws Exception {
            if (state(id)
                    .filter(ObservedContainer.State.Running.class::isInstance)
                    .isEmpty()) {
                return "nothing runs";
            }
            bench.kill(id);
            bench.await(() -> state(id)
                    .filter(ObservedContainer.State.Ended.class::isInstance)
                    .isPresent());
            return "killed";
        }

        private String killSandbox(String id) throws Exception {
            if (!ready(id)) {
                return "not ready";
            }
            bench.killSandbox(id);
            bench.await(() -> !ready(id));
            return "killed";
        }

        private boolean ready(String id) throws InterruptedException {
            return runtime.list().sandboxes().stream()
                    .anyMatch(sandbox -> sandbox.id().equals(id) && sandbox.ready());
        }

        private Optional<ObservedContainer.State> state(String id) throws InterruptedException {
            return runtime.list().containers().stream()
                    .filter(container -> container.id().equals(id))
                    .findFirst()
                    .map(ObservedContainer::state);
        }

        String inventory() throws InterruptedException {
            var all = new ArrayList<String>();
            var found = runtime.list();
            found.sandboxes().forEach(sandbox -> all.add(titles.get(sandbox.id()) + " " + words(sandbox)));
            found.containers()
                    .forEach(container -> all.add(container.name() + "/" + container.attempt() + " in "
                            + titles.get(container.sandboxId()) + " " + words(container.state())));
            all.sort(null);
            return all.toString();
        }

        private static String done(Deed deed) throws Exception {
            deed.make();
            return "done";
        }

        @FunctionalInterface
        private interface Deed {
            void make() throws Exception;
        }

        private static String words(ObservedSandbox sandbox) {
            return (sandbox.ready() ? "ready" : "not ready")
                    + (sandbox.address().isPresent() ? " at an address" : "");
        }

        private static String words(ObservedContainer.State state) {
            return switch (state) {
                case ObservedContainer.State.Created created -> "created";
                case ObservedContainer.State.Running running -> "running";
                case ObservedContainer.State.Ended ended ->
                    "ended by " + ended.exit().reason();
                case ObservedContainer.State.Unknown unknown -> "unknown";
            };
        }

        private static String words(StopOutcome outcome) {
            return switch (outcome) {
                case StopOutcome.Stopped stopped ->
                    "stopped by " + stopped.exit().reason();
                case StopOutcome.Killed killed -> "killed by " + killed.exit().reason();
                case StopOutcome.AlreadyEnded ended ->
                    "had ended by " + ended.exit().reason();
                case StopOutcome.NotRunning not -> "not running";
            };
        }

        private static String words(ExecOutcome outcome) {
            return switch (outcome) {
                case ExecOutcome.Finished finished -> "finished with " + finished.code() + " " + finished.output();
                case ExecOutcome.TimedOut late -> "timed out";
                case ExecOutcome.NotStarted not -> "not started";
            };
        }

        private static String words(PullOutcome outcome) {
            return switch (outcome) {
                case PullOutcome.Present present -> "present";
                case PullOutcome.Pulled pulled -> "pulled";
                case PullOutcome.Failed failed -> "failed as " + failed.cause();
            };
        }
    }
}
