package dev.banyan.runtime.simulation.etcd;

import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.fault.FaultKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The way between one client and one member, in both directions. */
final class Link {
    private final SimulatedProcess client;
    private final Member member;
    private final RandomSource random;
    private final String place;
    private final List<Signal> waiting = new ArrayList<>();
    private boolean cut;

    Link(SimulatedProcess client, Member member, RandomSource random) {
        this.client = client;
        this.member = member;
        this.random = random;
        this.place = client.name() + ">" + member.process().name();
    }

    SimulatedProcess client() {
        return client;
    }

    Member member() {
        return member;
    }

    /** Whether nothing that the member sends arrives. */
    boolean isCut() {
        return cut || !isOpen(memberHost(), clientHost());
    }

    void cut() {
        cut = true;
    }

    void heal() {
        cut = false;
        changed();
    }

    /** The way may be open again. */
    void changed() {
        List.copyOf(waiting).forEach(Signal::raise);
    }

    /** Raises {@code signal} when the way opens again. */
    void tell(Signal signal) {
        waiting.add(signal);
    }

    void forget(Signal signal) {
        waiting.remove(signal);
    }

    Duration requestLatency() {
        return latency(clientHost(), memberHost());
    }

    Duration replyLatency() {
        return latency(memberHost(), clientHost());
    }

    /** The network's where there is one; otherwise as the faults of etcd say. */
    private Duration latency(String from, String to) {
        if (member.observes()) {
            return Duration.ZERO;
        }
        var network = member.etcd().network();
        if (network.isPresent()) {
            return network.get().delay(from, to);
        }
        long max = member.etcd().faults().latencyMax().toNanos();
        return Duration.ofNanos(max == 0 ? 0 : max / 100 + random.nextLong(max));
    }

    boolean requestLost() {
        return cut
                || !isOpen(clientHost(), memberHost())
                || happens(EtcdFaults.LOST_REQUEST, member.etcd().faults().lostRequests());
    }

    boolean replyLost() {
        return isCut() || happens(EtcdFaults.LOST_REPLY, member.etcd().faults().lostReplies());
    }

    boolean streamBreaks() {
        return happens(EtcdFaults.BROKEN_STREAM, member.etcd().faults().brokenStreams());
    }

    private boolean isOpen(String from, String to) {
        return member.observes()
                || member.etcd()
                        .network()
                        .map(network -> network.isOpen(from, to))
                        .orElse(true);
    }

    private String clientHost() {
        return client.host().name();
    }

    private String memberHost() {
        return member.process().host().name();
    }

    /** By a plan that is given, or by a share. */
    private boolean happens(FaultKind kind, double share) {
        return !member.observes()
                && (member.etcd().plan().strikes(kind, place) || (share > 0 && random.nextDouble() < share));
    }
}
