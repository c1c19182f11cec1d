package dev.banyan.agent.dns;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.nft.Nftables;
import java.util.List;

/** The packet rules of names in the kernel of this server. They lead on without this process. For one caller at a time. */
public final class NamesRules {
    private static final String IPV4 = AddressFamily.IPV4.word();

    private final String tableName;
    private final Nftables nftables;
    private final ClusterRanges ranges;

    /** {@code agentId} has seven hexadecimal digits, unique on this server: the packet table is called {@code banyan_<agentId>_names}. */
    public NamesRules(String agentId, CommandRunner commands, ClusterRanges ranges) {
        if (!agentId.matches("[0-9a-f]{7}")) {
            throw new IllegalArgumentException("an agent id has seven hexadecimal digits: " + agentId);
        }
        this.tableName = "banyan_" + agentId + "_names";
        this.nftables = new Nftables(commands);
        this.ranges = ranges;
    }

    ClusterRanges ranges() {
        return ranges;
    }

    /**
     * Has the kernel lead questions, writing only what differs from what it holds; true when something did.
     *
     * @throws HostException when it refuses
     */
    boolean ensure(List<Ipv4Address> helpers) throws InterruptedException {
        var difference = nftables.compare(NamesTable.of(tableName, ranges, helpers));
        if (!difference.isEmpty()) {
            nftables.commit(difference).require();
        }
        var accept = InputAccept.ensured(tableName, ranges, nftables.listChains(IPV4, InputAccept.TABLE));
        if (!accept.isEmpty()) {
            nftables.commit(accept.script()).require();
        }
        return !difference.isEmpty() || !accept.isEmpty();
    }

    /**
     * Leaves nothing behind.
     *
     * @throws HostException when the rules can't be deleted; calling again does what is left
     */
    public void remove() throws InterruptedException {
        var accept = InputAccept.removed(tableName, nftables.listChains(IPV4, InputAccept.TABLE));
        if (!accept.isEmpty()) {
            nftables.commit(accept.script()).require();
        }
        nftables.delete(tableName);
    }
}
