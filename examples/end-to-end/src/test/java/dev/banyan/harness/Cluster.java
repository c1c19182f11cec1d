package dev.banyan.harness;

import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.identity.CredentialsDirectory;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private static final Duration START = Duration.ofMinutes(3);

    private final TestServers servers;
    private final ClusterPlan plan;
    private final Server engineServer;
    private final List<Server> agentServers;
    private final List<Daemon> agents = new ArrayList<>();
    private final Optional<SecondEngine> second;
    private Daemon engine;
    private Optional<BanyanClient> client = Optional.empty();

    private Cluster(TestServers servers, ClusterPlan plan) {
        this.servers = servers;
        this.plan = plan;
        engineServer = servers.server("engine");
        agentServers = IntStream.rangeClosed(1, plan.tags().size())
                .mapToObj(number -> servers.server("agent-" + number))
                .toList();
        run(engineServer, "banyan-engine", "init", "--data", data(engineServer), "--advertise", engineServer.address());
        engine = startEngine();
        second = plan.engines() == 1
                ? Optional.empty()
                : Optional.of(SecondEngine.start(engineServer, Path.of(data(engineServer))));
    }

    /**
     * Starts the engine on its server, the agents on theirs, joins them and the CLI, and returns when all agents are ready.
     *
     * @param agentCount 1 to 9
     * @throws AssertionError with the logs' ends if a part does not come up
     */
    public static Cluster start(int agentCount) {
        return start(ClusterPlan.agents(agentCount));
    }

    /** As {@link #start(int)}, with tags and options. */
    public static Cluster start(ClusterPlan plan) {
        var names = new ArrayList<>(List.of("engine"));
        IntStream.rangeClosed(1, plan.tags().size()).forEach(number -> names.add("agent-" + number));
        var servers = TestServers.create(names.toArray(String[]::new));
        try {
            var cluster = new Cluster(servers, plan);
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

    /** The engine's process. */
    public Daemon engine() {
        return engine;
    }

    /** The second engine's process, where there is one. */
    public Daemon secondEngine() {
        return second.orElseThrow().process();
    }

    /** The process of the etcd that the engine keeps, as it is now. */
    public Daemon etcd() {
        return engineServer.found("etcd", engine.log());
    }

    /** The process of the registry that the engine keeps, as it is now. */
    public Daemon registry() {
        return engineServer.found("docker-registry", engine.log());
    }

    /** An agent's process; the first is number 1. */
    public Daemon agent(int number) {
        return agents.get(number - 1);
    }

    /** The process of the containerd that an agent keeps, as it is now. */
    public Daemon containerd(int number) {
        return agentServer(number).found("containerd", agent(number).log());
    }

    /** The name by which the cluster knows an agent. */
    public String agentName(int number) {
        return agentServer(number).namespace();
    }

    /** Starts the engine again on its data, after a kill; returns when it listens. */
    public void restartEngine() {
        // A connection that was refused would first tell its old refusal.
        client.ifPresent(BanyanClient::close);
        client = Optional.empty();
        engine = startEngine();
    }

    /** Runs etcdctl with the credentials of etcd, on its server. */
    public Output etcdctl(String... words) {
        var identity = Path.of(data(engineServer)).resolve("etcd").resolve("tls");
        return engineServer.run(Command.of(words)
                .behind(
                        "etcdctl",
                        "--endpoints=https://127.0.0.1:7379",
                        "--cacert=" + identity.resolve("ca.pem"),
                        "--cert=" + identity.resolve("cert.pem"),
                        "--key=" + identity.resolve("key.pem"))
                .with("ETCDCTL_API", "3"));
    }

    /** Kills the engine and its etcd, and puts etcd's data back to what a snapshot holds; neither is started again. */
    public void restoreEtcd(Path snapshot) {
        engine.kill();
        engineServer.kill("etcd");
        var etcd = Path.of(data(engineServer)).resolve("etcd");
        var peer = "https://127.0.0.1:7380";
        engineServer
                .run(
                        "mv",
                        etcd.resolve("data").toString(),
                        etcd.resolve("data.before").toString())
                .orFail();
        engineServer
                .run(Command.of(
                                "etcdctl",
                                "snapshot",
                                "restore",
                                snapshot.toString(),
                                "--name=banyan",
                                "--data-dir=" + etcd.resolve("data"),
                                "--initial-cluster=banyan=" + peer,
                                "--initial-cluster-token=banyan",
                                "--initial-advertise-peer-urls=" + peer)
                        .with("ETCDCTL_API", "3"))
                .orFail();
    }

    /** Joins the CLI once more, under a context of its own that knows one engine alone: 1 or 2. It becomes the current one. */
    public void joinCli(String context, int engineNumber) {
        var words = List.of(
                "join",
                "--context",
                context,
                "--token-file",
                token("admin").toString(),
                "--engine",
                engines().get(engineNumber - 1));
        cli(words.toArray(String[]::new)).orFail();
    }

    /** Runs the joined CLI in a context of {@link #joinCli}. */
    public Output cliAt(String context, String... arguments) {
        return engineServer.run(cliCommand(arguments).with("BANYAN_CONTEXT", context));
    }

    /** Starts an agent again on its data, after a kill. */
    public void restartAgent(int number) {
        agents.set(number - 1, startAgent(number));
    }

    /** Waits until the cluster judges all agents ready, and each of them, also one that starts again, speaks to an engine. */
    public void awaitAgents() {
        Await.until(this::allAgentsReady, START, () -> "all agents are ready\n" + cli("agents") + tails());
    }

    /** How many agents there are. */
    public int agentCount() {
        return agentServers.size();
    }

    /** Where the API is dialled: host and port. */
    public String api() {
        return engineServer.address() + ":" + API_PORT;
    }

    /** The local socket of the API; files are the machine's, so it is reached from everywhere on it. */
    public Path socket() {
        return engineServer.state().resolve("engine.sock");
    }

    /** A new join token of a role, {@code agent} or {@code admin}, in a file that only root can read. */
    public Path token(String role) {
        // A token is a secret: it goes by a file, never by a command line.
        var token = run(
                engineServer,
                "banyan-engine",
                "token",
                "--data",
                data(engineServer),
                "--socket",
                socket().toString(),
                "--role",
                role);
        try {
            var file = Files.createTempFile(
                    engineServer.state(),
                    "token",
                    "",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return Files.writeString(file, token.out());
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot keep a token", failure);
        }
    }

    /** The cluster's objects, as the joined CLI may see them. */
    public Store store() {
        return client().store();
    }

    /** A connection of the joined CLI's to the first engine, by its socket; closed with the cluster. */
    public BanyanClient client() {
        if (client.isEmpty()) {
            var credentials = new CredentialsDirectory(cliCredentials());
            client = Optional.of(BanyanClient.open(credentials, List.of("unix:" + socket()), new SystemEnv()));
        }
        return client.get();
    }

    /** Runs the joined CLI to its end. */
    public Output cli(String... arguments) {
        return engineServer.run(cliCommand(arguments));
    }

    /**
     * Runs the joined CLI again and again until it prints {@code part}: for what follows only later.
     *
     * @return all that it printed then
     */
    public Output awaitCli(String part, String... arguments) {
        return Await.value(
                () -> Optional.of(cli(arguments)).filter(said -> said.out().contains(part)),
                START,
                () -> "\"" + part + "\" is said by " + cli(arguments) + cli("agents"));
    }

    /** As {@link #cli}, with more variables in its environment. */
    public Output cliWith(Map<String, String> environment, String... arguments) {
        var command = cliCommand(arguments);
        for (var variable : environment.entrySet()) {
            command = command.with(variable.getKey(), variable.getValue());
        }
        return engineServer.run(command);
    }

    /** As {@link #cli}, from another place. */
    public Output cliFrom(Server place, String... arguments) {
        return place.run(cliCommand(arguments));
    }

    /** Runs a user's own CLI to its end; it has joined nothing but what that user joined. */
    public Output cliAs(User user, String... arguments) {
        return engineServer.run(user.command(Command.of(arguments).behind(BuildTree.script("banyan-cli"))));
    }

    /** Starts the joined CLI, for verbs that follow something until they are ended. */
    public Daemon startCli(String name, String... arguments) {
        return engineServer.start(name, cliCommand(arguments));
    }

    /** Starts the joined CLI with its output for the caller to read as it comes. */
    public Process openCli(String... arguments) {
        return engineServer.open(cliCommand(arguments));
    }

    /** Puts an image into the cluster's registry with the CLI's certificate; with two engines, into that of each. */
    public void push(DemoImage image) {
        push(image, REGISTRY_PORT);
        second.ifPresent(other -> push(image, SecondEngine.REGISTRY_PORT));
    }

    private void push(DemoImage image, int registryPort) {
        engineServer
                .run(
                        "skopeo",
                        "copy",
                        "--quiet",
                        "--dest-cert-dir",
                        registryCertificates().toString(),
                        "oci-archive:" + image.archive(),
                        "docker://" + engineServer.address() + ":" + registryPort + "/" + image.path())
                .orFail();
    }

    @Override
    public void close() {
        client.ifPresent(BanyanClient::close);
        servers.close();
    }

    private void joinAll() {
        // Most of the time goes into programs that begin, and no two of these ask anything of each other.
        IntStream.rangeClosed(0, agentServers.size()).parallel().forEach(number -> {
            if (number == 0) {
                joinCli();
            } else {
                join(agentServer(number), plan.tags().get(number - 1));
            }
        });
        for (var number = 1; number <= agentServers.size(); number++) {
            var agent = startAgent(number);
            agents.add(agent);
            // The first to come gets the first subnet, which tests know.
            agent.awaitLog(" session began ", START);
        }
        awaitAgents();
    }

    private void joinCli() {
        var words =
                new ArrayList<>(List.of("join", "--token-file", token("admin").toString()));
        engines().reversed().forEach(engine -> words.addAll(List.of("--engine", engine)));
        cli(words.toArray(String[]::new)).orFail();
    }

    private void join(Server server, List<String> tags) {
        var words = new ArrayList<>(List.of("join", "--engine", String.join(",", engines()), "--token-file"));
        words.add(token("agent").toString());
        words.addAll(List.of("--data", data(server), "--name", server.namespace()));
        if (!tags.isEmpty()) {
            words.addAll(List.of("--tags", String.join(",", tags)));
        }
        run(server, "banyan-agent", words.toArray(String[]::new));
    }

    private List<String> engines() {
        var all = new ArrayList<>(List.of(api()));
        second.ifPresent(other -> all.add(engineServer.address() + ":" + SecondEngine.API_PORT));
        return all;
    }

    private boolean allAgentsReady() {
        agents.forEach(Daemon::mustLive);
        var lines = cli("agents").out().lines().toList();
        return agents.stream().allMatch(Cluster::inSession)
                && agentServers.stream().allMatch(server -> lines.stream()
                        .anyMatch(line -> line.startsWith(server.namespace() + " ")
                                && line.toLowerCase().matches(".* ready(,.*| .*|)")));
    }

    // The cluster has not missed yet who was killed a moment ago.
    private static boolean inSession(Daemon agent) {
        var said = agent.said();
        return said.lastIndexOf(" session began ") > said.lastIndexOf(" session ended ");
    }

    private Daemon startEngine() {
        var words = new ArrayList<>(List.of(BuildTree.script("banyan-engine"), "run"));
        words.addAll(List.of("--data", data(engineServer), "--socket", socket().toString()));
        plan.engineOptions().forEach((name, value) -> words.addAll(List.of("--" + name, value)));
        var daemon = engineServer.start("engine", new Command(words, Map.of()));
        Await.until(
                () -> {
                    daemon.mustLive();
                    return listens(engineServer, API_PORT) && listensOnSocket();
                },
                START,
                () -> "the engine listens on " + API_PORT + "\n" + daemon.tail());
        return daemon;
    }

    private Daemon startAgent(int number) {
        var server = agentServer(number);
        var words = new ArrayList<>(agentWords(server, "run"));
        plan.agentOptions()
                .getOrDefault(number, Map.of())
                .forEach((name, value) -> words.addAll(List.of("--" + name, value)));
        return server.start("agent", new Command(words, Map.of()));
    }

    /** All servers share the machine's files: what is not the agent's alone by default must be told apart. */
    private static List<String> agentWords(Server server, String verb) {
        return List.of(
                BuildTree.script("banyan-agent"),
                verb,
                "--data",
                data(server),
                "--run-directory",
                server.state().resolve("run").toString(),
                "--logs",
                server.state().resolve("logs").toString());
    }

    /** What takes the server of an agent, which was ended, out of the cluster. */
    public Command leaving(int number) {
        return new Command(agentWords(agentServer(number), "leave"), Map.of());
    }

    /** Has an agent that left join again, and starts it. */
    public void rejoin(int number) {
        join(agentServer(number), plan.tags().get(number - 1));
        restartAgent(number);
    }

    /** Where the volumes of an agent are; the first agent is number 1. */
    public Path volumes(int agent) {
        return Path.of(data(agentServer(agent))).resolve("volumes");
    }

    /** Whether the registry that the engine keeps can be asked: it is a process before it listens. */
    public boolean registryListens() {
        return listens(engineServer, REGISTRY_PORT);
    }

    static boolean listens(Server server, int port) {
        return !sockets(server, "--tcp", "--numeric", "sport", "=", ":" + port).isBlank();
    }

    // Opened after the port; the file of a killed engine's socket is there all the while.
    private boolean listensOnSocket() {
        return sockets(engineServer, "--unix").contains(socket().toString());
    }

    private static String sockets(Server server, String... filter) {
        var command = Command.of(filter).behind("ss", "--no-header", "--listening");
        return server.run(command).orFail().out();
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

    private Path cliCredentials() {
        return cliHome().resolve("banyan/credentials/default");
    }

    private Path registryCertificates() {
        return cliCredentials().resolve("registry");
    }

    private static String data(Server server) {
        return server.state().resolve("data").toString();
    }

    private String tails() {
        var all = new StringBuilder(engine.tail());
        second.ifPresent(other -> all.append('\n').append(other.process().tail()));
        agents.forEach(agent -> all.append('\n').append(agent.tail()));
        return all.toString();
    }
}
