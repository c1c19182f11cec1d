package dev.banyan.agent;

import dev.banyan.agent.container.logs.LogFollower;
import dev.banyan.agent.container.logs.LogLine.Stream;
import dev.banyan.agent.container.logs.LogPlace;
import dev.banyan.agent.container.logs.LogRotation;
import dev.banyan.agent.session.LogSource;
import dev.banyan.agent.workload.WorkloadConfig;
import dev.banyan.agent.workload.settings.TaskLogging;
import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.LogPosition;
import dev.banyan.api.v1.LogRequest;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.resource.Resource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The output of this server's tasks, from the log files of their newest attempts. */
final class TaskLogs implements LogSource {
    private static final Duration POLL = Duration.ofMillis(100);

    /** A line is stamped a moment before it is in its file. */
    private static final Duration LATE = Duration.ofSeconds(1);

    private static final long NANOS = 1_000_000_000;

    /** In place of a number of lines, when nobody reads any more. */
    private static final long GONE = -1;

    private final Env env;
    private final Lister<TaskSpec, TaskStatus> tasks;
    private final WorkloadConfig config;

    TaskLogs(Env env, Lister<TaskSpec, TaskStatus> tasks, WorkloadConfig config) {
        this.env = env;
        this.tasks = tasks;
        this.config = config;
    }

    @Override
    public void read(LogRequest request, Sink sink) throws InterruptedException {
        var task = tasks.list().stream()
                .filter(candidate -> candidate.name().equals(request.getTask())
                        && candidate.key().namespace().equals(request.getNamespace()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("task " + request.getTask() + " is not on this agent"));
        int newest = Math.max(1, task.status().getAttempt());
        var after = request.getAfterList().stream()
                .filter(position -> position.getTask().equals(task.name()))
                .findFirst();
        int attempt = after.map(LogPosition::getAttempt)
                .filter(there -> there > 0 && there <= newest)
                .orElse(newest);
        var reading = new Reading(task, request, sink);
        boolean open = reading.from(attempt, after);
        // The container was restarted: what follows is in the next attempt's file, from its beginning.
        while (open && newestAttempt(task).orElse(0) > attempt && (request.getFollow() || after.isPresent())) {
            attempt++;
            open = reading.whole(attempt);
        }
    }

    /** One reader's lines of one task. For one task of this server. */
    private final class Reading {
        private final Resource<TaskSpec, TaskStatus> task;
        private final LogRequest request;
        private final Sink sink;
        private final Signal pause = env.signal();

        Reading(Resource<TaskSpec, TaskStatus> task, LogRequest request, Sink sink) {
            this.task = task;
            this.request = request;
            this.sink = sink;
        }

        /** Where the reader is, or the tail; false when nothing more is wanted. */
        private boolean from(int attempt, Optional<LogPosition> after) throws InterruptedException {
            if (after.isEmpty()) {
                int tail = request.getTail() < 0 ? Integer.MAX_VALUE : request.getTail();
                return attempt(
                        attempt, LogFollower.fromTail(file(task, attempt), rotation(), tail, this::wanted), true);
            }
            var known = LogFollower.after(file(task, attempt), rotation(), place(after.get()), this::wanted);
            if (known.isPresent()) {
                return attempt(attempt, known.get(), false);
            }
            return sink.accept(List.of(gap())) && whole(attempt);
        }

        private boolean whole(int attempt) throws InterruptedException {
            return attempt(
                    attempt,
                    LogFollower.fromTail(file(task, attempt), rotation(), Integer.MAX_VALUE, this::wanted),
                    false);
        }

        private boolean attempt(int attempt, LogFollower opened, boolean marks) throws InterruptedException {
            try (var follower = opened) {
                // Without following, the end is what was there when it was opened: a tail of three stays three.
                long sent = request.getFollow() ? drain(follower, attempt) : send(follower.first(), attempt);
                if (sent == 0 && marks && request.getFollow() && request.getResumes()) {
                    sent = sink.accept(List.of(mark(attempt, follower.beginning()))) ? 0 : GONE;
                }
                while (sent != GONE && request.getFollow() && !over() && runs(attempt)) {
                    var ignored = pause.await(POLL);
                    sent = drain(follower, attempt);
                }
                // What was written before the end was known, and after the last look.
                return sent != GONE && (!request.getFollow() || drain(follower, attempt) != GONE) && !over();
            }
        }

        private boolean runs(int attempt) {
            return newestAttempt(task).filter(newest -> newest <= attempt).isPresent();
        }

        /** What was written before the end takes a moment to be read. */
        private boolean over() {
            return request.getFollow()
                    && request.getUntilNs() != 0
                    && nanos(env.time().now().minus(LATE)) >= request.getUntilNs();
        }

        private boolean wanted(dev.banyan.agent.container.logs.LogLine line) {
            long time = nanos(line.time());
            return time >= request.getSinceNs() && (request.getUntilNs() == 0 || time < request.getUntilNs());
        }

        /** How many lines were sent, or {@link #GONE}. */
        private long drain(LogFollower follower, int attempt) throws InterruptedException {
            long sent = 0;
            for (var lines = follower.poll(); !lines.isEmpty(); lines = follower.poll()) {
                long now = send(lines, attempt);
                if (now == GONE) {
                    return GONE;
                }
                sent += now;
            }
            return sent;
        }

        /** As {@link #drain}, of these lines. */
        private long send(List<dev.banyan.agent.container.logs.LogLine> lines, int attempt)
                throws InterruptedException {
            var wanted = lines.stream()
                    .filter(this::wanted)
                    .map(line -> line(attempt, line))
                    .toList();
            return wanted.isEmpty() || sink.accept(wanted) ? wanted.size() : GONE;
        }

        private LogLine line(int attempt, dev.banyan.agent.container.logs.LogLine line) {
            return LogLine.newBuilder()
                    .setTask(task.name())
                    .setAttempt(attempt)
                    .setTimeNs(nanos(line.time()))
                    .setStream(stream(line.stream()))
                    .setText(line.text())
                    .build();
        }

        private LogLine mark(int attempt, LogPlace place) {
            return LogLine.newBuilder()
                    .setTask(task.name())
                    .setStream(LogLine.Stream.MARK)
                    .setPosition(LogPosition.newBuilder()
                            .setTask(task.name())
                            .setAttempt(attempt)
                            .setTimeNs(nanos(place.time()))
                            .setStream(stream(place.stream()))
                            .setNumber(place.number()))
                    .build();
        }

        private LogLine gap() {
            return LogLine.newBuilder()
                    .setTask(task.name())
                    .setTimeNs(nanos(env.time().now()))
                    .setStream(LogLine.Stream.GAP)
                    .setText("lines that came meanwhile are not kept any more; what follows is all that is")
                    .build();
        }

        private LogRotation rotation() {
            return TaskLogging.rotation(task.spec().getContainer());
        }
    }

    private static LogPlace place(LogPosition position) {
        var stream = position.getStream() == LogLine.Stream.STDERR ? Stream.STDERR : Stream.STDOUT;
        return new LogPlace(
                Instant.ofEpochSecond(position.getTimeNs() / NANOS, position.getTimeNs() % NANOS),
                stream,
                position.getNumber());
    }

    private static LogLine.Stream stream(Stream stream) {
        return switch (stream) {
            case STDOUT -> LogLine.Stream.STDOUT;
            case STDERR -> LogLine.Stream.STDERR;
        };
    }

    private static long nanos(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), NANOS), time.getNano());
    }

    /** Empty once the task is gone. */
    private Optional<Integer> newestAttempt(Resource<TaskSpec, TaskStatus> task) {
        return tasks.get(task.key()).filter(now -> now.uid().equals(task.uid())).map(now -> now.status()
                .getAttempt());
    }

    private Path file(Resource<TaskSpec, TaskStatus> task, int attempt) {
        return config.logsOf(task.spec().getDeployment(), task.name()).resolve(attempt + ".log");
    }
}
