package dev.banyan.engine.deployment;

import dev.banyan.api.v1.TaskSpec;
import dev.banyan.engine.deployment.DeploymentPlan.Action;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Fills the slots of one service. Pure.
 *
 * <p>A slot is held by the newest wanted task that is what the release asks for. Tasks that are not - of another content, of a slot
 * beyond the wanted number, doubles, or left on a lost agent - are stopped; those of another content only once every slot has a ready
 * task of the wanted one, so that an update starts before it stops. A single replica that writes to a volume is the exception: the one
 * before it must have ended, since two programs on one set of files may destroy it.
 */
final class ReplicaPlanner {
    private final TaskSpec wanted;
    private final int replicas;
    private final List<TaskView> tasks;
    private final List<Action> actions = new ArrayList<>();
    private final List<TaskView> inTheWay = new ArrayList<>();

    ReplicaPlanner(TaskSpec wanted, int replicas, List<TaskView> tasks) {
        this.wanted = wanted;
        this.replicas = replicas;
        this.tasks = tasks.stream()
                .sorted(Comparator.comparingLong((TaskView t) -> t.task().meta().createRevision())
                        .reversed())
                .toList();
    }

    /** Creates what is missing if {@code mayCreate}, and stops what is too much. */
    List<Action> plan(boolean mayCreate) {
        int readySlots = 0;
        var keep = new ArrayList<TaskView>();
        for (int slot = 0; slot < replicas; slot++) {
            var holder = holder(slot);
            if (holder == null) {
                if (mayCreate) {
                    fill(slot);
                }
                continue;
            }
            keep.add(holder);
            if (holder.ready() || holder.settled()) {
                readySlots++;
            }
        }
        stopTheRest(keep, readySlots == replicas);
        return actions;
    }

    /** Tasks that must end before the next one of their slot begins, since both would write to one volume. */
    List<TaskView> inTheWay() {
        return List.copyOf(inTheWay);
    }

    private void fill(int slot) {
        // With several replicas a service says itself that it shares its volumes.
        var before = tasks.stream()
                .filter(t -> replicas == 1
                        && t.spec().getSlot() == slot
                        && t.mayRun()
                        && SharedVolumes.written(wanted, t.spec()))
                .toList();
        if (before.isEmpty()) {
            actions.add(new Action.Create(newTask(slot)));
        }
        before.stream().filter(TaskView::wanted).forEach(t -> actions.add(new Action.Stop(t.task())));
        inTheWay.addAll(before);
    }

    private @org.jspecify.annotations.Nullable TaskView holder(int slot) {
        return tasks.stream()
                .filter(t -> t.spec().getSlot() == slot
                        && (t.holdsSlot() || t.stranded())
                        && WantedTasks.same(wanted, t.spec()))
                .findFirst()
                .orElse(null);
    }

    private void stopTheRest(List<TaskView> keep, boolean allReady) {
        for (var task : tasks) {
            if (!task.wanted() || keep.contains(task) || inTheWay.contains(task)) {
                continue;
            }
            boolean superseded = !WantedTasks.same(wanted, task.spec());
            boolean serves = superseded && task.holdsSlot() && task.spec().getSlot() < replicas;
            if (!serves || allReady) {
                actions.add(new Action.Stop(task.task()));
            }
        }
    }

    private TaskSpec newTask(int slot) {
        int ordinal = tasks.stream()
                        .filter(t -> t.spec().getSlot() == slot && t.spec().getRelease() == wanted.getRelease())
                        .mapToInt(t -> t.spec().getOrdinal())
                        .max()
                        .orElse(-1)
                + 1;
        var container = wanted.getContainer().toBuilder().setHostname(wanted.getService() + "-" + slot);
        return wanted.toBuilder()
                .setSlot(slot)
                .setOrdinal(ordinal)
                .setContainer(container)
                .build();
    }
}
