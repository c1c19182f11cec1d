package dev.banyan.engine.deployment;

import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.engine.deployment.Seats.Seat;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How far one service of a release is: its slots and who holds them. Pure.
 *
 * @param tasks all of the service, the newest first
 */
record Rollout(ServiceManifest service, Seats seats, List<TaskView> tasks) {
    private static final Comparator<TaskView> NEWEST_FIRST = Comparator.comparingLong(
                    (TaskView t) -> t.task().meta().createRevision())
            .reversed();

    Rollout {
        tasks = tasks.stream().sorted(NEWEST_FIRST).toList();
    }

    String name() {
        return service.getName();
    }

    int wanted() {
        return seats.open().size();
    }

    /**
     * The task that holds a slot: the newest that is what the release asks for. One that ended in failure holds it for the release that made
     * it, so that who deploys again has it tried again.
     */
    Optional<TaskView> holder(Seat seat) {
        return tasks.stream()
                .filter(t -> t.spec().getSlot() == seat.slot()
                        && t.holdsSlot()
                        && WantedTasks.same(seat.wanted(), t.spec())
                        && !(t.endedInFailure()
                                && t.spec().getRelease() != seat.wanted().getRelease()))
                .findFirst();
    }

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
                .filter(t -> asked(t)
                        && (t.wanted()
                                || seats.open().getFirst().wanted().getRelease()
                                        == t.spec().getRelease()))
                .toList();
    }

    private boolean asked(TaskView task) {
        return seats.open().stream()
                .anyMatch(seat -> seat.slot() == task.spec().getSlot() && WantedTasks.same(seat.wanted(), task.spec()));
    }
}
