package dev.banyan.agent.isolation;

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.SettingsTree;
import java.util.List;
import java.util.Optional;

/** The server's ends of containers' links. Thread-safe; keeps nothing. */
final class Links {
    private final CommandRunner commands;
    private final SettingsTree settings;

    Links(CommandRunner commands, SettingsTree settings) {
        this.commands = commands;
        this.settings = settings;
    }

    /**
     * The link that leads to {@code address}; empty when none does.
     *
     * @throws HostException when the kernel cannot be asked
     */
    Optional<String> towards(Ipv4Address address) throws InterruptedException {
        var line = CommandLine.of("ip", "-j", "-N", "-4", "route", "show", "table", "main");
        return device(commands.run(line).require(), address.toString());
    }

    static Optional<String> device(String json, String address) {
        try {
            for (var element : JsonParser.parseString(json).getAsJsonArray()) {
                var route = element.getAsJsonObject();
                if (route.get("dst").getAsString().equals(address) && route.has("dev") && !route.has("gateway")) {
                    return Optional.of(route.get("dev").getAsString());
                }
            }
            return Optional.empty();
        } catch (JsonParseException | IllegalStateException | NullPointerException e) {
            throw new HostException("ip's listing of routes could not be understood: " + e.getMessage(), e);
        }
    }

    /**
     * Leaves IPv4 alone on a link: by its own IPv6 address, which each end of a link gives itself, a container would reach what no rule of
     * the table is about.
     */
    void withoutIpv6(String link) {
        var setting = "net/ipv6/conf/" + link + "/disable_ipv6";
        if (settings.has(setting) && !settings.value(setting).equals("1")) {
            settings.set(setting, "1");
        }
    }

    /** Lets a link have IPv6, but heed no advice on routes and addresses that a container might give. */
    void withIpv6(String link) {
        for (var setting : List.of("accept_ra", "disable_ipv6")) {
            var name = "net/ipv6/conf/" + link + "/" + setting;
            if (settings.has(name) && !settings.value(name).equals("0")) {
                settings.set(name, "0");
            }
        }
    }

    /**
     * Takes a link away; both ends are gone then.
     *
     * @throws HostException when that is refused
     */
    void remove(String link) throws InterruptedException {
        commands.run(CommandLine.of("ip", "link", "delete", "dev", link)).require();
    }
}
