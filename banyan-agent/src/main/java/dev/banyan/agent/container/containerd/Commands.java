package dev.banyan.agent.container.containerd;

import com.google.protobuf.ByteString;
import dev.banyan.agent.container.ExecOutcome;
import dev.banyan.agent.container.cri.v1.ExecSyncRequest;
import dev.banyan.runtime.env.Env;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Runs short commands, such as health checks, in containers, by CRI, which bounds the output that it keeps (16 MiB).
 *
 * <p>The timeout is CRI's own, in whole seconds rounded up: if the call itself were cut off earlier, containerd could not kill the command
 * any more. A command that ended between the wanted and the rounded timeout counts as timed out all the same.
 */
final class Commands {
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    /** What containerd may take beyond the timeout to kill the command and to answer. */
    private static final Duration ANSWER = Duration.ofSeconds(15);

    private final Connection connection;
    private final Env env;

    Commands(Connection connection, Env env) {
        this.connection = connection;
        this.env = env;
    }

    ExecOutcome run(String id, List<String> command, Duration timeout) throws InterruptedException {
        if (command.isEmpty() || timeout.compareTo(SHORTEST) < 0 || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a command and 1 ms to 1 h wanted: " + command + ", " + timeout);
        }
        var request = ExecSyncRequest.newBuilder()
                .setContainerId(id)
                .addAllCmd(command)
                .setTimeout(wholeSeconds(timeout))
                .build();
        long start = env.time().nanos();
        try {
            var answer = connection.runtime(timeout.plus(ANSWER)).execSync(request);
            if (env.time().since(start).compareTo(timeout) > 0) {
                return new ExecOutcome.TimedOut(timeout);
            }
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
        if (Refusals.cannotExecute(sentence) || Refusals.notRunning(sentence)) {
            return new ExecOutcome.NotStarted(sentence);
        }
        throw Refusals.explain("run a command in container " + id, refusal);
    }

    static long wholeSeconds(Duration timeout) {
        return timeout.plusSeconds(1).minusNanos(1).toSeconds();
    }

    static String output(ByteString standard, ByteString error) {
        var all = standard.concat(error);
        return all.substring(0, Math.min(all.size(), ExecOutcome.OUTPUT_LIMIT)).toString(StandardCharsets.UTF_8);
    }
}
