package dev.banyan.agent.leave;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.HostException;
import java.util.List;

/** What the kernel remembers of connections from and to the cluster's addresses. */
public final class Flows {
    /** Of the asking packets and of the answers: a published port is the cluster's in these alone. */
    private static final List<String> ENDS = List.of("--orig-src", "--orig-dst", "--reply-src", "--reply-dst");

    private final CommandRunner commands;

    public Flows(CommandRunner commands) {
        this.commands = commands;
    }

    /** Forgets them; what goes on by them ends. @throws HostException when the kernel refuses */
    public void forget(ClusterRanges ranges) throws InterruptedException {
        for (var range : List.of(ranges.containers(), ranges.services())) {
            for (var end : ENDS) {
                var done = commands.run(CommandLine.of("conntrack", "-D", end, range.toString()));
                // Having found none is an exit status of 1.
                if (!done.succeeded() && !done.error().contains("0 flow entries")) {
                    throw new HostException(done.describe());
                }
            }
        }
    }
}
