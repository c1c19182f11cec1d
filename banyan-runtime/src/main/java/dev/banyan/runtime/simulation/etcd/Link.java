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

    boolean isCut() {
        return cut;
    }

    void cut() {
        cut = true;
    }

    void heal() {
        cut = false;
        waiting.forEach(Signal::raise);
    }

    /** Raises {@code signal} when the way opens again. */
    void tell(Signal signal) {
        waiting.add(signal);
    }

    void forget(Signal signal) {
        waiting.remove(signal);
    }

    Duration latency() {
        if (member.observes()) {
            return Duration.ZERO;
        }
        long max = member.etcd().faults().latencyMax().toNanos();
        return Duration.ofNanos(max == 0 ? 0 : max / 100 + random.nextLong(max));
    }

    boolean requestLost() {
        return cut || happens(EtcdFaults.LOST_REQUEST, member.etcd().faults().lostRequests());
    }

    boolean replyLost() {
        return cut || happens(EtcdFaults.LOST_REPLY, member.etcd().faults().lostReplies());
    }

    boolean streamBreaks() {
        return happens(EtcdFaults.BROKEN_STREAM, member.etcd().faults().brokenStreams());
    }

    /** By a plan that is given, or by a share. */
    private boolean happens(FaultKind kind, double share) {
        return !member.observes()
                && (member.etcd().plan().strikes(kind, place) || (share > 0 && random.nextDouble() < share));
    }
}
