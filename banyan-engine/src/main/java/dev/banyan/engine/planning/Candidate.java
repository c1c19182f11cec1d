package dev.banyan.engine.planning;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.AllocationSpec;
import dev.banyan.api.v1.AllocationStatus;
import dev.banyan.api.v1.PortTaken;
import dev.banyan.api.v1.Reservation;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An agent as scheduling sees it.
 *
 * @param state as judged by liveness; {@code STATE_UNSPECIFIED} before the first judgement
 * @param report what the agent says of itself; the default instance before its first report
 * @param reservations by task uid
 */
public record Candidate(
        String name,
        String uid,
        List<String> tags,
        Map<String, String> labels,
        boolean cordoned,
        AgentStatus.State state,
        AgentReportStatus report,
        Map<String, Reservation> reservations) {

    /** Memory in bytes that an undeclared task counts with in scores; it never refuses one. */
    static final long UNDECLARED_MEMORY_BYTES = 512L << 20;

    public Candidate {
        tags = List.copyOf(tags);
        labels = Map.copyOf(labels);
        reservations = Map.copyOf(reservations);
    }

    /**
     * All agents of which everything can be read. One whose report or allocation cannot be decoded gets no new task: what it has room for is
     * not known.
     */
    public static Placing placing(
            Lister<AgentSpec, AgentStatus> agents,
            Lister<AgentReportSpec, AgentReportStatus> reports,
            Lister<AllocationSpec, AllocationStatus> allocations,
            Volumes volumes) {
        var candidates = new ArrayList<Candidate>();
        for (var agent : agents.list()) {
            var report = Kinds.AGENT_REPORTS.key(ObjectKey.CLUSTER_SCOPE, agent.name());
            var allocation = Kinds.ALLOCATIONS.key(ObjectKey.CLUSTER_SCOPE, agent.name());
            if (Unreadable.at(reports, report).isEmpty()
                    && Unreadable.at(allocations, allocation).isEmpty()) {
                var reservations = allocations
                        .get(allocation)
                        .map(found -> found.spec().getReservationsMap())
                        .orElse(Map.of());
                candidates.add(of(agent, reports.get(report), reservations));
            }
        }
        return new Placing(candidates, volumes);
    }

    /** Joins what three objects say of one agent. */
    public static Candidate of(
            Resource<AgentSpec, AgentStatus> agent,
            Optional<Resource<AgentReportSpec, AgentReportStatus>> report,
            Map<String, Reservation> reservations) {
        return new Candidate(
                agent.name(),
                agent.uid(),
                agent.spec().getTagsList(),
                agent.spec().getLabelsMap(),
                agent.spec().getCordoned(),
                agent.status().getState(),
                report.map(Resource::status).orElse(AgentReportStatus.getDefaultInstance()),
                reservations);
    }

    /** The same agent after {@code taskUid} was placed on it. */
    Candidate with(String taskUid, Reservation reservation) {
        var more = new LinkedHashMap<>(reservations);
        more.put(taskUid, reservation);
        return new Candidate(name, uid, tags, labels, cordoned, state, report, more);
    }

    /** The same agent without what {@code taskUid} reserved. */
    Candidate without(String taskUid) {
        var fewer = new LinkedHashMap<>(reservations);
        fewer.remove(taskUid);
        return new Candidate(name, uid, tags, labels, cordoned, state, report, fewer);
    }

    /** The value of a label; empty when it has none. */
    String label(String key) {
        return labels.getOrDefault(key, "");
    }

    long reservedCpuMilli() {
        return reservations.values().stream()
                .mapToLong(r -> r.getAmounts().getCpuMilli())
                .sum();
    }

    long reservedMemoryBytes() {
        return reservations.values().stream()
                .mapToLong(r -> r.getAmounts().getMemoryBytes())
                .sum();
    }

    /** Free memory if every task without a declaration took the documented default. */
    long scoredFreeMemoryBytes() {
        long taken = reservations.values().stream()
                .mapToLong(r -> r.getAmounts().getMemoryBytes())
                .map(bytes -> bytes == 0 ? UNDECLARED_MEMORY_BYTES : bytes)
                .sum();
        return report.getCapacity().getMemoryBytes() - taken;
    }

    Optional<PortTaken> taken(dev.banyan.api.v1.PortMapping port) {
        return report.getPortsTakenList().stream()
                .filter(held -> held.getPort() == port.getPublished() && held.getProtocol() == port.getProtocol())
                // On every agent but that which has the address; a task need not be there. By IPv4 it is reached all
                // the same.
                .filter(held -> !held.getElsewhere() && !held.getIpv6())
                .findFirst();
    }
}
