package dev.banyan.engine.deployment;

import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.ServiceProgress;
import dev.banyan.engine.deployment.DeploymentPlan.Waiting;
import dev.banyan.engine.planning.Placing;
import java.util.List;
import java.util.Optional;

/** What a Deployment's status says. Pure; without times, so that an unchanged state is an unchanged status. */
final class DeploymentReport {
    private static final int MESSAGE_MAX = 120;

    private DeploymentReport() {}

    static DeploymentStatus of(
            long generation, DeploymentSpec deployment, ReleaseSpec release, List<TaskView> tasks, Reasons reasons) {
        var status =
                DeploymentStatus.newBuilder().setObservedGeneration(generation).setRelease(release.getNumber());
        for (var service : release.getManifest().getServicesList()) {
            status.addServices(progress(deployment, service, tasks, reasons));
        }
        return status.build();
    }

    /** Where the words for missing replicas come from. */
    record Reasons(List<Waiting> waiting, Placing agents) {
        Reasons {
            waiting = List.copyOf(waiting);
        }
    }

    private static ServiceProgress progress(
            DeploymentSpec deployment, ServiceManifest service, List<TaskView> tasks, Reasons reasons) {
        var own = tasks.stream()
                .filter(t -> t.spec().getService().equals(service.getName()))
                .toList();
        int wanted = WantedTasks.replicas(deployment, service);
        int ready = (int) own.stream()
                .filter(t -> t.ready() || t.wanted() && t.completedSuccessfully())
                .count();
        var builder = ServiceProgress.newBuilder()
                .setService(service.getName())
                .setWanted(wanted)
                .setRunning((int) own.stream().filter(TaskView::running).count())
                .setReady(ready);
        if (ready < wanted) {
            builder.setWaitingFor(reason(service, own, reasons));
        }
        return builder.build();
    }

    private static String reason(ServiceManifest service, List<TaskView> own, Reasons reasons) {
        return reasons.waiting().stream()
                .filter(w -> w.service().equals(service.getName()))
                .map(Waiting::reason)
                .findFirst()
                .or(() -> stranded(own))
                .or(() -> unplaced(own, reasons.agents()))
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
