package dev.banyan.engine.deployment;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.TaskName;
import dev.banyan.api.v1.Assignment;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.engine.deployment.TaskView.Fate;
import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Releases and tasks as tests need them. */
final class Fixture {
    private static final Map<String, String> ADDRESSES = Map.of("web", "10.200.0.1", "db", "10.200.0.2");

    private Fixture() {}

    static ServiceManifest service(String name, int replicas) {
        return ServiceManifest.newBuilder()
                .setName(name)
                .setImage(name + ":1")
                .setReplicas(replicas)
                .build();
    }

    static ReleaseSpec release(long number, ServiceManifest... services) {
        var builder = ReleaseSpec.newBuilder().setDeployment("shop").setNumber(number);
        for (var service : services) {
            builder.putImages(service.getName(), "registry.banyan/" + service.getName() + "@sha256:1");
        }
        return builder.setManifest(Manifest.newBuilder().setName("shop").addAllServices(List.of(services)))
                .build();
    }

    /** The same release with other images. */
    static ReleaseSpec changed(ReleaseSpec release) {
        var builder = release.toBuilder();
        release.getImagesMap().forEach((service, image) -> builder.putImages(service, image + "2"));
        return builder.build();
    }

    static List<TaskView> tasksOf(ReleaseSpec release, TaskStatus.State state) {
        var tasks = new ArrayList<TaskView>();
        for (var service : release.getManifest().getServicesList()) {
            for (int slot = 0; slot < service.getReplicas(); slot++) {
                var name = new TaskName("shop", service.getName(), release.getNumber(), slot, 0);
                tasks.add(task(name.toString(), release, state));
            }
        }
        return tasks;
    }

    static TaskView task(String name, ReleaseSpec release, TaskStatus.State state) {
        var parsed = TaskName.parse(name);
        var service = release.getManifest().getServicesList().stream()
                .filter(candidate -> candidate.getName().equals(parsed.service()))
                .findFirst()
                .orElseThrow();
        var deployment = DeploymentSpec.newBuilder().setName("shop").build();
        var spec = WantedTasks.of(deployment, "shop", release, service, ADDRESSES).toBuilder()
                .setSlot(parsed.slot())
                .setOrdinal(parsed.ordinal())
                .setAssignment(Assignment.newBuilder().setAgent("a1").setAgentUid("uid-a1"))
                .build();
        var status = TaskStatus.newBuilder()
                .setState(state)
                .setReady(state == TaskStatus.State.RUNNING)
                .build();
        return new TaskView(resource(name, spec, status), Fate.WELL);
    }

    static TaskView stopping(TaskView view) {
        var spec = view.spec().toBuilder().setDesired(TaskSpec.Desired.STOP).build();
        return new TaskView(resource(view.task().name(), spec, view.status()), view.agent());
    }

    static TaskView unassigned(TaskView view) {
        var spec = view.spec().toBuilder().clearAssignment().build();
        return new TaskView(resource(view.task().name(), spec, view.status()), view.agent());
    }

    static TaskView reporting(TaskView view, TaskStatus status) {
        return new TaskView(resource(view.task().name(), view.spec(), status), view.agent());
    }

    static TaskView with(TaskView view, UnaryOperator<TaskSpec> change) {
        return new TaskView(resource(view.task().name(), change.apply(view.spec()), view.status()), view.agent());
    }

    static String named(TaskSpec spec) {
        return new TaskName(
                        spec.getDeployment(), spec.getService(), spec.getRelease(), spec.getSlot(), spec.getOrdinal())
                .toString();
    }

    private static Resource<TaskSpec, TaskStatus> resource(String name, TaskSpec spec, TaskStatus status) {
        var parsed = TaskName.parse(name);
        long created = 100 * parsed.release() + 10L * parsed.slot() + parsed.ordinal();
        var meta = new ObjectMeta(
                "uid-" + name,
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
        return new Resource<>(Kinds.TASKS.key("default", name), meta, spec, status);
    }
}
