package dev.banyan.engine;

import dev.banyan.api.identity.SpiffeId;
import dev.banyan.api.v1.AcceptRestoreRequest;
import dev.banyan.api.v1.AcceptRestoreResponse;
import dev.banyan.api.v1.StatusResponse;
import dev.banyan.api.v1.StoppedStore;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.engine.server.Doors;
import dev.banyan.runtime.audit.RestoreGate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says how the engine is and why its store is stopped, and hands on the operator's decision to go on with a restored one. */
final class RestoreDoor implements Doors.ClusterView {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreDoor.class);

    private final RestoreGate gate;
    private final Supplier<StatusResponse.Builder> status;

    RestoreDoor(RestoreGate gate, Supplier<StatusResponse.Builder> status) {
        this.gate = gate;
        this.status = status;
    }

    @Override
    public StatusResponse status() {
        var answer = status.get();
        gate.stopped()
                .ifPresent(stop -> answer.setStopped(StoppedStore.newBuilder()
                        .setReason(stop.reason())
                        .setSeen(stop.seen())
                        .setFound(stop.found())));
        return answer.build();
    }

    @Override
    public AcceptRestoreResponse acceptRestore(AcceptRestoreRequest request, SpiffeId caller) {
        var stop = gate.stopped()
                .orElseThrow(
                        () -> new ApiException(Reason.NOT_FOUND, "nothing is stopped: there is nothing to accept"));
        if (stop.seen() != request.getSeen() || stop.found() != request.getFound()) {
            throw new ApiException(
                    Reason.CONFLICT,
                    "the store is not as it was shown: it had reached revision " + stop.seen() + " and is at "
                            + stop.found() + ". Nothing was changed.");
        }
        LOG.atWarn()
                .addKeyValue("caller", caller.uri())
                .addKeyValue("seen", stop.seen())
                .addKeyValue("found", stop.found())
                .log("restored store is to be accepted");
        long revision = gate.accept()
                .map(RestoreGate.Accepted::revision)
                .orElseThrow(() -> new ApiException(Reason.CONFLICT, "another engine has accepted it meanwhile"));
        return AcceptRestoreResponse.newBuilder().setRevision(revision).build();
    }
}
