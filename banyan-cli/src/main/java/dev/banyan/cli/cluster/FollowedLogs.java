package dev.banyan.cli.cluster;

import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.LogRequest;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The lines of one request from every engine that has some. Engines do not speak to each other: one that does not have a task's agent answers
 * where that is, and its lines are read there from then on. Read by one task.
 *
 * <p>A reader that follows outlives engines: what one that is gone, or an agent that is away, did not send is asked for again, behind the last
 * line that came.
 */
final class FollowedLogs implements LogStream {
    /** Opens streams. */
    interface Engines {
        /**
         * At the engine in use, or at another one when that does not answer.
         *
         * @throws ApiException UNAVAILABLE when none does
         */
        LogStream again(LogRequest request);

        LogStream at(String endpoint, LogRequest request);
    }

    /**
     * Where lines come from.
     *
     * @param task empty for all
     * @param pointed whether another engine said that the task is there
     */
    private record Source(String task, boolean pointed, LogStream stream) {}

    /** How long one of several streams is waited for before the next is looked at. */
    private static final Duration TURN = Duration.ofMillis(20);

    private static final Duration AGAIN_FIRST = Duration.ofMillis(250);
    private static final Duration AGAIN_LONGEST = Duration.ofSeconds(4);

    /** An agent that changes engines is back before so many attempts; a reader need not hear of that. */
    private static final int TOLD_AT = 4;

    /** For all tasks, in the place of one's name. */
    private static final String ALL = "";

    private final Env env;
    private final LogRequest request;
    private final Engines engines;
    private final Signal pause;
    private final LogProgress progress = new LogProgress();
    private final List<Source> open = new CopyOnWriteArrayList<>(); // changed by the reader
    private final Map<String, Long> due = new HashMap<>(); // when tasks are asked for again
    private final Map<String, Integer> failures = new HashMap<>(); // in a row
    private int turn;

    FollowedLogs(Env env, LogStream first, LogRequest request, Engines engines) {
        this.env = env;
        this.request = request;
        this.engines = engines;
        this.pause = env.signal();
        this.open.add(new Source(ALL, false, first));
    }

    @Override
    public Next next(Duration atMost) throws InterruptedException {
        var left = atMost;
        while (!open.isEmpty() || !due.isEmpty()) {
            var told = askAgain();
            if (told.isPresent()) {
                return told.get();
            }
            var wait = wait(left);
            if (open.isEmpty()) {
                var ignored = pause.await(wait);
                left = left.minus(wait);
            } else {
                var source = open.get(turn++ % open.size());
                switch (read(source, wait)) {
                    case Next.Line(var line) -> {
                        var passed = line(source, line);
                        if (passed.isPresent()) {
                            return passed.get();
                        }
                    }
                    case Next.Idle idle -> left = left.minus(wait);
                    case Next.End end -> end(source);
                }
            }
            if (!left.isPositive()) {
                return new Next.Idle();
            }
        }
        return new Next.End();
    }

    @Override
    public void close() {
        open.forEach(source -> source.stream().close());
    }

    /** Nobody is waited for so long that others would wait in vain. */
    private Duration wait(Duration left) {
        boolean alone = open.size() == 1 && due.isEmpty();
        return alone || left.compareTo(TURN) < 0 ? left : TURN;
    }

    /** What breaks here is gone; what that means for the reader is a line, or nothing yet. */
    private Next read(Source source, Duration wait) throws InterruptedException {
        try {
            return source.stream().next(wait);
        } catch (ApiException broken) {
            end(source);
            boolean lasting = !request.getFollow() || broken.reason() != Reason.UNAVAILABLE;
            if (lasting && source.task().isEmpty()) {
                throw broken;
            }
            if (lasting) {
                return gap(source.task(), String.valueOf(broken.getMessage()));
            }
            if (source.task().isEmpty()) {
                // Whoever is asked next begins with all tasks.
                open.forEach(this::end);
                due.clear();
            }
            return later(source.task(), String.valueOf(broken.getMessage())).orElse(new Next.Idle());
        }
    }

    private Optional<Next> line(Source source, LogLine line) {
        return switch (line.getStream()) {
            case ELSEWHERE -> elsewhere(source, line);
            case AWAY -> {
                known(line);
                yield later(line.getTask(), line.getText());
            }
            case MARK -> {
                known(line);
                failures.remove(line.getTask());
                yield Optional.empty();
            }
            case STDOUT, STDERR -> {
                progress.read(line);
                failures.remove(line.getTask());
                yield Optional.of(new Next.Line(line));
            }
            case GAP, STREAM_UNSPECIFIED, UNRECOGNIZED -> Optional.of(new Next.Line(line));
        };
    }

    private void known(LogLine line) {
        if (line.hasPosition()) {
            progress.told(line.getPosition());
        }
    }

    /** One that was pointed at and points on has lost the agent meanwhile. */
    private Optional<Next> elsewhere(Source source, LogLine pointer) {
        if (source.pointed()) {
            var why = "its agent is changing engines";
            return request.getFollow()
                    ? later(source.task(), why)
                    : Optional.of(gap(source.task(), why + "; read again"));
        }
        known(pointer);
        open.add(new Source(pointer.getTask(), true, engines.at(pointer.getText(), asked(pointer.getTask()))));
        return Optional.empty();
    }

    /** Asks again after a while, longer each time; says why once. */
    private Optional<Next> later(String task, String why) {
        int times = failures.merge(task, 1, Integer::sum);
        var wait = AGAIN_FIRST.multipliedBy(1L << Math.min(times - 1, TOLD_AT));
        due.put(task, env.time().nanos() + (wait.compareTo(AGAIN_LONGEST) < 0 ? wait : AGAIN_LONGEST).toNanos());
        return times == TOLD_AT ? Optional.of(gap(task, why)) : Optional.empty();
    }

    private Optional<Next> askAgain() {
        long now = env.time().nanos();
        var tasks = new ArrayList<String>();
        due.forEach((task, time) -> {
            if (now - time >= 0) {
                tasks.add(task);
            }
        });
        for (var task : tasks) {
            due.remove(task);
            try {
                open.add(new Source(task, false, engines.again(asked(task))));
                if (task.isEmpty()) {
                    failures.clear();
                }
            } catch (ApiException refused) {
                if (refused.reason() != Reason.UNAVAILABLE) {
                    throw refused;
                }
                var told = later(task, String.valueOf(refused.getMessage()));
                if (told.isPresent()) {
                    return told;
                }
            }
        }
        return Optional.empty();
    }

    /** Behind what has come. Of tasks that nobody spoke of before, all is new. */
    private LogRequest asked(String task) {
        var after = task.isEmpty() ? progress.all() : progress.of(task);
        return request.toBuilder()
                .setTask(task.isEmpty() ? request.getTask() : task)
                .setTail(task.isEmpty() && !after.isEmpty() ? -1 : request.getTail())
                .clearAfter()
                .addAllAfter(after)
                .build();
    }

    private void end(Source source) {
        open.remove(source);
        source.stream().close();
    }

    private static Next gap(String task, String why) {
        return new Next.Line(LogLine.newBuilder()
                .setTask(task)
                .setStream(LogLine.Stream.GAP)
                .setText(why)
                .build());
    }
}
