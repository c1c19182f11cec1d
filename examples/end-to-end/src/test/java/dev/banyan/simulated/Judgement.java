package dev.banyan.simulated;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Compares what is wanted with what the servers truly have, and then what the store says with both. */
final class Judgement {
    private final Store truth;
    private final List<SimulatedServer> servers;
    private final List<String> found = new ArrayList<>();

    Judgement(Store truth, List<SimulatedServer> servers) {
        this.truth = truth;
        this.servers = servers;
    }

    /** Living containers by service. */
    static Map<String, Integer> counts(List<SimulatedServer> servers) {
        var counts = new TreeMap<String, Integer>();
        servers.forEach(server -> server.alive().forEach(spec -> counts.merge(spec.name(), 1, Integer::sum)));
        return counts;
    }

    /** Everything that is not as it should be, in words. */
    List<String> differences(Wanted wanted) {
        same("living containers", counts(servers), wanted.counts());
        servers.forEach(server -> judge(server, wanted));
        judgeStatuses();
        judgeBackends();
        if (wanted.services().isEmpty()) {
            judgeRemoval();
        }
        return found;
    }

    private void judge(SimulatedServer server, Wanted wanted) {
        for (var spec : server.alive()) {
            var replicas = wanted.services().get(spec.name());
            if (replicas != null) {
                same("image of " + spec.name() + " on " + server.name(), spec.image(), replicas.image());
            }
        }
        server.doubled().ifPresent(found::add);
        int running = server.alive().size();
        same("containers on " + server.name(), server.inventory().containers().size(), running);
        same("sandboxes on " + server.name(), server.inventory().sandboxes().size(), running);
        if (!server.foreignersLive()) {
            found.add("a foreign container on " + server.name() + " was touched");
        }
        same("attempt records of " + server.name(), files(server.disk().resolve("assignments")), uids(server));
        same("hosts files of " + server.name(), files(server.disk().resolve("hosts")), uids(server));
    }

    /** A status is what people and controllers believe: it must say what is. */
    private void judgeStatuses() {
        var running = tasks().stream()
                .filter(task -> task.status().getState() == TaskStatus.State.RUNNING)
                .map(Resource::uid)
                .collect(Collectors.toCollection(TreeSet::new));
        var alive = new TreeSet<String>();
        servers.forEach(server -> alive.addAll(uids(server)));
        same("tasks that are said to run", running, alive);
        var reserved = objects(Kinds.ALLOCATIONS).stream()
                .flatMap(allocation -> allocation.spec().getReservationsMap().keySet().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        same("tasks with a reservation", reserved, alive);
    }

    private void judgeBackends() {
        var addresses = new TreeSet<String>();
        servers.forEach(server -> server.inventory()
                .sandboxes()
                .forEach(sandbox -> addresses.add(sandbox.address().orElse("none"))));
        var told = objects(Kinds.ENDPOINTS).stream()
                .flatMap(endpoints -> endpoints.spec().getBackendsList().stream())
                .map(backend -> backend.getAddress())
                .collect(Collectors.toCollection(TreeSet::new));
        same("addresses of backends", told, addresses);
    }

    private void judgeRemoval() {
        for (var kind : List.of(
                Kinds.DEPLOYMENTS, Kinds.RELEASES, Kinds.TASKS, Kinds.SERVICES, Kinds.ENDPOINTS, Kinds.CLAIMS)) {
            same("left " + kind.name(), objects(kind).size(), 0);
        }
    }

    private void same(String what, Object actual, Object expected) {
        if (!actual.equals(expected)) {
            found.add(what + ": " + actual + " instead of " + expected);
        }
    }

    private List<Resource<TaskSpec, TaskStatus>> tasks() {
        return objects(Kinds.TASKS);
    }

    private <S, T> List<Resource<S, T>> objects(Kind<S, T> kind) {
        return truth.list(Selection.of(kind.name()), ReadAt.LATEST).objects().stream()
                .map(kind::decode)
                .toList();
    }

    private static Set<String> uids(SimulatedServer server) {
        return server.alive().stream()
                .map(spec -> spec.labels().getOrDefault(SimulatedServer.TASK_UID, ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> files(Path directory) {
        if (!Files.exists(directory)) {
            return Set.of();
        }
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
