package dev.banyan.agent.container.containerd;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerException.Kind;
import dev.banyan.agent.container.PullOutcome;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Locale;
import java.util.Optional;

/** What containerd's refusals mean. It often answers UNKNOWN with a sentence, so the sentence is read too. */
final class Refusals {
    private Refusals() {}

    static ContainerException explain(String what, StatusRuntimeException refusal) {
        var sentence = sentence(refusal);
        return new ContainerException(
                kind(refusal.getStatus(), sentence), "could not " + what + ": " + sentence, refusal);
    }

    static Kind kind(Status status, String sentence) {
        if (sentence.contains("is reserved for")) {
            return Kind.NAME_RESERVED;
        }
        // CRI answers so until its plugin has recovered the state after a start of containerd.
        if (mentions(sentence, "server is not initialized yet", "cni plugin not initialized")
                // Our deadline, or the shim's end, told by containerd before gRPC tells it.
                || mentions(sentence, "context deadline exceeded", "context canceled", "ttrpc: closed")) {
            return Kind.UNAVAILABLE;
        }
        return switch (status.getCode()) {
            case NOT_FOUND -> Kind.NOT_FOUND;
            case INVALID_ARGUMENT -> Kind.INVALID;
            case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED -> Kind.UNAVAILABLE;
            default -> cannotExecute(sentence) ? Kind.INVALID : Kind.FAILED;
        };
    }

    static PullOutcome.Cause pullCause(Status status, String sentence) {
        var lower = sentence.toLowerCase(Locale.ROOT);
        if (mentions(
                lower,
                "unauthorized",
                "authorization failed",
                "forbidden",
                "bad certificate",
                "certificate required")) {
            return PullOutcome.Cause.UNAUTHORISED;
        }
        if (mentions(lower, "connection refused", "no such host", "i/o timeout", "no route to host", "unreachable")
                || mentions(lower, "connection reset", "handshake timeout", "502 bad gateway", "503 service")
                || status.getCode() == Status.Code.UNAVAILABLE
                || status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
            return PullOutcome.Cause.UNREACHABLE;
        }
        if (status.getCode() == Status.Code.NOT_FOUND || lower.endsWith("not found")) {
            return PullOutcome.Cause.NOT_FOUND;
        }
        return PullOutcome.Cause.OTHER;
    }

    /** runc's sentence about a program that is missing or not executable, if that is what it is. */
    static boolean cannotExecute(String sentence) {
        return mentions(
                        sentence,
                        "executable file not found",
                        "exec format error",
                        "no such file or directory: unknown")
                || sentence.contains("permission denied: unknown");
    }

    /** CRI's sentence about a container that was not started yet, or has ended. */
    static boolean notRunning(String sentence) {
        return mentions(sentence, "CONTAINER_CREATED", "CONTAINER_EXITED");
    }

    static String sentence(StatusRuntimeException refusal) {
        return Optional.ofNullable(refusal.getStatus().getDescription())
                .orElse(refusal.getStatus().getCode().name());
    }

    private static boolean mentions(String sentence, String... parts) {
        for (var part : parts) {
            if (sentence.contains(part)) {
                return true;
            }
        }
        return false;
    }
}
