package dev.banyan.cli.volume;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.VolumeSpec;
import dev.banyan.api.v1.VolumeStatus;
import dev.banyan.cli.app.Apps;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Volumes as documents. */
final class VolumeItems {
    private VolumeItems() {}

    /** Tasks that go on, by the volumes that they mount. */
    static Map<String, List<String>> uses(Store store) {
        return store.list(Selection.of(Kinds.TASKS.name()).in(Apps.NAMESPACE), ReadAt.LATEST).objects().stream()
                .map(Kinds.TASKS::decode)
                .filter(VolumeItems::goesOn)
                .flatMap(
                        task -> task.spec().getVolumesList().stream().map(use -> Map.entry(use.getName(), task.name())))
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, TreeMap::new, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
    }

    private static boolean goesOn(Resource<TaskSpec, TaskStatus> task) {
        return switch (task.status().getState()) {
            case EXITED, FAILED -> false;
            case STATE_UNSPECIFIED, PENDING, PREPARING, STARTING, RUNNING, STOPPING, UNRECOGNIZED -> true;
        };
    }

    /** In a few words. */
    static String state(Resource<VolumeSpec, VolumeStatus> volume, Map<String, List<String>> uses) {
        int count = uses.getOrDefault(volume.name(), List.of()).size();
        if (volume.meta().deleting()) {
            return "removing";
        }
        return count == 0 ? "kept" : count == 1 ? "used by 1 task" : "used by " + count + " tasks";
    }

    static List<Map<String, Object>> items(
            List<Resource<VolumeSpec, VolumeStatus>> volumes, Map<String, List<String>> uses) {
        return volumes.stream().map(volume -> item(volume, uses)).toList();
    }

    private static Map<String, Object> item(Resource<VolumeSpec, VolumeStatus> volume, Map<String, List<String>> uses) {
        var spec = volume.spec();
        var item = new LinkedHashMap<String, Object>();
        item.put("volume", volume.name());
        item.put("app", spec.getDeployment());
        item.put("key", spec.getVolume());
        item.put("agent", spec.getAgent());
        item.put("directory", spec.getDirectory());
        item.put("labels", new TreeMap<>(spec.getLabelsMap()));
        item.put("state", state(volume, uses));
        item.put("tasks", uses.getOrDefault(volume.name(), List.of()));
        item.put("waiting_for", volume.status().getWaitingFor());
        return item;
    }
}
