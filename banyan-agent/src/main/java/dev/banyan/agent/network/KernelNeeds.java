package dev.banyan.agent.network;

import dev.banyan.agent.host.AddressFamily;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The kernel settings that container traffic needs. Pure. */
final class KernelNeeds {
    private static final String FORWARD = "net/ipv4/ip_forward";

    /**
     * A router, and one that sends packets from 127.0.0.1 to links once their destination was translated. The latter is set for all links,
     * since those of containers come and go under names that CNI chooses.
     */
    static final Map<String, String> ALWAYS = Map.of(FORWARD, "1", "net/ipv4/conf/all/route_localnet", "1");

    /** A router of IPv6. */
    static final Map<String, String> IPV6 = Map.of("net/ipv6/conf/all/forwarding", "1");

    private KernelNeeds() {}

    /**
     * What others rely on, who found the server a router when they came, as Docker does: nobody else would make it one again. They are known
     * by a bridge with an address, other than one that is the server's own way out.
     *
     * @param addresses of bridges, a line each, as {@code ip -br addr} tells them
     * @param waysOut links of default routes
     */
    static Set<String> ofOthers(AddressFamily family, String addresses, Set<String> waysOut) {
        boolean bridged = addresses
                .lines()
                .map(line -> line.split("\\s+"))
                .anyMatch(words -> words.length > 1 && !waysOut.contains(words[0]));
        if (!bridged) {
            return Set.of();
        }
        return family.isIpv6() ? IPV6.keySet() : Set.of(FORWARD);
    }

    /** So that a server that becomes a router goes on hearing those that it has its own way out from, by these links. */
    static Map<String, String> hearing(Set<String> links) {
        var needs = new TreeMap<String, String>();
        links.forEach(link -> needs.put("net/ipv6/conf/" + link + "/accept_ra", "2"));
        return needs;
    }

    /**
     * Besides {@link #ALWAYS}: no advice to go to another server directly. The load balancer sends what it translated back to the link it
     * came from; the advice would be wrong, and counts against the limit of ICMP errors by which clients are refused at once.
     */
    static Map<String, String> of(List<KernelRoute> routes) {
        var needs = new TreeMap<>(ALWAYS);
        needs.put("net/ipv4/conf/all/send_redirects", "0");
        for (var route : routes) {
            if (route.protocol().equals(RouteChange.PROTOCOL) && route.target().startsWith("via ")) {
                needs.put("net/ipv4/conf/" + route.device() + "/send_redirects", "0");
            }
        }
        return needs;
    }
}
