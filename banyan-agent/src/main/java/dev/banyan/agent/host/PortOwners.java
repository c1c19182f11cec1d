package dev.banyan.agent.host;

import java.util.Optional;
import java.util.regex.Pattern;

/** Finds out which program has a port, as far as the server tells. Thread-safe. */
public final class PortOwners {
    private static final Pattern PROCESS = Pattern.compile("\\(\"(?<name>[^\"]*)\",pid=(?<pid>[0-9]+)");

    private final CommandRunner commands;

    public PortOwners(CommandRunner commands) {
        this.commands = commands;
    }

    /** Such as {@code nginx (pid 812)}; empty when no program is known to hold it, as with a connection that is about to close. */
    public Optional<String> of(PortHold.Transport transport, int port) throws InterruptedException {
        var which = transport == PortHold.Transport.TCP ? "-t" : "-u";
        var line = CommandLine.of("ss", "-H", "-n", "-a", "-p", "-O", which, "sport = :" + port);
        return parse(commands.run(line).require());
    }

    static Optional<String> parse(String listing) {
        var found = PROCESS.matcher(listing);
        return found.find() ? Optional.of(found.group("name") + " (pid " + found.group("pid") + ")") : Optional.empty();
    }
}
