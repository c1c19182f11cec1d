package dev.banyan.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.LogPosition;
import dev.banyan.api.v1.LogRequest;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.cli.cluster.LogStream.Next;
import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FollowedLogsTest {
    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final LogRequest REQUEST =
            LogRequest.newBuilder().setDeployment("shop").setTail(5).build();
    private static final LogRequest FOLLOWING =
            REQUEST.toBuilder().setFollow(true).setResumes(true).build();

    private final Simulation simulation = new Simulation(1);
    private final SimulatedProcess process = simulation.process("cli");
    private final Given first = new Given();
    private final Map<String, Given> others = new TreeMap<>();
    private final List<LogRequest> asked = new ArrayList<>();
    private final Queue<Given> next = new ArrayDeque<>();
    private final List<LogRequest> again = new ArrayList<>();

    @AfterEach
    void end() {
        simulation.close();
    }

    @Test
    void readsOnAtTheEngineThatHasTheAgent() {
        first.lines(line("web-0", "here"), elsewhere("web-1", "two:7443"), line("web-0", "still here"));
        others.put("two:7443", new Given().lines(line("web-1", "there")));

        assertThat(drain(REQUEST)).containsExactlyInAnyOrder("web-0 here", "web-0 still here", "web-1 there");
        assertThat(asked).containsExactly(REQUEST.toBuilder().setTask("web-1").build());
        assertThat(first.closed).isTrue();
        assertThat(others.get("two:7443")).extracting(other -> other.closed).isEqualTo(true);
    }

    @Test
    void saysWhatIsMissingWhenTheOtherEngineDoesNotAnswer() {
        first.lines(elsewhere("web-1", "two:7443"), line("web-0", "here"));
        others.put("two:7443", new Given().failing());

        assertThat(drain(REQUEST)).containsExactlyInAnyOrder("web-0 here", "web-1 GAP no engine answers");
    }

    @Test
    void goesNoFurtherThanOneEngine() {
        first.lines(elsewhere("web-1", "two:7443"));
        others.put("two:7443", new Given().lines(elsewhere("web-1", "one:7443")));

        assertThat(drain(REQUEST)).containsExactly("web-1 GAP its agent is changing engines; read again");
        assertThat(asked).hasSize(1);
    }

    @Test
    void failsWhenTheEngineThatWasAskedFirstFails() {
        first.failing();

        inside(() -> assertThatThrownBy(() -> logs(REQUEST).next(WAIT)).isInstanceOf(ApiException.class));
    }

    @Test
    void isIdleWhenNobodyHasAnything() {
        first.quiet = true;
        first.lines(elsewhere("web-1", "two:7443"));
        var other = new Given();
        other.quiet = true;
        others.put("two:7443", other);

        inside(() -> {
            var logs = logs(REQUEST);
            assertThat(logs.next(WAIT)).isInstanceOf(Next.Idle.class);
            assertThat(first.waited.plus(other.waited)).as("in turns").isEqualTo(WAIT);
            assertThat(other.waited).isBetween(Duration.ofMillis(400), Duration.ofMillis(600));

            logs.close();
        });
        assertThat(first.closed && other.closed).isTrue();
    }

    @Test
    void goesOnBehindWhatCameWhenTheEngineIsGone() {
        first.lines(
                at(line("web-0", "one"), 10),
                at(line("web-0", "two"), 10),
                mark("web-1", 7, 3),
                elsewhere("web-2", "two:7443"));
        first.breaks = true;
        others.put("two:7443", new Given());
        others.get("two:7443").quiet = true;
        next.add(new Given().lines(at(line("web-0", "three"), 20)));

        assertThat(drain(FOLLOWING)).containsExactly("web-0 one", "web-0 two", "web-0 three");

        assertThat(others.get("two:7443").closed).as("all begins anew").isTrue();
        var request = again.getFirst();
        assertThat(request.getTask()).isEmpty();
        assertThat(request.getTail()).as("of tasks that are new").isEqualTo(-1);
        assertThat(request.getAfterList())
                .extracting(LogPosition::getTask, LogPosition::getTimeNs, LogPosition::getNumber)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("web-0", 10L, 2),
                        org.assertj.core.groups.Tuple.tuple("web-1", 7L, 3));
    }

    @Test
    void asksAgainForATaskWhoseAgentIsAwayAndNobodyHearsOfAShortWhile() {
        first.quiet = true;
        first.lines(at(line("web-0", "here"), 1), at(line("web-1", "before"), 5), away("web-1", "a2 is not connected"));
        next.add(new Given().lines(away("web-1", "a2 is not connected")));
        next.add(new Given().lines(at(line("web-1", "after"), 6)));

        assertThat(read(FOLLOWING, 3)).containsExactly("web-0 here", "web-1 before", "web-1 after");

        assertThat(again).extracting(LogRequest::getTask).containsExactly("web-1", "web-1");
        assertThat(again.getLast().getAfterList())
                .extracting(LogPosition::getTimeNs)
                .containsExactly(5L);
        assertThat(again.getLast().getTail()).isEqualTo(5);
    }

    @Test
    void saysOnceThatAnAgentStaysAway() {
        first.lines(away("web-1", "a2 is not connected"));
        for (int i = 0; i < 9; i++) {
            next.add(new Given().lines(away("web-1", "a2 is not connected")));
        }
        next.add(new Given().lines(line("web-1", "back")));

        assertThat(read(FOLLOWING, 2)).containsExactly("web-1 GAP a2 is not connected", "web-1 back");
        assertThat(again).hasSize(10);
    }

    @Test
    void aTaskThatIsNewIsReadFromItsBeginning() {
        var begins = LogPosition.newBuilder().setTask("web-9").setAttempt(1).build();
        first.lines(away("web-9", "on its way").toBuilder().setPosition(begins).build());
        next.add(new Given().lines(line("web-9", "born")));

        assertThat(read(FOLLOWING, 1)).containsExactly("web-9 born");
        assertThat(again.getFirst().getAfterList()).containsExactly(begins);
    }

    @Test
    void comesBackToATaskWhoseEngineDied() {
        first.quiet = true;
        first.lines(elsewhere("web-1", "two:7443"));
        others.put("two:7443", new Given().lines(at(line("web-1", "there"), 5)));
        others.get("two:7443").breaks = true;
        next.add(new Given().lines(elsewhere("web-1", "three:7443")));
        others.put("three:7443", new Given().lines(at(line("web-1", "and there"), 6)));

        assertThat(read(FOLLOWING, 2)).containsExactly("web-1 there", "web-1 and there");

        assertThat(first.closed).as("others are not disturbed").isFalse();
        assertThat(asked.getLast().getAfterList())
                .extracting(LogPosition::getTimeNs)
                .containsExactly(5L);
    }

    @Test
    void goesOnWhileNoEngineAnswersAndSaysSoOnce() {
        first.breaks = true;
        for (int i = 0; i < 8; i++) {
            next.add(new Given().failing());
        }
        next.add(new Given().lines(line("web-0", "late")));

        assertThat(read(FOLLOWING, 2)).containsExactly(" GAP no engine answers", "web-0 late");
    }

    @Test
    void aReaderThatIsNotAllowedIsNotComingBack() {
        first.refuses = true;

        inside(() -> assertThatThrownBy(() -> logs(FOLLOWING).next(WAIT))
                .isInstanceOf(ApiException.class)
                .hasMessage("not yours"));
        assertThat(again).isEmpty();
    }

    private FollowedLogs logs(LogRequest request) {
        return new FollowedLogs(process.env(), first, request, new FollowedLogs.Engines() {
            @Override
            public LogStream again(LogRequest later) {
                again.add(later);
                var given = next.remove();
                if (given.fails) {
                    throw new ApiException(Reason.UNAVAILABLE, "no engine answers");
                }
                return given;
            }

            @Override
            public LogStream at(String endpoint, LogRequest there) {
                asked.add(there);
                return others.computeIfAbsent(endpoint, any -> new Given());
            }
        });
    }

    private void inside(TaskSpawner.Body work) {
        simulation.runIn(process, Duration.ofHours(1), work);
    }

    /** Everything, to the end. */
    private List<String> drain(LogRequest request) {
        return read(request, Integer.MAX_VALUE);
    }

    private List<String> read(LogRequest request, int lines) {
        var texts = new ArrayList<String>();
        inside(() -> {
            var logs = logs(request);
            while (texts.size() < lines) {
                switch (logs.next(WAIT)) {
                    case Next.Line(var line) ->
                        texts.add(line.getTask()
                                + (line.getStream() == LogLine.Stream.GAP ? " GAP " : " ")
                                + line.getText());
                    case Next.Idle idle -> {}
                    case Next.End end -> {
                        return;
                    }
                }
            }
        });
        return texts;
    }

    private static LogLine line(String task, String text) {
        return LogLine.newBuilder()
                .setTask(task)
                .setStream(LogLine.Stream.STDOUT)
                .setText(text)
                .setAttempt(1)
                .build();
    }

    private static LogLine at(LogLine line, long time) {
        return line.toBuilder().setTimeNs(time).build();
    }

    private static LogLine elsewhere(String task, String endpoint) {
        return line(task, endpoint).toBuilder()
                .setStream(LogLine.Stream.ELSEWHERE)
                .build();
    }

    private static LogLine away(String task, String why) {
        return line(task, why).toBuilder().setStream(LogLine.Stream.AWAY).build();
    }

    private static LogLine mark(String task, long time, int number) {
        return line(task, "").toBuilder()
                .setStream(LogLine.Stream.MARK)
                .setPosition(LogPosition.newBuilder()
                        .setTask(task)
                        .setAttempt(1)
                        .setTimeNs(time)
                        .setStream(LogLine.Stream.STDOUT)
                        .setNumber(number))
                .build();
    }

    /** A stream of given lines, which then ends, breaks or is quiet; or one that fails at once. */
    private final class Given implements LogStream {
        private final Queue<LogLine> lines = new ArrayDeque<>();
        private Duration waited = Duration.ZERO;
        private boolean fails;
        private boolean refuses;
        private boolean breaks;
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
        public Next next(Duration atMost) throws InterruptedException {
            if (refuses) {
                throw new ApiException(Reason.DENIED, "not yours");
            }
            var line = fails ? null : lines.poll();
            if (line != null) {
                return new Next.Line(line);
            }
            if (fails || breaks) {
                throw new ApiException(Reason.UNAVAILABLE, "no engine answers");
            }
            if (quiet) {
                waited = waited.plus(atMost);
                var ignored = process.env().signal().await(atMost);
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
