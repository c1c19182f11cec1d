package dev.banyan.cli.cluster;

import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.LogRequest;
import dev.banyan.api.wire.ApiException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The lines of one request from every engine that has some. Engines do not speak to each other: one that does not have a task's agent answers
 * where that is, and its lines are read there from then on. Read by one task.
 */
final class FollowedLogs implements LogStream {
    /** Opens a stream at another engine. */
    interface Elsewhere {
        LogStream open(String endpoint, LogRequest request);
    }

    /** Where lines come from; {@code task} is empty for the engine that was asked first. */
    private record Source(String task, LogStream stream) {}

    /** How long one of several streams is waited for before the next is looked at. */
    private static final Duration TURN = Duration.ofMillis(20);

    private final LogRequest request;
    private final Elsewhere elsewhere;
    private final List<Source> open = new CopyOnWriteArrayList<>(); // changed by the reader
    private int turn;

    FollowedLogs(LogStream first, LogRequest request, Elsewhere elsewhere) {
        this.request = request;
        this.elsewhere = elsewhere;
        this.open.add(new Source("", first));
    }

    @Override
    public Next next(Duration atMost) throws InterruptedException {
        var left = atMost;
        while (!open.isEmpty()) {
            var source = open.get(turn++ % open.size());
            var wait = open.size() > 1 && left.compareTo(TURN) > 0 ? TURN : left;
            switch (read(source, wait)) {
                case Next.Line(var line) when line.getStream() == LogLine.Stream.ELSEWHERE -> follow(line);
                case Next.Line line -> {
                    return line;
                }
                case Next.Idle idle -> {
                    left = left.minus(wait);
                    if (!left.isPositive()) {
                        return idle;
                    }
                }
                case Next.End end -> end(source);
            }
        }
        return new Next.End();
    }

    @Override
    public void close() {
        open.forEach(source -> source.stream().close());
    }

    /** What another engine cannot give is missing, and the rest goes on. One that points on again has lost the agent meanwhile. */
    private Next read(Source source, Duration wait) throws InterruptedException {
        if (source.task().isEmpty()) {
            return source.stream().next(wait);
        }
        try {
            var next = source.stream().next(wait);
            boolean moved = next instanceof Next.Line(var line) && line.getStream() == LogLine.Stream.ELSEWHERE;
            return moved ? gap(source.task(), "its agent is changing engines; read again") : next;
        } catch (ApiException broken) {
            end(source);
            return gap(source.task(), String.valueOf(broken.getMessage()));
        }
    }

    private void follow(LogLine pointer) {
        var there = request.toBuilder().setTask(pointer.getTask()).build();
        open.add(new Source(pointer.getTask(), elsewhere.open(pointer.getText(), there)));
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
