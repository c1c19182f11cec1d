package dev.banyan.engine.planning;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.VolumeSpec;
import dev.banyan.api.v1.VolumeStatus;
import dev.banyan.api.v1.VolumeUse;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where the volumes of one namespace are. A volume is on the agent of the first task that mounts it, for good: each choice counts for the
 * next. Not thread-safe; for the duration of one plan.
 */
public final class Volumes {
    private final Map<String, Pin> pins = new HashMap<>();
    private final Map<String, VolumeSpec> fresh = new LinkedHashMap<>();
    private final Set<String> unreadable;

    private record Pin(VolumeSpec spec, boolean removing) {}

    private Volumes(Set<String> unreadable) {
        this.unreadable = unreadable;
    }

    /** No volume anywhere. */
    public static Volumes none() {
        return new Volumes(Set.of());
    }

    /** As a cache shows them. */
    public static Volumes of(Lister<VolumeSpec, VolumeStatus> lister, String namespace) {
        var unreadable = lister.quarantined().stream()
                .map(held -> held.key())
                .filter(key -> key.namespace().equals(namespace))
                .map(ObjectKey::name)
                .collect(Collectors.toSet());
        var volumes = new Volumes(unreadable);
        lister.list().stream()
                .filter(volume -> volume.key().namespace().equals(namespace))
                .forEach(volumes::add);
        return volumes;
    }

    /** The key of a volume in the namespace of its task. */
    public static ObjectKey key(Resource<TaskSpec, ?> task, String volume) {
        return Kinds.VOLUMES.key(task.key().namespace(), volume);
    }

    /** What a task has mounted, with the directory of each; all of them are on the task's agent. */
    public List<VolumeUse> placed(TaskSpec task) {
        return task.getVolumesList().stream()
                .map(use -> Optional.ofNullable(pins.get(use.getName()))
                        .map(pin -> use.toBuilder()
                                .setDirectory(pin.spec().getDirectory())
                                .build())
                        .orElse(use))
                .toList();
    }

    /** Volumes that are not there yet, by name: made by the choices of this plan. */
    public Map<String, VolumeSpec> fresh() {
        return Map.copyOf(fresh);
    }

    private void add(Resource<VolumeSpec, VolumeStatus> volume) {
        pins.put(volume.name(), new Pin(volume.spec(), volume.meta().deleting()));
    }

    /** The task is placed: the volumes that it is the first to mount are where it is, from now on. */
    void use(String taskUid, TaskSpec task, Candidate agent) {
        for (var use : task.getVolumesList()) {
            if (!pins.containsKey(use.getName())) {
                var spec = VolumeSpec.newBuilder()
                        .setDeployment(task.getDeployment())
                        .setVolume(use.getKey())
                        .putAllLabels(use.getLabelsMap())
                        .setAgent(agent.name())
                        .setAgentUid(agent.uid())
                        .setDirectory(taskUid + "-" + fresh.size())
                        .build();
                pins.put(use.getName(), new Pin(spec, false));
                fresh.put(use.getName(), spec);
            }
        }
    }

    /** Why the agent cannot take the task; {@code others} are all agents by name. */
    Optional<String> refusal(TaskSpec task, Candidate agent, Map<String, Candidate> others) {
        return task.getVolumesList().stream()
                .flatMap(use -> refusal(task, use, agent, others).stream())
                .findFirst()
                .map(reason -> "cannot take it: " + reason);
    }

    private Optional<String> refusal(TaskSpec task, VolumeUse use, Candidate agent, Map<String, Candidate> others) {
        var name = "volume " + use.getName();
        if (unreadable.contains(use.getName())) {
            return Optional.of(name + " cannot be read");
        }
        var pin = pins.get(use.getName());
        if (pin == null) {
            return use.getExternal() ? Optional.of("external " + name + " is not there") : Optional.empty();
        }
        var spec = pin.spec();
        if (pin.removing()) {
            return Optional.of(name + " is being removed");
        }
        if (!use.getExternal() && !spec.getDeployment().equals(task.getDeployment())) {
            return Optional.of(name + " belongs to app " + spec.getDeployment());
        }
        var home = others.get(spec.getAgent());
        if (home == null || !home.uid().equals(spec.getAgentUid())) {
            return Optional.of(name + " is on " + spec.getAgent()
                    + ", which has left the cluster (banyan-cli volume rm --force " + use.getName() + " gives it up)");
        }
        return agent.name().equals(spec.getAgent())
                ? Optional.empty()
                : Optional.of(name + " is on " + spec.getAgent());
    }
}
