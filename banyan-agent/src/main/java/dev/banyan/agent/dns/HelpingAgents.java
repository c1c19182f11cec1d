package dev.banyan.agent.dns;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.Ipv4Range;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.runtime.resource.Resource;
import java.util.Comparator;
import java.util.List;

/** Which other agents answer the containers of this server when it does not. Pure. */
final class HelpingAgents {
    /** More than one, since the helper may be gone when it is needed; few, so that each agent helps few. */
    static final int MOST = 3;

    private HelpingAgents() {}

    /**
     * The gateways of those that rank first for {@code self} among those that are ready: each agent has an order of its own, and one that
     * comes or goes changes nothing else in it.
     */
    static List<Ipv4Address> of(String self, List<Resource<AgentSpec, AgentStatus>> agents) {
        return agents.stream()
                .filter(agent -> !agent.name().equals(self)
                        && agent.status().getState() == AgentStatus.State.READY
                        && !agent.spec().getSubnet().isEmpty())
                .sorted(Comparator.<Resource<AgentSpec, AgentStatus>>comparingInt(agent -> rank(self, agent.name()))
                        .thenComparing(Resource::name))
                .limit(MOST)
                .map(agent -> NamesTable.gateway(
                        Ipv4Range.parse(agent.spec().getSubnet()).first()))
                .sorted()
                .toList();
    }

    private static int rank(String self, String other) {
        int hash = (self + "\n" + other).hashCode();
        hash = (hash ^ hash >>> 16) * 0x85ebca6b;
        hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
        return hash ^ hash >>> 16;
    }
}
