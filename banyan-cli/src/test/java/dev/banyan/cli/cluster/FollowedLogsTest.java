package dev.banyan.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.LogRequest;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.cli.cluster.LogStream.Next;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FollowedLogsTest {
    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final LogRequest REQUEST =
            LogRequest.newBuilder().setDeployment("shop").setTail(5).build();

    private final Given first = new Given();
    private final Map<String, Given> others = new TreeMap<>();
    private final List<LogRequest> asked = new ArrayList<>();
    private final FollowedLogs logs = new FollowedLogs(first, REQUEST, (endpoint, request) -> {
        asked.add(request);
        return others.computeIfAbsent(endpoint, any -> new Given());
    });

    @Test
    void readsOnAtTheEngineThatHasTheAgent() throws InterruptedException {
        first.lines(line("web-0", "here"), elsewhere("web-1", "two:7443"), line("web-0", "still here"));
        others.put("two:7443", new Given().lines(line("web-1", "there")));

        assertThat(drain()).containsExactlyInAnyOrder("web-0 here", "web-0 still here", "web-1 there");
        assertThat(asked).containsExactly(REQUEST.toBuilder().setTask("web-1").build());
        assertThat(first.closed).isTrue();
        assertThat(others.get("two:7443")).extracting(other -> other.closed).isEqualTo(true);
    }

    @Test
    void saysWhatIsMissingWhenTheOtherEngineDoesNotAnswer() throws InterruptedException {
        first.lines(elsewhere("web-1", "two:7443"), line("web-0", "here"));
        others.put("two:7443", new Given().failing());

        assertThat(drain()).containsExactlyInAnyOrder("web-0 here", "web-1 GAP no engine answers");
    }

    @Test
    void goesNoFurtherThanOneEngine() throws InterruptedException {
        first.lines(elsewhere("web-1", "two:7443"));
        others.put("two:7443", new Given().lines(elsewhere("web-1", "one:7443")));

        assertThat(drain()).containsExactly("web-1 GAP its agent is changing engines; read again");
        assertThat(asked).hasSize(1);
    }

    @Test
    void failsWhenTheEngineThatWasAskedFirstFails() {
        first.failing();

        assertThatThrownBy(() -> logs.next(WAIT)).isInstanceOf(ApiException.class);
    }

    @Test
    void isIdleWhenNobodyHasAnything() throws InterruptedException {
        first.quiet = true;
        first.lines(elsewhere("web-1", "two:7443"));
        var other = new Given();
        other.quiet = true;
        others.put("two:7443", other);

        assertThat(logs.next(WAIT)).isInstanceOf(Next.Idle.class);
        assertThat(first.waited.plus(other.waited)).as("in turns").isEqualTo(WAIT);
        assertThat(other.waited).isBetween(Duration.ofMillis(400), Duration.ofMillis(600));

        logs.close();
        assertThat(first.closed && other.closed).isTrue();
    }

    private List<String> drain() throws InterruptedException {
        var texts = new ArrayList<String>();
        while (true) {
            switch (logs.next(WAIT)) {
                case Next.Line(var line) ->
                    texts.add(
                            line.getTask() + (line.getStream() == LogLine.Stream.GAP ? " GAP " : " ") + line.getText());
                case Next.Idle idle -> {}
                case Next.End end -> {
                    return texts;
                }
            }
        }
    }

    private static LogLine line(String task, String text) {
        return LogLine.newBuilder()
                .setTask(task)
                .setStream(LogLine.Stream.STDOUT)
                .setText(text)
                .build();
    }

    private static LogLine elsewhere(String task, String endpoint) {
        return line(task, endpoint).toBuilder()
                .setStream(LogLine.Stream.ELSEWHERE)
                .build();
    }

    /** A stream of given lines, which then ends, fails or is quiet. */
    private static final class Given implements LogStream {
        private final Queue<LogLine> lines = new ArrayDeque<>();
        private Duration waited = Duration.ZERO;
        private boolean fails;
        private boolean quiet;
        private boolean closed;

        Given lines(LogLine... more) {
            lines.addAll(List.of(more));
            return this;
        }

        Given failing() {
            fails = true;
            return this;
        }

        @Override
        public Next next(Duration atMost) {
            if (fails) {
                throw new ApiException(Reason.UNAVAILABLE, "no engine answers");
            }
            var line = lines.poll();
            if (line != null) {
                return new Next.Line(line);
            }
            if (quiet) {
                waited = waited.plus(atMost);
                return new Next.Idle();
            }
            return new Next.End();
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
