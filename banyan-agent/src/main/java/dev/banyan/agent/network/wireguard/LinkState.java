package dev.banyan.agent.network.wireguard;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.banyan.agent.host.HostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An interface as {@code ip} sees it.
 *
 * @param addresses with prefix lengths, but for those of IPv6 that the kernel gives itself
 */
record LinkState(int mtu, boolean up, List<String> addresses) {
    LinkState {
        addresses = List.copyOf(addresses);
    }

    /**
     * Reads the answer of {@code ip -j addr show}; finds {@code link} among the interfaces, if it is there.
     *
     * @throws HostException when it is not what ip writes
     */
    static Optional<LinkState> find(String link, String json) {
        try {
            for (var entry : JsonParser.parseString(json).getAsJsonArray()) {
                var object = entry.getAsJsonObject();
                // Some versions of ip leave empty objects for what a filter took out.
                if (object.has("ifname") && object.get("ifname").getAsString().equals(link)) {
                    return Optional.of(of(object));
                }
            }
            return Optional.empty();
        } catch (JsonParseException | IllegalStateException | NullPointerException e) {
            throw new HostException("ip's listing of links could not be understood: " + e.getMessage(), e);
        }
    }

    private static LinkState of(JsonObject object) {
        boolean up = false;
        for (var flag : object.getAsJsonArray("flags")) {
            up |= flag.getAsString().equals("UP");
        }
        var addresses = new ArrayList<String>();
        for (var entry : object.getAsJsonArray("addr_info")) {
            var address = entry.getAsJsonObject();
            if (address.has("local") && !isOfLink(address)) {
                addresses.add(address.get("local").getAsString() + "/"
                        + address.get("prefixlen").getAsInt());
            }
        }
        return new LinkState(object.get("mtu").getAsInt(), up, addresses);
    }

    private static boolean isOfLink(JsonObject address) {
        return address.get("local").getAsString().startsWith("fe80:");
    }

    /** Commands of {@code ip} that give {@code link} what {@code plan} says; none when it has it. */
    List<List<String>> commands(String link, TunnelPlan plan) {
        var commands = new ArrayList<List<String>>();
        var kept = new ArrayList<String>();
        for (var family : plan.families()) {
            var wanted = family.alone(plan.address());
            kept.add(wanted);
            if (!addresses.contains(wanted)) {
                var add = new ArrayList<>(List.of("ip", family.option(), "addr", "add", wanted, "dev", link));
                if (family.isIpv6()) {
                    add.add("nodad"); // nobody else is on the link, and the wait would be seconds
                }
                commands.add(add);
            }
        }
        for (var address : addresses) {
            if (!kept.contains(address)) {
                var option = address.indexOf(':') < 0 ? "-4" : "-6";
                commands.add(List.of("ip", option, "addr", "del", address, "dev", link));
            }
        }
        if (!up || mtu != plan.settings().mtu()) {
            commands.add(List.of(
                    "ip",
                    "link",
                    "set",
                    "dev",
                    link,
                    "mtu",
                    Integer.toString(plan.settings().mtu()),
                    "up"));
        }
        return commands;
    }
}
