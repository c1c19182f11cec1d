package dev.banyan.e2e;

import dev.banyan.harness.Await;
import dev.banyan.harness.Command;
import dev.banyan.harness.Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What an agent may change on a server, as the kernel tells it: two equal ones are one state. */
final class HostState {
    private static final Duration SOON = Duration.ofMinutes(3);

    private static final Map<String, List<String>> QUESTIONS = Map.of(
            "nft", List.of("nft", "--stateless", "list", "ruleset"),
            "legacy firewall", List.of("iptables-legacy-save"),
            "addresses", List.of("ip", "-brief", "addr"),
            "routes", List.of("ip", "route", "show", "table", "all"),
            "routes of IPv6", List.of("ip", "-6", "route", "show", "table", "all"),
            "rules", List.of("ip", "rule"),
            "settings",
                    List.of(
                            "sysctl",
                            "-a",
                            "--pattern",
                            "^net\\.(ipv4\\.(ip_forward|conf\\.)|ipv6\\.conf\\..*(forwarding|accept_ra)$)"));

    private HostState() {}

    /** As {@link #of} once the tunnel's program has ended, which it does by itself when its interface was taken away. */
    static Map<String, String> afterLeaving(Server server) {
        Await.until(
                () -> server.processes("wireguard-go").isEmpty(),
                SOON,
                () -> "the tunnel's program ends: " + server.processes("wireguard-go"));
        return of(server);
    }

    /** Of one server, by what it is about. */
    static Map<String, String> of(Server server) {
        var state = new TreeMap<String, String>();
        QUESTIONS.forEach((about, command) -> state.put(
                about,
                sorted(
                        about,
                        server.run(Command.of(command.toArray(String[]::new)))
                                .orFail()
                                .out())));
        var place = server.state().toString();
        state.put("mounts", mentioning(place, "findmnt", "--raw", "--noheadings", "--output", "TARGET"));
        state.put("processes", mentioning(place, "ps", "-e", "-o", "args"));
        state.put("programs", server.processes("wireguard-go").toString());
        state.put("flows", flows(server));
        state.put("files", files(server));
        return state;
    }

    /** Counters of iptables and the seconds of a save are nobody's doing. */
    private static String sorted(String about, String text) {
        var lines =
                text.lines().filter(line -> !line.startsWith("#")).map(line -> line.replaceAll("\\[\\d+:\\d+]", ""));
        // Rules are in order, all else is a set.
        return (about.equals("nft") ? lines : lines.sorted()).collect(Collectors.joining("\n"));
    }

    private static String mentioning(String mark, String... command) {
        return Command.of(command)
                .run()
                .orFail()
                .out()
                .lines()
                .filter(line -> line.contains(mark))
                .collect(Collectors.joining("\n"));
    }

    private static String flows(Server server) {
        var all = server.run("conntrack", "-L").out()
                + server.run("conntrack", "-L", "-f", "ipv6").out();
        return all.lines()
                .filter(line -> line.matches(".*(src|dst)=(10\\.(19[2-9]|20[0-7])\\.|fd[0-9a-f]{2}:).*"))
                .collect(Collectors.joining("\n"));
    }

    private static String files(Server server) {
        return List.of("data", "run", "logs").stream()
                .map(name -> server.state().resolve(name))
                .filter(path -> Files.exists(path) && !isEmpty(path))
                .map(Path::toString)
                .collect(Collectors.joining("\n"));
    }

    private static boolean isEmpty(Path directory) {
        return Command.of("find", directory.toString(), "-mindepth", "1")
                .run()
                .orFail()
                .out()
                .isEmpty();
    }
}
