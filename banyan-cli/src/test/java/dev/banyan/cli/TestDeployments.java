package dev.banyan.cli;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.ApplyRequest;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.RemoveRequest;
import dev.banyan.api.v1.ScaleRequest;
import dev.banyan.cli.progress.AppState;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;

/** Requests and states for tests. */
public final class TestDeployments {
    private TestDeployments() {}

    public static ObjectKey key(String name) {
        return Kinds.DEPLOYMENTS.key("default", name);
    }

    public static ApplyRequest apply(String name) {
        return ApplyRequest.newBuilder()
                .setNamespace("default")
                .setManifest(Manifest.newBuilder().setName(name))
                .build();
    }

    public static ScaleRequest scale(String name, String service, int replicas) {
        return ScaleRequest.newBuilder()
                .setNamespace("default")
                .setDeployment(name)
                .putReplicas(service, replicas)
                .build();
    }

    public static RemoveRequest remove(String name) {
        return RemoveRequest.newBuilder()
                .setNamespace("default")
                .setDeployment(name)
                .build();
    }

    public static AppState state(FakeCluster cluster, String name, long revision) {
        var tasks = cluster.store().list(Selection.of(Kinds.TASKS.name()), ReadAt.LATEST).objects().stream()
                .map(Kinds.TASKS::decode)
                .toList();
        return new AppState(
                name,
                cluster.store().get(key(name), ReadAt.LATEST).map(Kinds.DEPLOYMENTS::decode),
                tasks,
                false,
                revision);
    }
}
