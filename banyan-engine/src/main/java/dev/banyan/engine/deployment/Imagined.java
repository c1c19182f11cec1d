package dev.banyan.engine.deployment;

import dev.banyan.api.kinds.TaskName;
import dev.banyan.api.v1.Assignment;
import dev.banyan.api.v1.Dependency;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.TaskStatus.State;
import dev.banyan.engine.planning.Placing;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.Resource;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The tasks of an app as they would be if all went well. Nothing of it is stored. */
final class Imagined {
    /** Newer than whatever a store has. */
    private static final long FIRST_REVISION = Long.MAX_VALUE / 2;

    private static final TaskStatus UP =
            TaskStatus.newBuilder().setState(State.RUNNING).setReady(true).build();

    private final ObjectKey deployment;
    private final Set<String> jobs;
    private final Map<ObjectKey, TaskView> tasks = new TreeMap<>();
    private final Set<ObjectKey> made = new TreeSet<>();
    private final Set<ObjectKey> freed = new TreeSet<>();
    private long revision = FIRST_REVISION;

    /** What is there at the beginning, with that which is still on its way as come up. */
    Imagined(ObjectKey deployment, ReleaseSpec release, List<TaskView> before) {
        this.deployment = deployment;
        this.jobs = release.getManifest().getServicesList().stream()
                .flatMap(service -> service.getDependsOnList().stream())
                .filter(dependency -> dependency.getCondition() == Dependency.Condition.COMPLETED_SUCCESSFULLY)
                .map(Dependency::getService)
                .collect(Collectors.toSet());
        before.forEach(view -> tasks.put(view.task().key(), arrived(view)));
    }

    /** What is on its way at the beginning has come up. */
    private static TaskView arrived(TaskView view) {
        boolean comes = view.wanted() && view.assigned() && !view.ended() && !view.agentLost();
        return comes ? with(view, view.spec(), UP) : view;
    }

    List<TaskView> tasks() {
        return List.copyOf(tasks.values());
    }

    /** In the order of their keys. */
    List<Resource<TaskSpec, TaskStatus>> unassigned() {
        return tasks.values().stream()
                .filter(view -> view.wanted() && !view.assigned())
                .map(TaskView::task)
                .sorted(Comparator.comparing(Resource::key))
                .toList();
    }

    /** It was not there at the beginning. */
    boolean isNew(ObjectKey task) {
        return made.contains(task);
    }

    void create(TaskSpec spec) {
        var name = new TaskName(
                        spec.getDeployment(), spec.getService(), spec.getRelease(), spec.getSlot(), spec.getOrdinal())
                .toString();
        var key = Forecast.taskKey(deployment, name);
        long created = revision++;
        var meta = new ObjectMeta(
                "imagined-" + name,
                Map.of(),
                Map.of(),
                List.of(),
                List.of(),
                1,
                created,
                created,
                Instant.EPOCH,
                Optional.empty(),
                "");
        var task = new Resource<>(key, meta, spec, TaskStatus.getDefaultInstance());
        tasks.put(key, new TaskView(task, TaskView.Fate.WELL));
        made.add(key);
    }

    void assign(ObjectKey task, Placing.Choice.Chosen chosen) {
        var assignment = Assignment.newBuilder().setAgent(chosen.agent()).setAgentUid(chosen.agentUid());
        tasks.computeIfPresent(
                task,
                (key, view) -> with(
                        view, view.spec().toBuilder().setAssignment(assignment).build(), view.status()));
    }

    void end(ObjectKey task) {
        var ended = TaskStatus.newBuilder().setState(State.EXITED).build();
        tasks.computeIfPresent(
                task,
                (key, view) -> with(
                        view,
                        view.spec().toBuilder()
                                .setDesired(TaskSpec.Desired.STOP)
                                .build(),
                        ended));
    }

    void forget(ObjectKey task) {
        tasks.remove(task);
    }

    /**
     * What has an agent comes up, and completes if that is waited for; what was told to stop has stopped. The answer are those that have ended
     * since it was asked last.
     */
    List<TaskView> settle() {
        tasks.replaceAll((key, view) -> settled(view));
        return tasks.values().stream()
                .filter(view -> view.assigned() && view.ended())
                .filter(view -> freed.add(view.task().key()))
                .toList();
    }

    private TaskView settled(TaskView view) {
        if (!view.assigned() || view.ended() || view.agentLost()) {
            return view;
        }
        if (!view.wanted()) {
            return with(
                    view,
                    view.spec(),
                    view.status().toBuilder().setState(State.EXITED).build());
        }
        boolean job = jobs.contains(view.spec().getService());
        return with(
                view,
                view.spec(),
                job ? TaskStatus.newBuilder().setState(State.EXITED).build() : UP);
    }

    private static TaskView with(TaskView view, TaskSpec spec, TaskStatus status) {
        var task = view.task();
        return new TaskView(new Resource<>(task.key(), task.meta(), spec, status), view.agent());
    }
}
