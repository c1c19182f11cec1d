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
 * @param addresses of IPv4, with prefix lengths
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
            if (address.has("local") && address.get("family").getAsString().equals("inet")) {
                addresses.add(address.get("local").getAsString() + "/"
                        + address.get("prefixlen").getAsInt());
            }
        }
        return new LinkState(object.get("mtu").getAsInt(), up, addresses);
    }

    /** Commands of {@code ip} that give {@code link} what {@code plan} says; none when it has it. */
    List<List<String>> commands(String link, TunnelPlan plan) {
        var commands = new ArrayList<List<String>>();
        var wanted = plan.address() + "/32";
        if (!addresses.contains(wanted)) {
            commands.add(List.of("ip", "-4", "addr", "add", wanted, "dev", link));
        }
        for (var address : addresses) {
            if (!address.equals(wanted)) {
                commands.add(List.of("ip", "-4", "addr", "del", address, "dev", link));
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
