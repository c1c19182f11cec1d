package dev.banyan.engine.admission;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.VolumeSpec;
import dev.banyan.api.v1.VolumeStatus;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The one way by which volumes go. A removed volume takes no new task from that moment on; it is gone once its agent has seen the last task
 * end and has deleted the data. Thread-safe; calls block on the store.
 */
public final class VolumeRemoval {
    /** More are only counted. */
    private static final int NAMED_MAX = 3;

    private final Store store;

    public VolumeRemoval(Store store) {
        this.store = store;
    }

    /** How it ended. */
    public sealed interface Outcome {
        /** It is being removed, or gone. */
        record Removing(long revision) implements Outcome {}

        /** There is none of that name. */
        record Unknown() implements Outcome {}

        /** Nothing was changed, for a reason that the caller can do something about. */
        record Refused(String reason) implements Outcome {}

        /** The store did not take it. */
        record Failed(WriteOutcome outcome) implements Outcome {}
    }

    /**
     * Asks for removal; asking again is no error.
     *
     * @param force of a volume whose agent is lost or has left the cluster: the object goes at once, and the data stays where it is
     */
    public Outcome remove(String namespace, String name, boolean force) {
        var found = volume(namespace, name);
        if (found.isEmpty()) {
            return new Outcome.Unknown();
        }
        var volume = found.get();
        var home = agent(volume.spec());
        var refusal = force
                ? home.filter(state -> state != AgentStatus.State.LOST).map(state -> stillThere(volume))
                : home.isEmpty() ? Optional.of(gone(volume)) : inUse(volume);
        if (refusal.isPresent()) {
            return new Outcome.Refused(refusal.get());
        }
        var outcome = store.commit(Commit.of(new Write.Delete(volume.key(), volume.uid())));
        return force && outcome.written() ? forget(volume.key()) : ended(outcome);
    }

    /** Writes that remove the volumes that were made for an app, but for those that tasks of other apps have. */
    public List<Write.Delete> ofApp(String namespace, String deployment) {
        var selection = Selection.of(Kinds.VOLUMES.name())
                .in(namespace)
                .labelled(LabelSelector.of(Labels.DEPLOYMENT, deployment));
        var elsewhere = tasks(namespace).stream()
                .filter(task -> !task.spec().getDeployment().equals(deployment) && uses(task))
                .flatMap(task -> task.spec().getVolumesList().stream())
                .map(use -> use.getName())
                .collect(Collectors.toSet());
        return store.list(selection, ReadAt.LATEST).objects().stream()
                .filter(object -> !elsewhere.contains(object.key().name()))
                .map(object -> new Write.Delete(object.key(), object.meta().uid()))
                .toList();
    }

    private Outcome forget(ObjectKey key) {
        var left = store.get(key, ReadAt.LATEST);
        if (left.isEmpty()) {
            return new Outcome.Removing(0);
        }
        return ended(store.commit(
                Commit.of(new Write.Update(left.get(), Draft.from(left.get()).finalizedBy(List.of())))));
    }

    private static Outcome ended(WriteOutcome outcome) {
        return switch (outcome) {
            case WriteOutcome.Written written -> new Outcome.Removing(written.revision());
            case WriteOutcome.NotFound gone -> new Outcome.Unknown();
            case WriteOutcome other -> new Outcome.Failed(other);
        };
    }

    private static String stillThere(Resource<VolumeSpec, VolumeStatus> volume) {
        return "agent " + volume.spec().getAgent() + " is there and deletes it without force";
    }

    private static String gone(Resource<VolumeSpec, VolumeStatus> volume) {
        return "agent " + volume.spec().getAgent() + " has left the cluster with its data; give it up with --force";
    }

    private Optional<String> inUse(Resource<VolumeSpec, VolumeStatus> volume) {
        var users = tasks(volume.key().namespace()).stream()
                .filter(task -> uses(task)
                        && task.spec().getVolumesList().stream()
                                .anyMatch(use -> use.getName().equals(volume.name())))
                .map(Resource::name)
                .sorted()
                .toList();
        if (users.isEmpty()) {
            return Optional.empty();
        }
        var more = users.size() > NAMED_MAX ? " and " + (users.size() - NAMED_MAX) + " more" : "";
        return Optional.of("it is in use by "
                + String.join(", ", users.subList(0, Math.min(NAMED_MAX, users.size()))) + more
                + "; stop the app first (banyan-cli down)");
    }

    private List<Resource<TaskSpec, TaskStatus>> tasks(String namespace) {
        return store.list(Selection.of(Kinds.TASKS.name()).in(namespace), ReadAt.LATEST).objects().stream()
                .map(Kinds.TASKS::decode)
                .toList();
    }

    /** It has its volumes, or shall have them. */
    private static boolean uses(Resource<TaskSpec, TaskStatus> task) {
        boolean wanted =
                task.spec().getDesired() == TaskSpec.Desired.RUN && !task.meta().deleting();
        return switch (task.status().getState()) {
            case EXITED, FAILED -> false;
            case STATE_UNSPECIFIED, PENDING, PREPARING, STARTING, RUNNING, STOPPING, UNRECOGNIZED ->
                wanted || task.spec().hasAssignment();
        };
    }

    private Optional<AgentStatus.State> agent(VolumeSpec volume) {
        return store.get(Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, volume.getAgent()), ReadAt.LATEST)
                .map(Kinds.AGENTS::decode)
                .filter(agent -> agent.uid().equals(volume.getAgentUid()))
                .map(agent -> agent.status().getState());
    }

    private Optional<Resource<VolumeSpec, VolumeStatus>> volume(String namespace, String name) {
        try {
            return store.get(Kinds.VOLUMES.key(namespace, name), ReadAt.LATEST).map(Kinds.VOLUMES::decode);
        } catch (IllegalArgumentException malformed) {
            return Optional.empty(); // no volume can have such a name
        }
    }
}
