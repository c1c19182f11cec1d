package dev.banyan.engine.secrets;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.ContentMount;
import dev.banyan.api.v1.MaterialPart;
import dev.banyan.api.v1.OpenMaterialRequest;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.runtime.env.TimeSource;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import java.util.TreeMap;

/** Opens what one task needs, for the agent that is to run it. Thread-safe; calls block on the store and on who receives. */
public final class Disclosure {
    private final Store store;
    private final Environments environments;
    private final ContentStore contents;

    /** Who receives parts. */
    @FunctionalInterface
    public interface Receiver {
        /** False once it is gone. */
        boolean receive(MaterialPart part) throws InterruptedException;
    }

    /** A task whose material {@code agent} may have. */
    public record Granted(Resource<TaskSpec, TaskStatus> task, String agent) {}

    public Disclosure(Store store, Vault vault, TimeSource time) {
        this.store = store;
        this.environments = new Environments(vault);
        this.contents = new ContentStore(store, vault, time);
    }

    /**
     * Judges whether {@code agent} may have a task's material.
     *
     * @throws ApiException DENIED unless the task is assigned to it and is to run; FENCED when the session is not its newest
     */
    public Granted judge(String agent, OpenMaterialRequest request) {
        var self = store.get(Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, agent), ReadAt.LATEST)
                .orElseThrow(() -> denied(agent, request));
        var task = store.get(Kinds.TASKS.key(request.getNamespace(), request.getTask()), ReadAt.LATEST)
                .map(Kinds.TASKS::decode)
                .filter(found -> found.uid().equals(request.getTaskUid()))
                .filter(found -> assigned(found, agent, self.meta().uid()))
                .filter(Disclosure::wanted)
                .orElseThrow(() -> denied(agent, request));
        var session = store.get(
                Kinds.SESSIONS.key(ObjectKey.CLUSTER_SCOPE, self.meta().uid()), ReadAt.LATEST);
        boolean newest = session.filter(found -> found.meta().revision() == request.getEpoch())
                .isPresent();
        if (!newest) {
            throw new ApiException(
                    Reason.FENCED,
                    "the session of agent " + agent + " with epoch " + request.getEpoch() + " is not its newest");
        }
        return new Granted(task, agent);
    }

    /**
     * Hands out what was granted: variables, then contents.
     *
     * @throws ApiException CORRUPT when something was sealed with another key, NOT_FOUND when a content is gone
     */
    public void open(Granted granted, Receiver receiver) throws InterruptedException {
        var task = granted.task();
        if (variables(task, receiver) && contents(task, receiver)) {
            var ignored =
                    receiver.receive(MaterialPart.newBuilder().setLast(true).build());
        }
    }

    private boolean variables(Resource<TaskSpec, TaskStatus> task, Receiver receiver) throws InterruptedException {
        var spec = task.spec();
        if (!spec.getContainer().hasSealedEnvironment()) {
            return true;
        }
        var environment = environments
                .open(
                        task.key().namespace(),
                        spec.getDeployment(),
                        spec.getService(),
                        spec.getContainer().getSealedEnvironment())
                .orElseThrow(() -> unopened("the environment of " + task.name()));
        var part = MaterialPart.newBuilder();
        int bytes = 0;
        for (var variable : new TreeMap<>(environment.getVariablesMap()).entrySet()) {
            // A character is three bytes at most, of a pair two each.
            bytes += 3 * (variable.getKey().length() + variable.getValue().length());
            if (bytes > ContentStore.PART_BYTES && part.getVariablesCount() > 0) {
                if (!receiver.receive(part.build())) {
                    return false;
                }
                part.clear();
                bytes = 3 * (variable.getKey().length() + variable.getValue().length());
            }
            part.putVariables(variable.getKey(), variable.getValue());
        }
        return receiver.receive(part.build());
    }

    private boolean contents(Resource<TaskSpec, TaskStatus> task, Receiver receiver) throws InterruptedException {
        var names = task.spec().getContainer().getContentMountsList().stream()
                .map(ContentMount::getContent)
                .distinct()
                .toList();
        for (var name : names) {
            if (!content(task, name, receiver)) {
                return false;
            }
        }
        return true;
    }

    private boolean content(Resource<TaskSpec, TaskStatus> task, String name, Receiver receiver)
            throws InterruptedException {
        var namespace = task.key().namespace();
        var app = task.spec().getDeployment();
        long size = contents.size(namespace, app, name)
                .orElseThrow(() -> new ApiException(
                        Reason.NOT_FOUND, "a content of " + task.name() + " is gone; apply the app again"));
        for (int i = 0; i < ContentStore.parts(size); i++) {
            var data =
                    contents.open(namespace, app, name, i).orElseThrow(() -> unopened("a content of " + task.name()));
            if (!receiver.receive(
                    MaterialPart.newBuilder().setContent(name).setData(data).build())) {
                return false;
            }
        }
        return true;
    }

    private static boolean assigned(Resource<TaskSpec, TaskStatus> task, String agent, String uid) {
        var assignment = task.spec().getAssignment();
        return assignment.getAgent().equals(agent) && assignment.getAgentUid().equals(uid);
    }

    private static boolean wanted(Resource<TaskSpec, TaskStatus> task) {
        var state = task.status().getState();
        return task.spec().getDesired() == TaskSpec.Desired.RUN
                && !task.meta().deleting()
                && state != TaskStatus.State.EXITED
                && state != TaskStatus.State.FAILED;
    }

    /** The same words whatever is the reason, which is nobody's business whom it does not concern. */
    private static ApiException denied(String agent, OpenMaterialRequest request) {
        return new ApiException(Reason.DENIED, "agent " + agent + " is not to run task " + request.getTask() + " now");
    }

    private static ApiException unopened(String what) {
        return new ApiException(
                Reason.CORRUPT,
                what + " does not open: it was sealed with another key, or is damaged; apply the app again");
    }
}
