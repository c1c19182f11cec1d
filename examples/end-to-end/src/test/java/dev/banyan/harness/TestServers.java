package dev.banyan.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Servers on a common wire with nothing else on it. Closing removes them and all that runs on them.
 *
 * <pre>{@code
 * try (var servers = TestServers.create("engine", "agent-1")) {
 *     servers.server("engine").start("web", Command.of("busybox", "httpd", "-f", "-p", "8080"));
 *     servers.outside().get("http://" + servers.server("engine").address() + ":8080/");
 * }
 * }</pre>
 */
public final class TestServers implements AutoCloseable {
    private static final Path STATE = Path.of("/var/lib/banyan-test");
    private static final int FIRST_ADDRESS = 10;
    /** One character of a prefix; more sets are never open at once. */
    private static final int SETS = Character.MAX_RADIX;

    private final String prefix;
    private final Map<String, Server> servers = new LinkedHashMap<>();
    private final Server outside;

    private TestServers(String prefix, Path logs, List<String> names) {
        this.prefix = prefix;
        for (var i = 0; i < names.size(); i++) {
            var address = "10.99.0." + (FIRST_ADDRESS + i);
            servers.put(names.get(i), server(prefix, logs, names.get(i), address));
        }
        outside = server(prefix, logs, "wire", "10.99.0.1");
    }

    /**
     * Makes servers with the addresses 10.99.0.10, .11 and so on.
     *
     * @param names at most 12 lower-case letters, digits and dashes each
     * @throws AssertionError if the machine refuses; not being root is the usual reason
     */
    public static TestServers create(String... names) {
        Command.of(BuildTree.script("servers"), "reap").run().orFail();
        var set = of(freePrefix(), List.of(names));
        set.make();
        return set;
    }

    /** Marks this set on the machine: first part of its namespaces' names and of the names its agents must have. */
    public String prefix() {
        return prefix;
    }

    /** The server of that name. */
    public Server server(String name) {
        return Optional.ofNullable(servers.get(name))
                .orElseThrow(() -> new IllegalArgumentException("no server " + name + " among " + servers.keySet()));
    }

    /** All servers in the order they were named. */
    public List<Server> servers() {
        return List.copyOf(servers.values());
    }

    /** A place on the wire that is none of the servers: where a client from outside sits. */
    public Server outside() {
        return outside;
    }

    @Override
    public void close() {
        Command.of(BuildTree.script("servers"), "remove", prefix).run().orFail();
    }

    // The number of this process makes it unlike that of any other living one; the digit, unlike this one's other sets.
    private static String freePrefix() {
        var pid = Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX);
        for (var set = 0; set < SETS; set++) {
            var prefix = "t" + pid + Integer.toString(set, Character.MAX_RADIX);
            if (!Files.exists(Path.of("/run/banyan-servers", prefix))) {
                return prefix;
            }
        }
        throw new AssertionError("this process has " + SETS + " sets of servers already");
    }

    private static TestServers of(String prefix, List<String> names) {
        return new TestServers(prefix, freshLogs(prefix), names);
    }

    // The prefix is that of an earlier set of this process, whose logs are kept: words that tests look for may be in
    // these.
    private static Path freshLogs(String prefix) {
        var logs = BuildTree.logs().resolve(prefix);
        for (var number = 2; Files.exists(logs); number++) {
            logs = BuildTree.logs().resolve(prefix + "." + number);
        }
        return logs;
    }

    private static Server server(String prefix, Path logs, String name, String address) {
        return new Server(prefix, name, address, STATE.resolve(prefix).resolve(name), logs.resolve(name));
    }

    private void make() {
        var words = new ArrayList<>(List.of(
                BuildTree.script("servers"),
                "create",
                prefix,
                Long.toString(ProcessHandle.current().pid()),
                STATE.resolve(prefix).toString()));
        servers().forEach(server -> words.add(server.name() + "=" + server.address()));
        new Command(words, Map.of()).run().orFail();
        servers().forEach(TestServers::makeDirectories);
        makeDirectories(outside);
    }

    private static void makeDirectories(Server server) {
        try {
            Files.createDirectories(server.state());
            Files.createDirectories(server.logs());
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot make the directories of " + server.namespace(), failure);
        }
    }
}
