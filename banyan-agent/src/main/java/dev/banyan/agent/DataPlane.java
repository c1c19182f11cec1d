package dev.banyan.agent;

import dev.banyan.agent.isolation.IsolationOutcome;
import dev.banyan.agent.proxy.ProxyOutcome;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.PortTaken;
import dev.banyan.api.v1.Protocol;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * What the cluster is told of the packet rules of this server: one revision, that which the load balancer leads by and isolation keeps apart
 * by. Thread-safe.
 */
final class DataPlane {
    private final Consumer<UnaryOperator<AgentReportStatus>> report;
    private long balanced; // guarded by this, as all below
    private long isolated;
    private String digest = "";
    private String balancingError = "";
    private String isolationError = "";
    private List<PortTaken> taken = List.of();

    /** {@code report} changes what is told. */
    DataPlane(Consumer<UnaryOperator<AgentReportStatus>> report) {
        this.report = report;
    }

    synchronized void balanced(ProxyOutcome outcome) {
        taken = outcome.taken().stream().map(DataPlane::taken).toList();
        switch (outcome) {
            case ProxyOutcome.Applied applied -> {
                balanced = applied.revision();
                digest = applied.digest();
                balancingError = "";
            }
            case ProxyOutcome.Failed failed -> balancingError = failed.reason();
        }
        tell();
    }

    synchronized void isolated(IsolationOutcome outcome) {
        switch (outcome) {
            case IsolationOutcome.Applied applied -> {
                isolated = applied.revision();
                isolationError = "";
            }
            case IsolationOutcome.Failed failed -> isolationError = failed.reason();
        }
        tell();
    }

    private void tell() {
        long revision = Math.min(balanced, isolated);
        var error = balancingError.isEmpty() ? isolationError : balancingError;
        var ports = taken;
        var rules = digest;
        report.accept(status -> status.toBuilder()
                .clearPortsTaken()
                .addAllPortsTaken(ports)
                .setAppliedRevision(revision)
                .setRulesDigest(rules)
                .setDataPlaneError(error)
                .build());
    }

    private static PortTaken taken(dev.banyan.agent.proxy.PortTaken port) {
        return PortTaken.newBuilder()
                .setPort(port.port())
                .setProtocol(port.protocol() == dev.banyan.agent.proxy.Protocol.UDP ? Protocol.UDP : Protocol.TCP)
                .setHolder(port.holder())
                .setAddress(port.address().orElse(""))
                .setElsewhere(port.isElsewhere())
                .setIpv6(port.ipv6())
                .build();
    }
}
