package dev.banyan.agent.leave;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.Ipv4Address;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What the kernel remembers of connections from and to the cluster's addresses. */
public final class Flows {
    private static final Pattern SOURCE = Pattern.compile("\\bsrc=(\\d+\\.\\d+\\.\\d+\\.\\d+)");

    private final CommandRunner commands;

    public Flows(CommandRunner commands) {
        this.commands = commands;
    }

    /** Forgets them; what goes on by them ends. @throws HostException when the kernel refuses */
    public void forget(ClusterRanges ranges) throws InterruptedException {
        for (var range : List.of(ranges.containers(), ranges.services())) {
            delete("--orig-src", range.toString());
            delete("--orig-dst", range.toString());
        }
        // A published port is the cluster's in its answers alone, which conntrack knows by single addresses.
        var listing = commands.run(CommandLine.of("conntrack", "-L")).require();
        for (var address : answering(listing, ranges)) {
            delete("--reply-src", address);
        }
    }

    private void delete(String end, String address) throws InterruptedException {
        var done = commands.run(CommandLine.of("conntrack", "-D", end, address));
        // Having found none is an exit status of 1.
        if (!done.succeeded() && !done.error().contains("0 flow entries")) {
            throw new HostException(done.describe());
        }
    }

    /** Containers that a flow of {@code listing}, as conntrack prints it, is from. Pure. */
    static Set<String> answering(String listing, ClusterRanges ranges) {
        var found = new TreeSet<String>();
        var matcher = SOURCE.matcher(listing);
        while (matcher.find()) {
            if (ranges.containers().contains(Ipv4Address.parse(matcher.group(1)))) {
                found.add(matcher.group(1));
            }
        }
        return found;
    }
}
