package dev.banyan.agent.container.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.ContainerException.Kind;
import dev.banyan.agent.container.PullOutcome.Cause;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.Test;

/** The sentences are those that containerd 1.6.20 gave. */
class RefusalsTest {
    @Test
    void knowsAReservedNameByItsSentence() {
        var sentence = "failed to reserve sandbox name \"a_b_c_0\": name \"a_b_c_0\" is reserved for \"12ab\"";

        assertThat(Refusals.kind(Status.UNKNOWN, sentence)).isEqualTo(Kind.NAME_RESERVED);
    }

    @Test
    void takesAStartingOrSlowContainerdForUnavailable() {
        assertThat(Refusals.kind(Status.UNKNOWN, "server is not initialized yet"))
                .isEqualTo(Kind.UNAVAILABLE);
        assertThat(Refusals.kind(Status.UNKNOWN, "context deadline exceeded: unknown"))
                .isEqualTo(Kind.UNAVAILABLE);
        assertThat(Refusals.kind(Status.UNKNOWN, "ttrpc: closed: unknown")).isEqualTo(Kind.UNAVAILABLE);
        assertThat(Refusals.kind(Status.UNAVAILABLE, "io exception")).isEqualTo(Kind.UNAVAILABLE);
        assertThat(Refusals.kind(Status.DEADLINE_EXCEEDED, "deadline")).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void takesAnetworkThatIsNotThereYetForUnavailable() {
        var sentence = "failed to setup network for sandbox \"1\": cni plugin not initialized";

        assertThat(Refusals.kind(Status.UNKNOWN, sentence)).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void knowsACommandThatCannotRun() {
        var sentence = "failed to create containerd task: failed to create shim task: OCI runtime create failed: exec: "
                + "\"/bin/absent\": stat /bin/absent: no such file or directory: unknown";

        assertThat(Refusals.kind(Status.UNKNOWN, sentence)).isEqualTo(Kind.INVALID);
        assertThat(Refusals.kind(Status.UNKNOWN, "something else")).isEqualTo(Kind.FAILED);
    }

    @Test
    void knowsAContainerInWhichNothingCanRun() {
        assertThat(Refusals.notRunning("container is in CONTAINER_CREATED state"))
                .isTrue();
        assertThat(Refusals.notRunning("container is in CONTAINER_EXITED state"))
                .isTrue();
        assertThat(Refusals.notRunning("container is in CONTAINER_RUNNING state"))
                .isFalse();
    }

    @Test
    void tellsWhyAPullFailed() {
        assertThat(Refusals.pullCause(Status.NOT_FOUND, "a/b@sha256:0: not found"))
                .isEqualTo(Cause.NOT_FOUND);
        assertThat(Refusals.pullCause(Status.UNKNOWN, "dial tcp 10.0.0.1:7444: connect: connection refused"))
                .isEqualTo(Cause.UNREACHABLE);
        assertThat(Refusals.pullCause(Status.UNKNOWN, "remote error: tls: bad certificate"))
                .isEqualTo(Cause.UNAUTHORISED);
        assertThat(Refusals.pullCause(Status.UNKNOWN, "unexpected status code 401 Unauthorized"))
                .isEqualTo(Cause.UNAUTHORISED);
        assertThat(Refusals.pullCause(Status.UNKNOWN, "x509: certificate signed by unknown authority"))
                .isEqualTo(Cause.OTHER);
    }

    @Test
    void saysWhatWasTriedAndWhatContainerdAnswered() {
        var refusal = new StatusRuntimeException(Status.NOT_FOUND.withDescription("an error occurred"));

        assertThat(Refusals.explain("remove container 1", refusal))
                .hasMessage("could not remove container 1: an error occurred")
                .hasCause(refusal);
        assertThat(Refusals.sentence(new StatusRuntimeException(Status.ABORTED)))
                .isEqualTo("ABORTED");
    }
}
