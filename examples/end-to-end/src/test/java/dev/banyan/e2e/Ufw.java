package dev.banyan.e2e;

import dev.banyan.harness.Output;
import dev.banyan.harness.Server;
import java.util.ArrayList;
import java.util.List;

/** The firewall ufw itself on a server of a test, with settings of its own: the machine's are not touched. */
final class Ufw {
    private final Server server;
    private final OwnFiles files;

    Ufw(Server server) {
        this.server = server;
        this.files =
                new OwnFiles(server.state().resolve("ufw")).with("/etc/ufw").with("/etc/default/ufw");
    }

    /** As a person would say it: nothing comes in and nothing goes through, but what keeps the cluster together. */
    void enable() {
        run("allow", "7446/udp");
        run("--force", "enable");
    }

    /** Loads its rules anew. */
    void reload() {
        run("reload");
    }

    /** What it says of itself. */
    String status() {
        return run("status", "verbose").out();
    }

    private Output run(String... words) {
        var all = new ArrayList<>(List.of("ufw"));
        all.addAll(List.of(words));
        return server.run(files.command(all)).orFail();
    }
}
