package dev.banyan.e2e;

import dev.banyan.harness.Await;
import dev.banyan.harness.Server;
import java.time.Duration;
import java.util.List;

/** The packet rules of a server, line by line. */
final class Firewall {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final String OUR_RULE = ".*comment \"banyan_.*";
    private static final String OUR_TABLES = "(?s)table ip6? banyan_\\w+ \\{\\n.*?\\n}\\n?";

    private Firewall() {}

    /** Those of others, without the few of ours among them. */
    static List<String> ofOthers(Server server) {
        return lines(server).stream().filter(line -> !line.matches(OUR_RULE)).toList();
    }

    /** Waits until so many of ours are among those of others: they follow what others do to their chains. */
    static void awaitOursAmongOthers(Server server, int count) {
        Await.until(
                () -> oursAmongOthers(server).size() == count,
                SOON,
                () -> count + " of our rules are among those of others, not " + oursAmongOthers(server));
    }

    private static List<String> oursAmongOthers(Server server) {
        return lines(server).stream().filter(line -> line.matches(OUR_RULE)).toList();
    }

    private static List<String> lines(Server server) {
        return server.run("nft", "--stateless", "list", "ruleset")
                .orFail()
                .out()
                // Ends with a brace at the start of a line.
                .replaceAll(OUR_TABLES, "")
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
    }
}
