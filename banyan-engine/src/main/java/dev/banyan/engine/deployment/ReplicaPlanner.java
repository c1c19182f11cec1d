package dev.banyan.engine.deployment;

import dev.banyan.api.kinds.settings.NetworkMode;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.engine.deployment.DeploymentPlan.Action;
import dev.banyan.engine.deployment.Seats.Seat;
import dev.banyan.runtime.resource.ObjectKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Fills the slots of one service. Pure.
 *
 * <p>A slot is held by the newest wanted task that is what the release asks for. Tasks that are not - of another content, of a slot
 * that is none any more, doubles, or left on a lost agent - are stopped; those of another content only once every slot has a ready
 * task of the wanted one, so that an update starts before it stops. A single replica that writes to a volume is the exception: the one
 * before it must have ended, since two programs on one set of files may destroy it. And where tasks have devices for themselves, the one
 * before must have given them back: of such slots one after the other is replaced. So it is where both are on their server's network, since
 * they listen on the same ports.
 */
final class ReplicaPlanner {
    private final Rollout rollout;
    private final List<Action> actions = new ArrayList<>();
    private final List<TaskView> inTheWay = new ArrayList<>();

    ReplicaPlanner(Rollout rollout) {
        this.rollout = rollout;
    }

    /** Creates what is missing if {@code mayCreate}, and stops what is too much. */
    List<Action> plan(boolean mayCreate) {
        int readySlots = 0;
        var keep = new HashSet<ObjectKey>();
        rollout.seats().untouched().forEach(task -> keep.add(task.task().key()));
        for (var seat : rollout.seats().open()) {
            var holder = rollout.holder(seat);
            if (holder.isEmpty()) {
                if (mayCreate) {
                    fill(seat);
                }
                continue;
            }
            keep.add(holder.get().task().key());
            if (holder.get().ready() || holder.get().settled()) {
                readySlots++;
            }
        }
        stopTheRest(keep, readySlots == rollout.wanted());
        return actions;
    }

    /** Tasks that must end before the next one of their slot begins, since both would have one volume, devices or ports. */
    List<TaskView> inTheWay() {
        return List.copyOf(inTheWay);
    }

    private void fill(Seat seat) {
        var former = rollout.tasks().stream()
                .filter(task -> task.spec().getSlot() == seat.slot() && task.mayRun())
                .toList();
        var equipped = former.stream().filter(task -> equipped(seat, task)).toList();
        if (!equipped.isEmpty() && !settled()) {
            return; // Another slot is being replaced: this one serves meanwhile.
        }
        // With several replicas a service says itself that it shares its volumes.
        boolean alone = rollout.wanted() == 1 || rollout.service().getGlobal();
        var before = former.stream()
                .filter(task -> equipped.contains(task) || alone && SharedVolumes.written(seat.wanted(), task.spec()))
                .toList();
        if (before.isEmpty()) {
            actions.add(new Action.Create(newTask(seat)));
        }
        before.stream().filter(TaskView::wanted).forEach(t -> actions.add(new Action.Stop(t.task())));
        inTheWay.addAll(before);
    }

    private static boolean equipped(Seat seat, TaskView task) {
        // A lost agent gives nothing back, and another one may have such devices and ports too.
        return (devices(seat.wanted()) && devices(task.spec()) || onServer(seat.wanted()) && onServer(task.spec()))
                && !task.agentLost();
    }

    private static boolean devices(TaskSpec task) {
        return task.getDevicesCount() > 0;
    }

    private static boolean onServer(TaskSpec task) {
        return NetworkMode.of(task.getContainer().getSettings()) == NetworkMode.HOST;
    }

    /** Nothing of the service is under way. */
    private boolean settled() {
        return inTheWay.isEmpty() && rollout.holders().stream().allMatch(holder -> holder.ready() || holder.settled());
    }

    private void stopTheRest(Set<ObjectKey> keep, boolean allReady) {
        inTheWay.forEach(task -> keep.add(task.task().key()));
        for (var task : rollout.tasks()) {
            if (!task.wanted() || keep.contains(task.task().key())) {
                continue;
            }
            boolean superseded = rollout.superseded(task);
            boolean serves = superseded && task.holdsSlot();
            if (!serves || allReady) {
                actions.add(new Action.Stop(task.task()));
            }
        }
    }

    private TaskSpec newTask(Seat seat) {
        var wanted = seat.wanted();
        int ordinal = rollout.tasks().stream()
                        .filter(t ->
                                t.spec().getSlot() == seat.slot() && t.spec().getRelease() == wanted.getRelease())
                        .mapToInt(t -> t.spec().getOrdinal())
                        .max()
                        .orElse(-1)
                + 1;
        var container = wanted.getContainer().toBuilder().setHostname(wanted.getService() + "-" + seat.slot());
        return wanted.toBuilder()
                .setSlot(seat.slot())
                .setOrdinal(ordinal)
                .setContainer(container)
                .build();
    }
}
