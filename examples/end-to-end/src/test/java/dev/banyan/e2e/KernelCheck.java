package dev.banyan.e2e;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.Backend;
import dev.banyan.harness.Cluster;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Compares where the kernel of each server leads with what the store says. It reads listings of nft and knows nothing of how the agent makes
 * its rules: a map's element of a virtual address goes to a chain, and in that chain are the addresses of replicas, or the name of a map
 * that has as many of them for that address as the chain draws from.
 */
final class KernelCheck {
    private static final Pattern LED = Pattern.compile("(10\\.20[0-7]\\.\\d+\\.\\d+) : goto (\\S+?),? ");
    private static final Pattern REPLICA = Pattern.compile("(10\\.19[2-9]\\.\\d+\\.\\d+)");
    private static final Pattern DRAWN = Pattern.compile("numgen random mod (\\d+) map @(\\S+)");

    private KernelCheck() {}

    /** Where agents of these numbers differ from the store, in words; empty when none does. */
    static List<String> differences(Cluster cluster, int... agents) {
        var wanted = wanted(cluster);
        var differences = new ArrayList<String>();
        for (int agent : agents) {
            var found = kernel(cluster, agent);
            if (!found.equals(wanted)) {
                differences.add("agent " + agent + " leads to " + found + ", not to " + wanted);
            }
        }
        return differences;
    }

    private static Map<String, TreeSet<String>> wanted(Cluster cluster) {
        var addresses = new TreeMap<String, String>();
        cluster.store().list(Selection.of(Kinds.SERVICES.name()), ReadAt.LATEST).objects().stream()
                .map(Kinds.SERVICES::decode)
                .forEach(service -> addresses.put(service.name(), service.spec().getVirtualAddress()));
        var wanted = new TreeMap<String, TreeSet<String>>();
        cluster.store().list(Selection.of(Kinds.ENDPOINTS.name()), ReadAt.LATEST).objects().stream()
                .map(Kinds.ENDPOINTS::decode)
                .filter(set -> set.spec().getBackendsCount() > 0)
                .forEach(set -> wanted.put(
                        addresses.getOrDefault(set.name(), "no service " + set.name()),
                        new TreeSet<>(set.spec().getBackendsList().stream()
                                .map(Backend::getAddress)
                                .toList())));
        return wanted;
    }

    private static Map<String, TreeSet<String>> kernel(Cluster cluster, int agent) {
        var listing = cluster.agentServer(agent)
                .run("nft", "--stateless", "list", "ruleset")
                .orFail()
                .out();
        var found = new TreeMap<String, TreeSet<String>>();
        var led = LED.matcher(listing.replaceAll("\\s+", " "));
        while (led.find()) {
            found.put(led.group(1), replicas(listing, led.group(1), led.group(2)));
        }
        return found;
    }

    private static TreeSet<String> replicas(String listing, String virtual, String chain) {
        var body = block(listing, "chain " + chain);
        var drawn = DRAWN.matcher(body);
        if (drawn.find()) {
            return slots(block(listing, "map " + drawn.group(2)), virtual, Integer.parseInt(drawn.group(1)));
        }
        var replicas = new TreeSet<String>();
        var found = REPLICA.matcher(body);
        while (found.find()) {
            replicas.add(found.group());
        }
        return replicas;
    }

    /** A slot that is missing, or one too many, is told in place of an address. */
    private static TreeSet<String> slots(String map, String virtual, int count) {
        var slots = new TreeMap<Integer, String>();
        var found = Pattern.compile(Pattern.quote(virtual) + " \\. (\\d+) : " + REPLICA)
                .matcher(map);
        while (found.find()) {
            slots.put(Integer.parseInt(found.group(1)), found.group(2));
        }
        var replicas = new TreeSet<>(slots.values());
        if (slots.size() != count || !slots.isEmpty() && slots.lastKey() != count - 1) {
            replicas.add("slots " + slots.keySet() + " of " + count);
        }
        return replicas;
    }

    private static String block(String listing, String name) {
        int begin = listing.indexOf(name + " {");
        return begin < 0 ? "" : listing.substring(begin, listing.indexOf("\n\t}", begin));
    }
}
