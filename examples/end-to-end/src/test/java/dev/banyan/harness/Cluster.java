package dev.banyan.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An engine and agents of the build tree, each on a server of its own, and a CLI that has joined them: three kinds of real
 * processes from the launchers in {@code bin/}.
 *
 * <pre>{@code
 * try (var cluster = Cluster.start(2)) {
 *     cluster.push(DemoImage.of("busybox"));
 *     cluster.cli("up", "-f", file.toString()).orFail();
 *     cluster.agentServer(1).kill("containerd");
 * }
 * }</pre>
 *
 * <p>Not safe for several threads.
 */
public final class Cluster implements AutoCloseable {
    public static final int API_PORT = 7443;
    public static final int REGISTRY_PORT = 7444;
    private static final Duration START = Duration.ofSeconds(60);

    private final TestServers servers;
    private final Server engineServer;
    private final List<Server> agentServers;
    private final List<Daemon> agents = new ArrayList<>();
    private Daemon engine;

    private Cluster(TestServers servers, int agentCount) {
        this.servers = servers;
        engineServer = servers.server("engine");
        agentServers = IntStream.rangeClosed(1, agentCount)
                .mapToObj(number -> servers.server("agent-" + number))
                .toList();
        run(engineServer, "banyan-engine", "init", "--data", data(engineServer), "--advertise", engineServer.address());
        engine = startEngine();
    }

    /**
     * Starts the engine on its server, the agents on theirs, joins them and the CLI, and returns when all agents are ready.
     *
     * @param agentCount 1 to 9
     * @throws AssertionError with the logs' ends if a part does not come up
     */
    public static Cluster start(int agentCount) {
        var names = new ArrayList<>(List.of("engine"));
        IntStream.rangeClosed(1, agentCount).forEach(number -> names.add("agent-" + number));
        var servers = TestServers.create(names.toArray(String[]::new));
        try {
            var cluster = new Cluster(servers, agentCount);
            cluster.joinAll();
            return cluster;
        } catch (RuntimeException | AssertionError failure) {
            servers.close();
            throw failure;
        }
    }

    /** The server of the engine, its etcd and its registry. */
    public Server engineServer() {
        return engineServer;
    }

    /** The server of an agent and its containerd; the first is number 1. */
    public Server agentServer(int number) {
        return agentServers.get(number - 1);
    }

    /** A place on the wire that is none of the servers. */
    public Server outside() {
        return servers.outside();
    }

    /** The engine's process; its children are found by {@link Server#processes(String)}. */
    public Daemon engine() {
        return engine;
    }

    /** An agent's process; the first is number 1. */
    public Daemon agent(int number) {
        return agents.get(number - 1);
    }

    /** The name by which the cluster knows an agent. */
    public String agentName(int number) {
        return agentServer(number).namespace();
    }

    /** Starts the engine again on its data, after a kill; returns when it listens. */
    public void restartEngine() {
        engine = startEngine();
    }

    /** Starts an agent again on its data, after a kill. */
    public void restartAgent(int number) {
        agents.set(number - 1, startAgent(agentServer(number)));
    }

    /** Runs the joined CLI to its end. */
    public Output cli(String... arguments) {
        return engineServer.run(cliCommand(arguments));
    }

    /** Starts the joined CLI, for verbs that follow something until they are ended. */
    public Daemon startCli(String name, String... arguments) {
        return engineServer.start(name, cliCommand(arguments));
    }

    /** Starts the joined CLI with its output for the caller to read as it comes. */
    public Process openCli(String... arguments) {
        return engineServer.open(cliCommand(arguments));
    }

    /** Puts an image into the cluster's registry with the CLI's certificate. */
    public void push(DemoImage image) {
        engineServer
                .run(
                        "skopeo",
                        "copy",
                        "--quiet",
                        "--dest-cert-dir",
                        registryCertificates().toString(),
                        "oci-archive:" + image.archive(),
                        "docker://" + engineServer.address() + ":" + REGISTRY_PORT + "/" + image.path())
                .orFail();
    }

    @Override
    public void close() {
        servers.close();
    }

    private void joinAll() {
        for (var server : agentServers) {
            run(
                    server,
                    "banyan-agent",
                    "join",
                    "--engine",
                    api(),
                    "--token-file",
                    token("agent"),
                    "--data",
                    data(server),
                    "--name",
                    server.namespace());
            agents.add(startAgent(server));
        }
        cli("join", "--engine", api(), "--token-file", token("admin")).orFail();
        Await.until(this::allAgentsReady, START, () -> "all agents are ready\n" + cli("agents") + tails());
    }

    private boolean allAgentsReady() {
        agents.forEach(Daemon::mustLive);
        var lines = cli("agents").out().lines().toList();
        return agentServers.stream().allMatch(server -> lines.stream()
                .anyMatch(line ->
                        line.contains(server.namespace()) && line.toLowerCase().contains("ready")));
    }

    private Daemon startEngine() {
        var daemon = engineServer.start(
                "engine",
                Command.of(
                        BuildTree.script("banyan-engine"), "run", "--data", data(engineServer), "--socket", socket()));
        Await.until(
                () -> {
                    daemon.mustLive();
                    return listens(engineServer, API_PORT);
                },
                START,
                () -> "the engine listens on " + API_PORT + "\n" + daemon.tail());
        return daemon;
    }

    private static Daemon startAgent(Server server) {
        // All servers share the machine's files: what is not the agent's alone by default must be told apart.
        return server.start(
                "agent",
                Command.of(
                        BuildTree.script("banyan-agent"),
                        "run",
                        "--data",
                        data(server),
                        "--run-directory",
                        server.state().resolve("run").toString(),
                        "--logs",
                        server.state().resolve("logs").toString()));
    }

    private static boolean listens(Server server, int port) {
        var sockets = server.run("ss", "--no-header", "--listening", "--tcp", "--numeric", "sport", "=", ":" + port);
        return !sockets.orFail().out().isBlank();
    }

    private String api() {
        return engineServer.address() + ":" + API_PORT;
    }

    // A token is a secret: it goes by a file that only root can read, never by a command line.
    private String token(String role) {
        var token = run(
                engineServer,
                "banyan-engine",
                "token",
                "--data",
                data(engineServer),
                "--socket",
                socket(),
                "--role",
                role);
        try {
            var file = Files.createTempFile(
                    engineServer.state(),
                    "token",
                    "",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return Files.writeString(file, token.out()).toString();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot keep a token", failure);
        }
    }

    private static Output run(Server server, String launcher, String... arguments) {
        return server.run(Command.of(arguments).behind(BuildTree.script(launcher)))
                .orFail();
    }

    private Command cliCommand(String... arguments) {
        return Command.of(arguments)
                .behind(BuildTree.script("banyan-cli"))
                .with("XDG_CONFIG_HOME", cliHome().toString());
    }

    private Path cliHome() {
        return engineServer.state().resolve("cli");
    }

    private Path registryCertificates() {
        return cliHome().resolve("banyan/credentials/default/registry");
    }

    private String socket() {
        return engineServer.state().resolve("engine.sock").toString();
    }

    private static String data(Server server) {
        return server.state().resolve("data").toString();
    }

    private String tails() {
        var all = new StringBuilder(engine.tail());
        agents.forEach(agent -> all.append('\n').append(agent.tail()));
        return all.toString();
    }
}
