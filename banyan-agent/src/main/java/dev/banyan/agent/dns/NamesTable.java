package dev.banyan.agent.dns;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.nft.NftChain;
import dev.banyan.agent.host.nft.NftTable;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The packet rules that lead questions for names. Pure.
 *
 * <ul>
 *   <li>What a container of the cluster asks at this agent's gateway goes to the agent's socket, from whichever server it comes.
 *   <li>What a container of this server asks at the helpers' address goes to one of them at random. Without helpers it is refused at once,
 *       as everything is that is addressed to no service.
 * </ul>
 */
public final class NamesTable {
    /**
     * Where the agent listens. A loopback address of its own, since a server's own name server may have taken the port on all addresses that
     * it knows; and a port that root alone may take, since somebody else who listened there while the agent is away would be believed.
     */
    public static final InetSocketAddress LISTENING = new InetSocketAddress("127.0.53.53", 553);

    /** Before the load balancer's: a published port 53 is not the gateway's. */
    private static final int BEFORE_PROXY = -110;

    private static final int ASKED = 53;

    private NamesTable() {}

    /** The first address of {@code subnet}, at which links of containers end on the server. */
    static Ipv4Address gateway(Ipv4Address subnet) {
        return new Ipv4Address(subnet.bits() + 1);
    }

    /** The last address of the services' range, which no service is ever given. */
    public static Ipv4Address helperAddress(ClusterRanges ranges) {
        var services = ranges.services();
        return new Ipv4Address(services.first().bits() | (int) (0xffff_ffffL >>> services.prefix()));
    }

    /** Whether who asks for names at {@code address} asks the cluster's own name servers, or may do so by way of a container. */
    public static boolean leadsHere(ClusterRanges ranges, InetAddress address) {
        return address.equals(LISTENING.getAddress())
                || address instanceof Inet4Address four
                        && (ranges.containers().contains(UdpDoor.address(four))
                                || ranges.services().contains(UdpDoor.address(four)));
    }

    static NftTable of(String name, ClusterRanges ranges, List<Ipv4Address> helpers) {
        var rules = new ArrayList<String>();
        for (var protocol : List.of("udp", "tcp")) {
            var asked = " meta l4proto " + protocol + " th dport " + ASKED + " dnat ip to ";
            rules.add("ip saddr " + ranges.containers() + " ip daddr " + ranges.gateway() + asked
                    + LISTENING.getAddress().getHostAddress() + ":" + LISTENING.getPort());
            if (!helpers.isEmpty()) {
                rules.add("ip saddr " + ranges.own() + " ip daddr " + helperAddress(ranges) + asked + anyOf(helpers));
            }
        }
        return new NftTable(
                name, List.of(), List.of(NftChain.hooked("questions", "nat", "prerouting", BEFORE_PROXY, rules)));
    }

    private static String anyOf(List<Ipv4Address> helpers) {
        if (helpers.size() == 1) {
            return helpers.getFirst() + ":" + ASKED;
        }
        var shares = IntStream.range(0, helpers.size())
                .mapToObj(i -> i + " : " + helpers.get(i) + " . " + ASKED)
                .toList();
        return "numgen random mod " + helpers.size() + " map { " + String.join(", ", shares) + " }";
    }
}
