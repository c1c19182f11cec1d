package dev.banyan.agent.reach;

import com.google.protobuf.ByteString;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachFailure;
import dev.banyan.api.v1.ReachOutcome;

/** How sessions end, and what is sent before. */
final class Outcomes {
    private Outcomes() {}

    static final ReachDown OPENED = ReachDown.newBuilder().setOpened(true).build();
    static final ReachDown END = ReachDown.newBuilder().setEnd(true).build();

    static ReachDown data(byte[] bytes, int length) {
        return ReachDown.newBuilder()
                .setData(ByteString.copyFrom(bytes, 0, length))
                .build();
    }

    static ReachDown errors(byte[] bytes, int length) {
        return ReachDown.newBuilder()
                .setErrors(ByteString.copyFrom(bytes, 0, length))
                .build();
    }

    static ReachOutcome failed(ReachFailure.Kind kind, String message) {
        return ReachOutcome.newBuilder()
                .setFailure(ReachFailure.newBuilder().setKind(kind).setMessage(message))
                .build();
    }

    static ReachOutcome exited(int code) {
        return ReachOutcome.newBuilder().setExitCode(code).build();
    }

    static ReachOutcome done() {
        return ReachOutcome.newBuilder().setDone(true).build();
    }
}
