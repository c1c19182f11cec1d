package dev.banyan.api.wire;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.WriteOutcome;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Failures as gRPC statuses, and back. */
public final class WireErrors {
    /** The {@code domain} of every {@code ErrorInfo} of Banyan. */
    public static final String DOMAIN = "banyan.dev";

    /** Causes in a chain that are looked at; real ones have up to six. */
    private static final int CAUSES_MAX = 12;

    private static final String KEY = "key";
    private static final String REVISION = "revision";

    private WireErrors() {}

    /** The status of {@code failure}. */
    public static StatusRuntimeException encode(ApiException failure) {
        var details = new ArrayList<Any>();
        details.add(Any.pack(ErrorInfo.newBuilder()
                .setReason(failure.reason().name())
                .setDomain(DOMAIN)
                .putAllMetadata(failure.details())
                .build()));
        if (!failure.violations().isEmpty()) {
            details.add(Any.pack(badRequest(failure.violations())));
        }
        var message = Optional.ofNullable(failure.getMessage()).orElse("");
        return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                .setCode(failure.reason().code().value())
                .setMessage(message)
                .addAllDetails(details)
                .build());
    }

    /** What a status of a server says; a status without our details is read by its code alone. */
    public static ApiException decode(StatusRuntimeException failure) {
        var info = ours(failure);
        if (info.isEmpty()) {
            return new ApiException(byCode(failure.getStatus().getCode()), text(failure.getStatus()));
        }
        var reason = Reason.named(info.get().getReason())
                .orElse(byCode(failure.getStatus().getCode()));
        return new ApiException(reason, text(failure.getStatus()), info.get().getMetadataMap(), violations(failure));
    }

    /** True when the server itself answered, so that its word on what was done can be trusted. */
    public static boolean answered(StatusRuntimeException failure) {
        return ours(failure).isPresent();
    }

    /** The failure that an outcome is; there is none for {@link WriteOutcome.Written}. */
    public static Optional<ApiException> failure(WriteOutcome outcome) {
        return switch (outcome) {
            case WriteOutcome.Written written -> Optional.empty();
            case WriteOutcome.Conflict conflict ->
                Optional.of(failure(
                        Reason.CONFLICT,
                        conflict.key() + " was written meanwhile and is at revision " + conflict.revision(),
                        Map.of(KEY, conflict.key().path(), REVISION, Long.toString(conflict.revision()))));
            case WriteOutcome.AlreadyExists exists ->
                Optional.of(failure(
                        Reason.ALREADY_EXISTS,
                        exists.key() + " exists already",
                        Map.of(KEY, exists.key().path())));
            case WriteOutcome.NotFound missing ->
                Optional.of(failure(
                        Reason.NOT_FOUND,
                        missing.key() + " does not exist",
                        Map.of(KEY, missing.key().path())));
            case WriteOutcome.Rejected rejected ->
                Optional.of(
                        new ApiException(Reason.REJECTED, "the content is refused", Map.of(), rejected.violations()));
            case WriteOutcome.Denied denied -> Optional.of(failure(Reason.DENIED, denied.reason(), Map.of()));
            case WriteOutcome.Fenced fenced -> Optional.of(fenced(fenced));
            case WriteOutcome.TooLarge large -> Optional.of(tooLarge(large));
            case WriteOutcome.Unknown unknown ->
                Optional.of(failure(Reason.OUTCOME_UNKNOWN, unknown.reason(), Map.of("nonce", unknown.nonce())));
            case WriteOutcome.Unavailable away -> Optional.of(failure(Reason.UNAVAILABLE, away.reason(), Map.of()));
        };
    }

    /** The outcome of a commit that failed so; the inverse of {@link #failure(WriteOutcome)}. */
    public static WriteOutcome outcome(ApiException failure) {
        var message = Optional.ofNullable(failure.getMessage()).orElse("");
        var details = failure.details();
        return switch (failure.reason()) {
            case CONFLICT -> new WriteOutcome.Conflict(key(details), number(details, REVISION));
            case ALREADY_EXISTS -> new WriteOutcome.AlreadyExists(key(details));
            case NOT_FOUND -> new WriteOutcome.NotFound(key(details));
            case REJECTED -> new WriteOutcome.Rejected(failure.violations());
            case DENIED, UNAUTHENTICATED -> new WriteOutcome.Denied(message);
            case FENCED ->
                new WriteOutcome.Fenced(key(details), number(details, "expected"), number(details, "actual"));
            case TOO_LARGE ->
                new WriteOutcome.TooLarge(key(details), number(details, "bytes"), number(details, "limit"));
            case UNAVAILABLE, OVERLOADED -> new WriteOutcome.Unavailable(message);
            case OUTCOME_UNKNOWN, COMPACTED, CORRUPT, INTERNAL ->
                new WriteOutcome.Unknown(details.getOrDefault("nonce", ""), message);
        };
    }

    /** The failure that a read of the store met. */
    public static ApiException failure(StoreException failure) {
        var message = Optional.ofNullable(failure.getMessage()).orElse("");
        return switch (failure.reason()) {
            case UNAVAILABLE -> new ApiException(Reason.UNAVAILABLE, message);
            case COMPACTED -> new ApiException(Reason.COMPACTED, message);
            case DENIED -> new ApiException(Reason.DENIED, message);
            case CORRUPT -> new ApiException(Reason.CORRUPT, message);
        };
    }

    /** The inverse of {@link #failure(StoreException)}. */
    public static StoreException storeFailure(ApiException failure) {
        var message = Optional.ofNullable(failure.getMessage()).orElse("");
        return new StoreException(
                switch (failure.reason()) {
                    case COMPACTED -> StoreException.Reason.COMPACTED;
                    case DENIED, UNAUTHENTICATED, FENCED -> StoreException.Reason.DENIED;
                    case UNAVAILABLE, OVERLOADED, OUTCOME_UNKNOWN, CONFLICT -> StoreException.Reason.UNAVAILABLE;
                    case CORRUPT, INTERNAL, REJECTED, NOT_FOUND, ALREADY_EXISTS, TOO_LARGE ->
                        StoreException.Reason.CORRUPT;
                },
                message,
                failure);
    }

    private static ApiException fenced(WriteOutcome.Fenced fenced) {
        return failure(
                Reason.FENCED,
                "the right at " + fenced.key() + " is gone",
                Map.of(
                        KEY,
                        fenced.key().path(),
                        "expected",
                        Long.toString(fenced.expectedRevision()),
                        "actual",
                        Long.toString(fenced.actualRevision())));
    }

    private static ApiException tooLarge(WriteOutcome.TooLarge large) {
        return failure(
                Reason.TOO_LARGE,
                large.key() + " has " + large.bytes() + " bytes, the limit is " + large.limit(),
                Map.of(
                        KEY,
                        large.key().path(),
                        "bytes",
                        Long.toString(large.bytes()),
                        "limit",
                        Long.toString(large.limit())));
    }

    private static ApiException failure(Reason reason, String message, Map<String, String> details) {
        return new ApiException(reason, message, details, List.of());
    }

    private static BadRequest badRequest(List<Violation> violations) {
        var request = BadRequest.newBuilder();
        violations.forEach(violation ->
                request.addFieldViolationsBuilder().setField(violation.field()).setDescription(violation.message()));
        return request.build();
    }

    private static List<Violation> violations(StatusRuntimeException failure) {
        return detail(failure, BadRequest.class).stream()
                .flatMap(request -> request.getFieldViolationsList().stream())
                .map(violation -> new Violation(violation.getField(), violation.getDescription()))
                .toList();
    }

    private static Optional<ErrorInfo> ours(StatusRuntimeException failure) {
        return detail(failure, ErrorInfo.class).filter(info -> info.getDomain().equals(DOMAIN));
    }

    private static <T extends com.google.protobuf.Message> Optional<T> detail(
            StatusRuntimeException failure, Class<T> type) {
        var status = StatusProto.fromThrowable(failure);
        if (status == null) {
            return Optional.empty();
        }
        try {
            for (var detail : status.getDetailsList()) {
                if (detail.is(type)) {
                    return Optional.of(detail.unpack(type));
                }
            }
        } catch (InvalidProtocolBufferException malformed) {
            return Optional.empty(); // a detail that cannot be read is as good as none: the code still counts
        }
        return Optional.empty();
    }

    private static Reason byCode(Status.Code code) {
        return switch (code) {
            case ABORTED -> Reason.CONFLICT;
            case ALREADY_EXISTS -> Reason.ALREADY_EXISTS;
            case NOT_FOUND -> Reason.NOT_FOUND;
            case INVALID_ARGUMENT -> Reason.REJECTED;
            case PERMISSION_DENIED -> Reason.DENIED;
            case UNAUTHENTICATED -> Reason.UNAUTHENTICATED;
            case FAILED_PRECONDITION -> Reason.FENCED;
            case UNAVAILABLE -> Reason.UNAVAILABLE;
            case RESOURCE_EXHAUSTED -> Reason.OVERLOADED;
            case OUT_OF_RANGE -> Reason.COMPACTED;
            case DATA_LOSS -> Reason.CORRUPT;
            case UNKNOWN, DEADLINE_EXCEEDED, CANCELLED -> Reason.OUTCOME_UNKNOWN;
            case OK, UNIMPLEMENTED, INTERNAL -> Reason.INTERNAL;
        };
    }

    /** Of a connection that failed, gRPC says little itself; what happened is in the first of all causes. */
    private static String text(Status status) {
        var description = status.getDescription();
        var text = description == null ? status.getCode().name() : description;
        var first = status.getCause();
        for (int depth = 0; first != null && first.getCause() != null && depth < CAUSES_MAX; depth++) {
            first = first.getCause();
        }
        var why = first == null ? null : first.getMessage();
        return why == null || text.contains(why)
                ? text
                : text + ": " + why.lines().findFirst().orElse("");
    }

    /** A failure without a key is not one of a single object; the store's own key stands for it. */
    private static ObjectKey key(Map<String, String> details) {
        var parts = details.getOrDefault(KEY, "").split("/", -1);
        return parts.length == 3
                ? new ObjectKey(parts[0], parts[1], parts[2])
                : ObjectKey.cluster(".cluster", "unnamed");
    }

    private static long number(Map<String, String> details, String name) {
        try {
            return Long.parseLong(details.getOrDefault(name, "0"));
        } catch (NumberFormatException malformed) {
            return 0;
        }
    }
}
