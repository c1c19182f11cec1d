package dev.banyan.agent.probe;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.api.v1.Probe;
import dev.banyan.api.v1.ProbeRequest;
import java.util.Optional;

/** What may be tried: the cluster's own addresses and names, and no more at a time than comes to an end. Pure. */
final class ProbeRules {
    /** Of one request: they are tried within half a minute even when each takes the usual two seconds. */
    static final int PROBES_MAX = 500;

    private static final int TIMEOUT_LEAST_MS = 100;
    private static final int TIMEOUT_MOST_MS = 30_000;
    private static final int PORT_MAX = 65_535;
    private static final int NAME_MAX = 253;

    private ProbeRules() {}

    /** Why the whole request cannot be served. */
    static Optional<String> problem(ProbeRequest request) {
        if (request.getProbesCount() > PROBES_MAX) {
            return Optional.of("at most " + PROBES_MAX + " ways are tried at a time");
        }
        boolean timely = request.getTimeoutMs() >= TIMEOUT_LEAST_MS && request.getTimeoutMs() <= TIMEOUT_MOST_MS;
        return timely
                ? Optional.empty()
                : Optional.of("a timeout is from " + TIMEOUT_LEAST_MS + " to " + TIMEOUT_MOST_MS + " ms");
    }

    /** Why this one is not tried. */
    static Optional<String> problem(Probe probe, ClusterRanges ranges) {
        if (probe.getIpv6() && ranges.twins().isEmpty()) {
            return Optional.of("this agent has no IPv6 for containers");
        }
        return switch (probe.getWay()) {
            case TCP, UDP -> outside(probe, ranges).or(() -> noPort(probe.getPort()));
            case ANSWER, AGENT -> outside(probe, ranges);
            case NAME -> noName(probe.getName());
            case REVISION -> Optional.empty();
            case WAY_UNSPECIFIED, UNRECOGNIZED -> Optional.of("this agent is too old for this check");
        };
    }

    private static Optional<String> outside(Probe probe, ClusterRanges ranges) {
        try {
            var address = Ipv4Address.parse(probe.getAddress());
            return ranges.containers().contains(address) || ranges.services().contains(address)
                    ? Optional.empty()
                    : Optional.of(address + " is no address of containers or services");
        } catch (IllegalArgumentException malformed) {
            return Optional.of(String.valueOf(malformed.getMessage()));
        }
    }

    private static Optional<String> noPort(int port) {
        return port >= 1 && port <= PORT_MAX ? Optional.empty() : Optional.of(port + " is no port");
    }

    /** Names of others would have strangers asked. */
    private static Optional<String> noName(String name) {
        boolean ours = name.length() <= NAME_MAX && name.matches("[A-Za-z0-9_.-]+\\.internal");
        return ours ? Optional.empty() : Optional.of("not a name of the cluster");
    }
}
