package dev.banyan.agent.container.containerd;

import com.google.protobuf.ByteString;
import dev.banyan.agent.container.ExecOutcome;
import dev.banyan.agent.container.cri.v1.ExecSyncRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Runs short commands, such as health checks, in containers. CRI's own timeout counts whole seconds, so ours is the deadline of the call:
 * when a call ends before its command, containerd kills the command. It also bounds the output it keeps (16 MiB).
 */
final class Commands {
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Connection connection;

    Commands(Connection connection) {
        this.connection = connection;
    }

    ExecOutcome run(String id, List<String> command, Duration timeout) throws InterruptedException {
        if (command.isEmpty() || timeout.compareTo(SHORTEST) < 0 || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a command and 1 ms to 1 h wanted: " + command + ", " + timeout);
        }
        var request = ExecSyncRequest.newBuilder()
                .setContainerId(id)
                .addAllCmd(command)
                .build();
        try {
            var answer = connection.runtime(timeout).execSync(request);
            return new ExecOutcome.Finished(answer.getExitCode(), output(answer.getStdout(), answer.getStderr()));
        } catch (StatusRuntimeException refusal) {
            if (Thread.interrupted()) {
                throw new InterruptedException("cancelled: run a command in container " + id);
            }
            return failed(id, timeout, refusal);
        }
    }

    private static ExecOutcome failed(String id, Duration timeout, StatusRuntimeException refusal) {
        var sentence = Refusals.sentence(refusal);
        if (refusal.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED) {
            return new ExecOutcome.TimedOut(timeout);
        }
        if (Refusals.cannotExecute(sentence) || sentence.contains("CONTAINER_EXITED")) {
            return new ExecOutcome.NotStarted(sentence);
        }
        throw Refusals.explain("run a command in container " + id, refusal);
    }

    static String output(ByteString standard, ByteString error) {
        var all = standard.concat(error);
        return all.substring(0, Math.min(all.size(), ExecOutcome.OUTPUT_LIMIT)).toString(StandardCharsets.UTF_8);
    }
}
