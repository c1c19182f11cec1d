package dev.banyan.engine.deployment;

import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.ServiceProgress;
import dev.banyan.engine.deployment.DeploymentPlan.Waiting;
import dev.banyan.engine.planning.Placing;
import java.util.List;
import java.util.Optional;

/** What a Deployment's status says. Pure; without times, so that an unchanged state is an unchanged status. */
final class DeploymentReport {
    private static final int MESSAGE_MAX = 120;

    private DeploymentReport() {}

    /** What {@code plan} says of the wanted release; {@code agents} explain what they do not take. */
    static DeploymentStatus of(long generation, ReleaseSpec release, DeploymentPlan plan, Placing agents) {
        var status =
                DeploymentStatus.newBuilder().setObservedGeneration(generation).setRelease(release.getNumber());
        plan.rollouts().forEach(rollout -> status.addServices(progress(rollout, plan, agents)));
        return status.build();
    }

    /** Replicas that a former release made and that this one replaces run, but are not ready: they are not what is wanted. */
    private static ServiceProgress progress(Rollout rollout, DeploymentPlan plan, Placing agents) {
        int ready = (int) rollout.holders().stream()
                .filter(t -> t.ready() || t.completedSuccessfully())
                .count();
        var builder = ServiceProgress.newBuilder()
                .setService(rollout.name())
                .setWanted(rollout.wanted())
                .setRunning(
                        (int) rollout.tasks().stream().filter(TaskView::running).count())
                .setReady(ready)
                .putAllLabels(rollout.service().getDeployLabelsMap());
        if (rollout.wanted() == 0 && rollout.service().getGlobal()) {
            builder.setWaitingFor("no agent suits");
        }
        if (ready < rollout.wanted()) {
            var waiting = plan.waiting().stream()
                    .filter(w -> w.service().equals(rollout.name()))
                    .findFirst();
            builder.setWaitingFor(reason(waiting, rollout.tasks(), agents))
                    .setFailure(waiting.map(Waiting::failure).orElse(""));
        }
        return builder.build();
    }

    private static String reason(Optional<Waiting> waiting, List<TaskView> own, Placing agents) {
        return waiting.map(Waiting::reason)
                .or(() -> stranded(own))
                .or(() -> unplaced(own, agents))
                .or(() -> failing(own))
                .orElse("starting");
    }

    private static Optional<String> stranded(List<TaskView> own) {
        return own.stream()
                .filter(TaskView::stranded)
                .map(t -> t.task().name() + " waits for agent "
                        + t.spec().getAssignment().getAgent() + ", which is lost: volume "
                        + t.spec().getVolumes(0).getName() + " is there")
                .findFirst();
    }

    private static Optional<String> unplaced(List<TaskView> own, Placing agents) {
        return own.stream()
                .filter(t -> t.wanted() && !t.assigned())
                .map(t -> agents.choose(t.spec()))
                .filter(Placing.Choice.Nowhere.class::isInstance)
                .map(choice -> ((Placing.Choice.Nowhere) choice).summary())
                .findFirst();
    }

    private static Optional<String> failing(List<TaskView> own) {
        return own.stream()
                .filter(t -> t.wanted() && !t.status().getReason().isEmpty() && !t.ready())
                .map(t -> t.task().name() + ": " + t.status().getReason()
                        + (t.status().getMessage().isEmpty()
                                ? ""
                                : ", " + shortened(t.status().getMessage())))
                .findFirst();
    }

    /** The whole message stands in the task. */
    private static String shortened(String message) {
        return message.length() <= MESSAGE_MAX ? message : message.substring(0, MESSAGE_MAX) + "...";
    }
}
