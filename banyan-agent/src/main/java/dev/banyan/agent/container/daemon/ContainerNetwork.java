package dev.banyan.agent.container.daemon;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.banyan.agent.host.WholeFile;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * The addresses of this server's containers: a routed link for each from the agent's own subnet. containerd takes a changed file into use
 * for the next sandbox; existing ones keep what they have. Masquerading and filtering are not done here.
 *
 * @param name of the network on this server, such as {@code banyan-<agent>}; letters, digits and hyphens
 * @param subnet IPv4 in CIDR form, such as {@code 10.192.3.0/24}; the first address is the gateway
 * @param mtu of the links, 576 to 65535
 */
public record ContainerNetwork(String name, String subnet, int mtu) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern SUBNET = Pattern.compile("([0-9]{1,3}\\.){3}[0-9]{1,3}/([89]|[12][0-9]|30)");
    private static final int LEAST_MTU = 576;
    private static final int LARGEST_MTU = 65_535;

    /** The oldest version of the form that has everything used here; all plugins of Debian 12 know it. */
    private static final String CNI_VERSION = "0.4.0";

    public ContainerNetwork {
        if (!NAME.matcher(name).matches() || !SUBNET.matcher(subnet).matches()) {
            throw new IllegalArgumentException("not a name and a subnet: " + name + ", " + subnet);
        }
        if (mtu < LEAST_MTU || mtu > LARGEST_MTU) {
            throw new IllegalArgumentException("mtu out of range: " + mtu);
        }
    }

    /** Takes this network into use; false when it is already. */
    public boolean write(DaemonDirectory directory) {
        return WholeFile.replace(directory.networks().resolve("10-banyan.conflist"), json(directory.addresses()));
    }

    String json(Path addresses) {
        var link = new JsonObject();
        link.addProperty("type", "ptp");
        link.addProperty("ipMasq", false);
        link.addProperty("mtu", mtu);
        link.add("ipam", ipam(addresses));
        var network = new JsonObject();
        network.addProperty("cniVersion", CNI_VERSION);
        network.addProperty("name", name);
        network.add("plugins", list(link));
        return new GsonBuilder().setPrettyPrinting().create().toJson(network) + "\n";
    }

    private JsonObject ipam(Path addresses) {
        var range = new JsonObject();
        range.addProperty("subnet", subnet);
        var everywhere = new JsonObject();
        everywhere.addProperty("dst", "0.0.0.0/0");
        var ranges = new JsonArray();
        ranges.add(list(range));
        var ipam = new JsonObject();
        ipam.addProperty("type", "host-local");
        ipam.addProperty("dataDir", addresses.toString());
        ipam.add("ranges", ranges);
        ipam.add("routes", list(everywhere));
        return ipam;
    }

    private static JsonArray list(JsonObject only) {
        var list = new JsonArray();
        list.add(only);
        return list;
    }
}
