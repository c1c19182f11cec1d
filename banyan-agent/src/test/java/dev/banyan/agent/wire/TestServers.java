package dev.banyan.agent.wire;

import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.flow.FlowFile;
import dev.banyan.agent.host.nft.StandingNft;
import dev.banyan.runtime.env.SystemEnv;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A wire 10.99.0.0/24 with servers on it, none of it in the root namespace. Names begin with {@code bt-net-} and the number of this
 * process, since others may run such tests as well; what a process that has ended left behind is removed first.
 */
public final class TestServers {
    private static final String ALL = "bt-net-";
    private static final String PREFIX = ALL + ProcessHandle.current().pid() + "-";

    private final Namespace wire = new Namespace(PREFIX + "wire");
    private final List<EchoServer> echoes = new ArrayList<>();
    private final List<StandingNft> standing = new ArrayList<>();

    private TestServers() {}

    /** An empty wire. */
    public static TestServers start() throws Exception {
        var servers = new TestServers();
        servers.removeAll();
        ip("netns add " + servers.wire.name());
        ip("-n " + servers.wire.name() + " link add sw0 type bridge");
        ip("-n " + servers.wire.name() + " link set sw0 up");
        return servers;
    }

    /** A server with address 10.99.0.{@code last}. */
    public Namespace server(String name, int last) throws Exception {
        var server = new Namespace(PREFIX + name);
        ip("netns add " + server.name());
        ip("-n " + wire.name() + " link add p-" + name + " type veth peer name eth0 netns " + server.name());
        ip("-n " + wire.name() + " link set p-" + name + " master sw0 up");
        ip("-n " + server.name() + " link set lo up");
        ip("-n " + server.name() + " addr add 10.99.0." + last + "/24 dev eth0");
        ip("-n " + server.name() + " link set eth0 up");
        server.run("sysctl", "-qw", "net.ipv4.ip_forward=0", "net.ipv4.conf.all.route_localnet=0");
        return server;
    }

    /** A container of {@code server}, attached as CNI's ptp does it: a routed link, the gateway's address on the server's end. */
    public Namespace container(Namespace server, String name, String address) throws Exception {
        var container = new Namespace(PREFIX + "c-" + name);
        var gateway = address.substring(0, address.lastIndexOf('.')) + ".1";
        var link = "v-" + name;
        ip("netns add " + container.name());
        ip("-n " + server.name() + " link add " + link + " type veth peer name eth0 netns " + container.name());
        ip("-n " + server.name() + " addr add " + gateway + "/32 dev " + link);
        ip("-n " + server.name() + " link set " + link + " up");
        ip("-n " + server.name() + " route add " + address + "/32 dev " + link);
        ip("-n " + container.name() + " link set lo up");
        ip("-n " + container.name() + " addr add " + address + "/32 dev eth0");
        ip("-n " + container.name() + " link set eth0 up");
        ip("-n " + container.name() + " route add " + gateway + " dev eth0");
        ip("-n " + container.name() + " route add default via " + gateway);
        return container;
    }

    /** Serves {@code port} by TCP and UDP in {@code where}, answering with {@code name}. */
    public EchoServer echo(Namespace where, String name, int port) throws Exception {
        var echo = EchoServer.start(where, name, port);
        echoes.add(echo);
        return echo;
    }

    /** The commands of one agent, as it has them in a server's namespace: for one namespace alone. */
    public CommandRunner commands() {
        var commands = new StandingNft(new FlowFile(Namespace.commands()), new SystemEnv().tasks());
        standing.add(commands);
        return commands;
    }

    private void close() throws Exception {
        standing.forEach(StandingNft::close);
        for (var echo : echoes) {
            echo.close();
        }
        removeAll();
    }

    private void removeAll() throws Exception {
        for (var line : ip("netns list").lines().toList()) {
            var name = line.split(" ")[0];
            if (name.startsWith(PREFIX)) {
                ip("netns del " + name);
            } else if (isLeft(name)) {
                // Another process that begins now removes it as well, and one of the two comes too late.
                var ignored = Namespace.commands().run(CommandLine.of("ip", "netns", "del", name));
            }
        }
    }

    private static boolean isLeft(String name) {
        if (!name.startsWith(ALL)) {
            return false;
        }
        var owner = name.substring(ALL.length()).split("-", 2)[0];
        return !owner.chars().allMatch(Character::isDigit)
                || ProcessHandle.of(Long.parseLong(owner)).isEmpty();
    }

    private static String ip(String arguments) throws Exception {
        var line = new ArrayList<>(List.of("ip"));
        line.addAll(List.of(arguments.split(" ")));
        return Namespace.commands()
                .run(CommandLine.of(line.toArray(String[]::new)))
                .require();
    }

    /** Closes what was started; nothing when the start failed. */
    public static void close(@Nullable TestServers servers) throws Exception {
        if (servers != null) {
            servers.close();
        }
    }
}
