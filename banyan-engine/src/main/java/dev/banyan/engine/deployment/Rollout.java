package dev.banyan.engine.deployment;

import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.engine.deployment.Seats.Seat;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** How far one service of a release is: its slots and who holds them. Pure and immutable. */
final class Rollout {
    private static final Comparator<TaskView> NEWEST_FIRST = Comparator.comparingLong(
                    (TaskView t) -> t.task().meta().createRevision())
            .reversed();

    private final ServiceManifest service;
    private final Seats seats;
    private final List<TaskView> tasks;
    private final Map<Integer, Seat> seatBySlot;

    /** By slot. */
    private final Map<Integer, TaskView> holders = new HashMap<>();

    /** {@code tasks} are all of the service. */
    Rollout(ServiceManifest service, Seats seats, List<TaskView> tasks) {
        this.service = service;
        this.seats = seats;
        this.tasks = tasks.stream().sorted(NEWEST_FIRST).toList();
        this.seatBySlot = seats.open().stream().collect(Collectors.toMap(Seat::slot, seat -> seat));
        for (var task : this.tasks) {
            if (holds(task)) {
                holders.putIfAbsent(task.spec().getSlot(), task);
            }
        }
    }

    ServiceManifest service() {
        return service;
    }

    String name() {
        return service.getName();
    }

    Seats seats() {
        return seats;
    }

    /** The newest first. */
    List<TaskView> tasks() {
        return tasks;
    }

    int wanted() {
        return seats.open().size();
    }

    /** The task that holds a slot: the newest that is what the release asks for. */
    Optional<TaskView> holder(Seat seat) {
        return Optional.ofNullable(holders.get(seat.slot()));
    }

    /** In the order of their slots. */
    List<TaskView> holders() {
        return seats.open().stream().flatMap(seat -> holder(seat).stream()).toList();
    }

    /** Whether there ever was a task of what the release asks for. */
    boolean begun() {
        return tasks.stream().anyMatch(this::asked);
    }

    /** Tasks of what the release asks for: those that shall run, and those of this release that failed. */
    List<TaskView> current() {
        return tasks.stream()
                .filter(task -> asked(task) && (task.wanted() || ofThisRelease(task)))
                .toList();
    }

    /** The task is of a slot, but not what the release asks for there. */
    boolean superseded(TaskView task) {
        var seat = seatBySlot.get(task.spec().getSlot());
        return seat != null && !WantedTasks.same(seat.wanted(), task.spec());
    }

    /** One that ended in failure holds its slot for the release that made it: who deploys again has it tried again. */
    private boolean holds(TaskView task) {
        return (task.holdsSlot() || task.stranded()) && asked(task) && (!task.endedInFailure() || ofThisRelease(task));
    }

    private boolean asked(TaskView task) {
        var seat = seatBySlot.get(task.spec().getSlot());
        return seat != null && WantedTasks.same(seat.wanted(), task.spec());
    }

    private boolean ofThisRelease(TaskView task) {
        var seat = seatBySlot.get(task.spec().getSlot());
        return seat != null && seat.wanted().getRelease() == task.spec().getRelease();
    }
}
