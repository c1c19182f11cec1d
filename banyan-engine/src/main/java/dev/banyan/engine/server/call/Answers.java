package dev.banyan.engine.server.call;

import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.api.wire.WireErrors;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.WriteOutcome;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Replies and failures of rpcs. */
public final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private Answers() {}

    /** Answers one call with what {@code work} makes, or with its failure. */
    public static <R> void unary(StreamObserver<R> reply, Supplier<R> work) {
        R answer;
        try {
            answer = work.get();
        } catch (RuntimeException failure) {
            reply.onError(status(failure));
            return;
        }
        reply.onNext(answer);
        reply.onCompleted();
    }

    /** The status under which a failure travels. What nobody foresaw is logged, and its text stays here. */
    public static StatusRuntimeException status(RuntimeException failure) {
        return switch (failure) {
            case ApiException refused -> WireErrors.encode(refused);
            case StoreException unanswered -> WireErrors.encode(WireErrors.failure(unanswered));
            case IllegalArgumentException malformed -> WireErrors.encode(rejected("", message(malformed)));
            default -> {
                LOG.atError().setCause(failure).log("call failed");
                yield WireErrors.encode(
                        new ApiException(Reason.INTERNAL, "the engine has a defect; its log says more"));
            }
        };
    }

    /** A refusal with one reason. */
    public static ApiException rejected(String field, String message) {
        return new ApiException(
                Reason.REJECTED,
                "the request is refused: " + message,
                Map.of(),
                List.of(new Violation(field, message)));
    }

    /** The revision that a commit landed at; a failure for any other outcome. */
    public static long revision(WriteOutcome outcome) {
        WireErrors.failure(outcome).ifPresent(failure -> {
            throw failure;
        });
        return ((WriteOutcome.Written) outcome).revision();
    }

    private static String message(RuntimeException failure) {
        return Optional.ofNullable(failure.getMessage()).orElse("malformed");
    }
}
