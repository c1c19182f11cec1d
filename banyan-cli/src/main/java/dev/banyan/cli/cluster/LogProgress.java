package dev.banyan.cli.cluster;

import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.LogPosition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How far a reader is in the logs of tasks, so that another engine can go on from there. For one task. */
final class LogProgress {
    /** Several times what one request may have. Beyond that the task that was silent for longest is forgotten. */
    private static final int TASKS_MAX = 1_000;

    private final Map<String, Place> places = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Place> eldest) {
            return size() > TASKS_MAX;
        }
    };

    /** @param other the newest of the other stream: its lines come between those of this one */
    private record Place(LogPosition newest, Optional<LogPosition> other) {}

    /** A line was taken; what is not output changes nothing. */
    void read(LogLine line) {
        if (line.getStream() != LogLine.Stream.STDOUT && line.getStream() != LogLine.Stream.STDERR) {
            return;
        }
        var before = Optional.ofNullable(places.get(line.getTask()))
                .filter(place -> place.newest().getAttempt() == line.getAttempt());
        var known = before.map(Place::newest);
        var other = before.flatMap(Place::other);
        var same = known.filter(place -> place.getStream() == line.getStream())
                .or(() -> other.filter(place -> place.getStream() == line.getStream()))
                .filter(place -> place.getTimeNs() == line.getTimeNs());
        var position = LogPosition.newBuilder()
                .setTask(line.getTask())
                .setAttempt(line.getAttempt())
                .setTimeNs(line.getTimeNs())
                .setStream(line.getStream())
                .setNumber(same.map(LogPosition::getNumber).orElse(0) + 1)
                .build();
        boolean changed =
                known.filter(place -> place.getStream() != line.getStream()).isPresent();
        places.put(line.getTask(), new Place(position, changed ? known : other));
    }

    /** The reader is told where it is, of a task of which it has nothing yet. */
    void told(LogPosition position) {
        if (!places.containsKey(position.getTask())) {
            places.put(position.getTask(), new Place(position, Optional.empty()));
        }
    }

    /** Of one task, if it is known. */
    List<LogPosition> of(String task) {
        return Optional.ofNullable(places.get(task)).map(Place::newest).stream().toList();
    }

    List<LogPosition> all() {
        return places.values().stream().map(Place::newest).toList();
    }
}
