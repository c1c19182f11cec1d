package dev.banyan.agent.leave;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandResult;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.HostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What the kernel remembers of connections from and to the cluster's addresses. */
public final class Flows {
    private static final Pattern SOURCE = Pattern.compile("\\bsrc=(\\S+)");

    private final CommandRunner commands;

    public Flows(CommandRunner commands) {
        this.commands = commands;
    }

    /** Forgets them; what goes on by them ends. @throws HostException when the kernel refuses */
    public void forget(ClusterRanges ranges) throws InterruptedException {
        for (var family : ranges.families()) {
            forget(ranges, family);
        }
    }

    private void forget(ClusterRanges ranges, AddressFamily family) throws InterruptedException {
        for (var range : List.of(ranges.containers(), ranges.services())) {
            delete(family, "--orig-src", family.of(range));
            delete(family, "--orig-dst", family.of(range));
        }
        // A published port is the cluster's in its answers alone, which conntrack knows by single addresses.
        for (var address : answering(conntrack(family, "-L").require(), ranges, family)) {
            delete(family, "--reply-src", address);
        }
    }

    private void delete(AddressFamily family, String end, String address) throws InterruptedException {
        var done = conntrack(family, "-D", end, address);
        // Having found none is an exit status of 1.
        if (!done.succeeded() && !done.error().contains("0 flow entries")) {
            throw new HostException(done.describe());
        }
    }

    private CommandResult conntrack(AddressFamily family, String... words) throws InterruptedException {
        var line = new ArrayList<>(List.of("conntrack"));
        line.addAll(List.of(words));
        line.addAll(family.flows());
        return commands.run(CommandLine.of(line.toArray(String[]::new)));
    }

    /** Containers that a flow of {@code listing}, as conntrack prints it, is from. Pure. */
    static Set<String> answering(String listing, ClusterRanges ranges, AddressFamily family) {
        var found = new TreeSet<String>();
        var matcher = SOURCE.matcher(listing);
        while (matcher.find()) {
            family.read(matcher.group(1))
                    .filter(ranges.containers()::contains)
                    .ifPresent(address -> found.add(family.of(address)));
        }
        return found;
    }
}
