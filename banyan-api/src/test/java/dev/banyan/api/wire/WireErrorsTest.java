package dev.banyan.api.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.WriteOutcome;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import io.grpc.Status;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class WireErrorsTest {
    private static final ObjectKey KEY = new ObjectKey("tasks", "default", "web.1");

    static Stream<WriteOutcome> failures() {
        return Stream.of(
                new WriteOutcome.Conflict(KEY, 42),
                new WriteOutcome.AlreadyExists(KEY),
                new WriteOutcome.NotFound(KEY),
                new WriteOutcome.Rejected(List.of(
                        new Violation("services.web.ports[0]", "is taken"), new Violation("name", "is too long"))),
                new WriteOutcome.Denied("agents write no spec"),
                new WriteOutcome.Fenced(KEY, 7, 9),
                new WriteOutcome.TooLarge(KEY, 600_000, 524_288),
                new WriteOutcome.Unknown("0123", "the answer was lost"),
                new WriteOutcome.Unavailable("no leader"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void givesTheSameOutcomeAtTheOtherEnd(WriteOutcome outcome) {
        var sent = WireErrors.encode(WireErrors.failure(outcome).orElseThrow());

        assertThat(WireErrors.outcome(WireErrors.decode(sent))).isEqualTo(outcome);
        assertThat(WireErrors.answered(sent)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(StoreException.Reason.class)
    void givesTheSameReadFailureAtTheOtherEnd(StoreException.Reason reason) {
        var sent = WireErrors.encode(WireErrors.failure(new StoreException(reason, "why")));

        var received = WireErrors.storeFailure(WireErrors.decode(sent));

        assertThat(received.reason()).isEqualTo(reason);
        assertThat(received).hasMessage("why");
    }

    @Test
    void saysWhyAConnectionFailed() {
        var refused = new SSLHandshakeException("certificate expired\nand more");
        var failure = Status.UNAVAILABLE.withDescription("io exception").withCause(new IOException("read", refused));

        assertThat(WireErrors.decode(failure.asRuntimeException())).hasMessage("io exception: certificate expired");
    }

    @Test
    void saysNothingTwice() {
        var failure = Status.UNAVAILABLE.withDescription("Network closed").withCause(new IOException("closed"));

        assertThat(WireErrors.decode(failure.asRuntimeException())).hasMessage("Network closed");
        assertThat(WireErrors.decode(Status.UNAVAILABLE.asRuntimeException())).hasMessage("UNAVAILABLE");
        assertThat(WireErrors.decode(
                        Status.UNAVAILABLE.withCause(new IOException()).asRuntimeException()))
                .hasMessage("UNAVAILABLE");
    }

    @Test
    void mapsOutcomesToTheStatusesOfTheContract() {
        assertThat(failures().map(failure -> WireErrors.encode(
                                WireErrors.failure(failure).orElseThrow())
                        .getStatus()
                        .getCode()))
                .containsExactly(
                        Status.Code.ABORTED,
                        Status.Code.ALREADY_EXISTS,
                        Status.Code.NOT_FOUND,
                        Status.Code.INVALID_ARGUMENT,
                        Status.Code.PERMISSION_DENIED,
                        Status.Code.FAILED_PRECONDITION,
                        Status.Code.INVALID_ARGUMENT,
                        Status.Code.UNKNOWN,
                        Status.Code.UNAVAILABLE);
    }

    @Test
    void doesNotTakeAStatusOfTheTransportForTheServersWord() {
        var cut = Status.UNAVAILABLE.withDescription("connection refused").asRuntimeException();

        assertThat(WireErrors.answered(cut)).isFalse();
        assertThat(WireErrors.decode(cut).reason()).isEqualTo(Reason.UNAVAILABLE);
    }

    @Test
    void isNoFailureWhenEverythingLanded() {
        assertThat(WireErrors.failure(new WriteOutcome.Written(3))).isEmpty();
    }
}
