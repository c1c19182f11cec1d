package dev.banyan.harness;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * One server: a network namespace with an address on the set's wire, a directory for state and one for logs. Files, users,
 * process numbers and Unix sockets are the machine's, so programs on two servers must be given different directories.
 *
 * <p>Not safe for several threads.
 */
public final class Server {
    private static final Duration DEATH = Duration.ofMinutes(1);

    private final String prefix;
    private final String name;
    private final String address;
    private final Path state;
    private final Path logs;

    Server(String prefix, String name, String address, Path state, Path logs) {
        this.prefix = prefix;
        this.name = name;
        this.address = address;
        this.state = state;
        this.logs = logs;
    }

    /** Its name within the set, such as {@code agent-1}. */
    public String name() {
        return name;
    }

    /** Name of its namespace, unique on the machine: the set's prefix and the name. */
    public String namespace() {
        return prefix + "-" + name;
    }

    /** Its address on the wire. */
    public String address() {
        return address;
    }

    /** A directory of its own, removed with the set. */
    public Path state() {
        return state;
    }

    /** Where the outputs of its daemons are kept, also after the set is removed. */
    public Path logs() {
        return logs;
    }

    /** Starts a program on this server; its log is {@code <name>.log} in {@link #logs()}. */
    public Daemon start(String daemon, Command command) {
        return Daemon.start(namespace() + "/" + daemon, here(command), logs.resolve(daemon + ".log"));
    }

    /** Starts a program on this server whose input and output, error output among it, are the caller's to read and write. */
    public Process open(Command command) {
        return here(command).open();
    }

    /** Runs a program on this server to its end. */
    public Output run(Command command) {
        return here(command).run();
    }

    /** As {@link #run(Command)}. */
    public Output run(String... words) {
        return run(Command.of(words));
    }

    /** The answer to a GET from this server, with curl. */
    public HttpAnswer get(String url) {
        return HttpAnswer.get(this, url);
    }

    /** Unplugs it from the wire: frames are lost in both directions, processes see nothing but silence. */
    public void cutLink() {
        setPort("down");
    }

    /** Plugs it in again. */
    public void healLink() {
        setPort("up");
    }

    /** Every process in this server's namespace; containers have namespaces of their own and are not among them. */
    public List<ProcessHandle> processes() {
        return NetworkNamespaces.processes(namespace());
    }

    /** Those of one program, by the name the kernel has for it: at most 15 characters. */
    public List<ProcessHandle> processes(String program) {
        return processes().stream()
                .filter(process -> NetworkNamespaces.program(process).equals(program))
                .toList();
    }

    /**
     * The only process of a program, started by somebody else, such as a managed child of a daemon.
     *
     * @param log where failures are shown from: usually that of the daemon that keeps it
     * @throws AssertionError if there is none or more than one
     */
    public Daemon found(String program, Path log) {
        return Daemon.found(namespace() + "/" + program, only(program), log);
    }

    /**
     * Kills the only process of a program, such as a managed child of a daemon, and returns when it is gone.
     *
     * @throws AssertionError if there is none or more than one
     */
    public void kill(String program) {
        kill(only(program));
    }

    /** Kills all processes at once, as a loss of power would; containers too, for their parents die with the rest. */
    public void crash() {
        // A daemon that saw its child die before its own turn may have started another one.
        while (!processes().isEmpty()) {
            var all = processes().stream()
                    .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                    .distinct()
                    .toList();
            all.forEach(process -> Signals.send("KILL", process.pid()));
            all.forEach(this::awaitEnd);
        }
    }

    private ProcessHandle only(String program) {
        var named = processes(program);
        // A child has its parent's name until it runs a program of its own.
        var found = named.stream()
                .filter(process -> process.parent().filter(named::contains).isEmpty())
                .toList();
        if (found.size() != 1) {
            throw new AssertionError("one " + program + " expected on " + namespace() + ", found " + found);
        }
        return found.getFirst();
    }

    private void kill(ProcessHandle process) {
        Signals.send("KILL", process.pid());
        awaitEnd(process);
    }

    private void awaitEnd(ProcessHandle process) {
        Await.until(() -> !process.isAlive(), DEATH, () -> "process " + process.pid() + " of " + namespace() + " ends");
    }

    private void setPort(String upOrDown) {
        Command.of("ip", "-n", prefix + "-wire", "link", "set", "p-" + name, upOrDown)
                .run()
                .orFail();
    }

    private Command here(Command command) {
        // Not "ip netns exec": it hides the cgroup hierarchies, and no container starts without them.
        return command.behind("nsenter", "--net=/run/netns/" + namespace()).with("BANYAN_SERVERS", prefix);
    }
}
