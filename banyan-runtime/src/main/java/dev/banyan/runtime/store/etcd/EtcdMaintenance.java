package dev.banyan.runtime.store.etcd;

import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.etcd.wire.CompactionRequest;
import dev.banyan.runtime.store.etcd.wire.DefragmentRequest;
import dev.banyan.runtime.store.etcd.wire.KVGrpc;
import dev.banyan.runtime.store.etcd.wire.MaintenanceGrpc;
import dev.banyan.runtime.store.etcd.wire.StatusRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Compaction, size and space of etcd. Thread-safe. */
public final class EtcdMaintenance {
    /** Below this a file is not worth the pause that giving back its space costs. */
    private static final long DEFRAGMENT_BYTES_MIN = 64L * 1024 * 1024;

    private static final Duration DEFRAGMENT_DEADLINE = Duration.ofMinutes(2);
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)\\..*");

    private final EtcdCalls calls;

    EtcdMaintenance(EtcdCalls calls) {
        this.calls = calls;
    }

    /**
     * What one endpoint says of itself.
     *
     * @param revision its newest revision
     * @param fileBytes size of its database file
     * @param usedBytes the part of it that is in use
     * @param led whether it sees a leader
     * @param alarms what it complains about, such as lack of space
     */
    public record Member(
            String endpoint,
            String version,
            long revision,
            long fileBytes,
            long usedBytes,
            boolean led,
            List<String> alarms) {
        public Member {
            alarms = List.copyOf(alarms);
        }
    }

    /** All endpoints that answer, in the order configured. */
    public List<Member> members() {
        var members = new ArrayList<Member>();
        for (int index = 0; index < calls.channels().count(); index++) {
            member(index).ifPresent(members::add);
        }
        return members;
    }

    /**
     * Forgets the history up to {@code revision}: watches and reads from before it fail from now on. One that is forgotten already is
     * fine.
     *
     * @throws StoreException when etcd does not answer
     */
    public void compact(long revision) {
        var request = CompactionRequest.newBuilder().setRevision(revision).build();
        try {
            calls.repeatable(KVGrpc.getCompactMethod(), request, "compact to revision " + revision);
        } catch (StoreException failure) {
            if (failure.reason() != StoreException.Reason.COMPACTED) {
                throw failure;
            }
        }
    }

    /**
     * Gives back the free space of the one member that has most of it. A member answers nothing while it does that, so only one is chosen,
     * only if more than half of a large file is free, and only while every endpoint answers and sees a leader.
     *
     * @return the endpoint that was chosen; empty when none qualifies
     * @throws StoreException when it did not finish
     */
    public Optional<String> defragment() {
        var members = members();
        if (members.size() < calls.channels().count() || !members.stream().allMatch(Member::led)) {
            return Optional.empty();
        }
        var chosen = members.stream()
                .filter(member ->
                        member.fileBytes() >= DEFRAGMENT_BYTES_MIN && member.usedBytes() * 2 < member.fileBytes())
                .max(Comparator.comparingLong(member -> member.fileBytes() - member.usedBytes()));
        chosen.ifPresent(this::defragment);
        return chosen.map(Member::endpoint);
    }

    /**
     * The first endpoint that answers. Where none does and one was only slow, as on a machine that has just begun, all are asked again.
     *
     * @throws StoreException UNAVAILABLE naming each endpoint and why it does not, DENIED when it wants to know who asks
     */
    Member first() {
        long begun = calls.time().nanos();
        while (true) {
            var failures = new ArrayList<EtcdException>();
            var answered = answering(failures);
            if (answered.isPresent()) {
                return answered.get();
            }
            boolean slow = failures.stream().anyMatch(EtcdException::late);
            if (!slow || calls.time().since(begun).compareTo(EtcdCalls.OPERATION) >= 0) {
                throw EtcdCalls.unreachable(failures.stream()
                        .map(failure -> String.valueOf(failure.getMessage()))
                        .collect(Collectors.joining(", ")));
            }
        }
    }

    private Optional<Member> answering(List<EtcdException> failures) {
        for (int index = 0; index < calls.channels().count(); index++) {
            try {
                return Optional.of(status(index));
            } catch (EtcdException failure) {
                if (failure.kind() == EtcdException.Kind.DENIED || failure.kind() == EtcdException.Kind.STALE_TOKEN) {
                    throw new StoreException(
                            StoreException.Reason.DENIED,
                            "etcd could not say its version: " + failure.getMessage(),
                            failure);
                }
                failures.add(failure);
                calls.channels().leave(index);
            }
        }
        return Optional.empty();
    }

    static boolean isSupported(String version) {
        var parts = VERSION.matcher(version);
        if (!parts.matches()) {
            return false;
        }
        int major = Integer.parseInt(parts.group(1));
        return major > 3 || (major == 3 && Integer.parseInt(parts.group(2)) >= 4);
    }

    private Optional<Member> member(int index) {
        try {
            return Optional.of(status(index));
        } catch (EtcdException silent) {
            return Optional.empty();
        }
    }

    private Member status(int index) {
        var status = calls.at(
                index, MaintenanceGrpc.getStatusMethod(), StatusRequest.getDefaultInstance(), EtcdCalls.ATTEMPT);
        calls.saw(status.getHeader());
        return new Member(
                calls.channels().endpoint(index),
                status.getVersion(),
                status.getHeader().getRevision(),
                status.getDbSize(),
                status.getDbSizeInUse(),
                status.getLeader() != 0,
                status.getErrorsList());
    }

    private void defragment(Member member) {
        try {
            calls.at(
                    calls.channels().indexOf(member.endpoint()),
                    MaintenanceGrpc.getDefragmentMethod(),
                    DefragmentRequest.getDefaultInstance(),
                    DEFRAGMENT_DEADLINE);
        } catch (EtcdException failure) {
            throw failure.forReader("defragment " + member.endpoint());
        }
    }
}
