package dev.banyan.simulated.proof;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.plane.PlaneCheck;
import dev.banyan.agent.proxy.Protocol;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.Backend;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.api.v1.ServiceStatus;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.simulated.world.AgentProcess;
import dev.banyan.simulated.world.Machine;
import dev.banyan.simulated.world.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares what is wanted with what the machines truly have, and what the store says with both. Machines whose agents do not work cannot follow. */
public final class Judgement {
    private final World world;
    private final List<AgentProcess> working;
    private final Set<String> names;
    private final List<String> found = new ArrayList<>();

    private Judgement(World world) {
        this.world = world;
        this.working = world.agents().stream().filter(AgentProcess::works).toList();
        this.names = working.stream().map(AgentProcess::name).collect(Collectors.toSet());
    }

    /** Whether exactly what is wanted lives on the machines whose agents work. */
    public static boolean runs(World world, Wanted wanted) {
        var judgement = new Judgement(world);
        return judgement.counts().equals(judgement.counts(wanted));
    }

    /** The first thing that is not as it should be, in words; empty when all is. */
    public static Optional<String> difference(World world, Wanted wanted) {
        var judgement = new Judgement(world);
        judgement.judge(wanted);
        return judgement.found.stream().findFirst();
    }

    private void judge(Wanted wanted) {
        same("living containers", counts(), counts(wanted));
        if (!found.isEmpty()) {
            return; // the rest follows, and costs
        }
        working.forEach(agent -> judge(agent.machine(), wanted));
        judgeStatuses();
        judgeBackends();
        if (found.isEmpty()) {
            judgeTraffic();
        }
        if (wanted.services().isEmpty() && names.size() == world.agents().size()) {
            judgeRemoval();
        }
    }

    private Map<String, Integer> counts() {
        var counts = new TreeMap<String, Integer>();
        working.forEach(
                agent -> agent.machine().living().forEach(living -> counts.merge(living.service(), 1, Integer::sum)));
        counts.keySet().removeIf(this::isHeldUp);
        return counts;
    }

    private Map<String, Integer> counts(Wanted wanted) {
        var counts = wanted.counts(working.size());
        counts.keySet().removeIf(this::isHeldUp);
        return counts;
    }

    /** Whose volume lies where no agent works waits for that agent, and everything of its app that begins after it. */
    private boolean isHeldUp(String service) {
        var app = service.substring(0, service.indexOf('/'));
        return world.chronicle().all(Kinds.VOLUMES).stream()
                .anyMatch(volume -> volume.spec().getDeployment().equals(app)
                        && !names.contains(volume.spec().getAgent()));
    }

    private void judge(Machine machine, Wanted wanted) {
        for (var living : machine.living()) {
            var replicas = Optional.ofNullable(wanted.services().get(living.service()));
            same("image of " + living.service(), Optional.of(living.image()), replicas.map(Wanted.Replicas::image));
        }
        int running = machine.living().size();
        var inventory = machine.inventory();
        same("containers on " + machine.name(), inventory.containers().size(), running);
        same("sandboxes on " + machine.name(), inventory.sandboxes().size(), running);
    }

    /** The same of the files that agents keep for tasks, which change without an event: to be looked at once all has settled. */
    public static Optional<String> leftFiles(World world) {
        var judgement = new Judgement(world);
        for (var agent : judgement.working) {
            var machine = agent.machine();
            judgement.same(
                    "attempt records of " + machine.name(),
                    files(machine.disk().resolve("assignments")),
                    uids(machine));
            judgement.same(
                    "hosts files of " + machine.name(), files(machine.disk().resolve("hosts")), uids(machine));
        }
        return judgement.found.stream().findFirst();
    }

    /** A status is what people and controllers believe: it must say what is. */
    private void judgeStatuses() {
        var running = tasks().stream()
                .filter(task -> task.status().getState() == TaskStatus.State.RUNNING)
                .map(Resource::uid)
                .collect(Collectors.toCollection(TreeSet::new));
        same("tasks that are said to run", running, alive());
        var reserved = world.chronicle().all(Kinds.ALLOCATIONS).stream()
                .filter(allocation -> names.contains(allocation.name()))
                .flatMap(allocation -> allocation.spec().getReservationsMap().keySet().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        same("tasks with a reservation", reserved, alive());
    }

    /** Traffic goes to what lives where an agent works, and nowhere else. */
    private void judgeBackends() {
        var told = world.chronicle().all(Kinds.ENDPOINTS).stream()
                .flatMap(endpoints -> endpoints.spec().getBackendsList().stream())
                .map(backend -> backend.getAgent() + " " + backend.getAddress() + " " + backend.getTaskUid())
                .collect(Collectors.toCollection(TreeSet::new));
        var addresses = new TreeSet<String>();
        working.forEach(agent -> agent.machine().inventory().sandboxes().forEach(sandbox -> sandbox.address()
                .ifPresent(address -> addresses.add(agent.name() + " " + address + " " + sandbox.uid()))));
        same("backends", told, addresses);
    }

    /** S16: whoever asks a server for a service, from there or from outside, is led to exactly those who live. */
    private void judgeTraffic() {
        var services = services();
        var apps = apps();
        // Apps are kept apart, on one server as on several.
        var check = new PlaneCheck(
                world.plane(),
                World.OUTSIDER,
                (one, other) -> apps.containsKey(one) && apps.get(one).equals(apps.get(other)));
        for (var agent : working) {
            check.difference(agent.name(), services).ifPresent(found::add);
        }
        check.unconnected(names).ifPresent(found::add);
    }

    /** The app of each container's address, and of each virtual address. */
    private Map<Ipv4Address, String> apps() {
        var apps = new HashMap<Ipv4Address, String>();
        led().forEach(service -> apps.put(
                Ipv4Address.parse(service.spec().getVirtualAddress()),
                service.spec().getDeployment()));
        working.forEach(agent -> agent.machine().inventory().sandboxes().forEach(sandbox -> sandbox.address()
                .ifPresent(address -> apps.put(Ipv4Address.parse(address), Machine.appOf(sandbox)))));
        return apps;
    }

    private List<PlaneCheck.Service> services() {
        var backends = new TreeMap<ObjectKey, List<String>>(Comparator.comparing(ObjectKey::path));
        for (var endpoints : world.chronicle().all(Kinds.ENDPOINTS)) {
            var service = Kinds.SERVICES.key(endpoints.key().namespace(), endpoints.name());
            backends.put(
                    service,
                    endpoints.spec().getBackendsList().stream()
                            .map(Backend::getAddress)
                            .toList());
        }
        return led().map(service -> new PlaneCheck.Service(
                        service.spec().getVirtualAddress(),
                        service.spec().getPortsList().stream()
                                .map(port ->
                                        new PlaneCheck.Published(Protocol.TCP, port.getPublished(), port.getTarget()))
                                .toList(),
                        backends.getOrDefault(service.key(), List.of())))
                .toList();
    }

    /** Services with an address: what is on its server's network is reached as its server is. */
    private Stream<Resource<ServiceSpec, ServiceStatus>> led() {
        return world.chronicle().all(Kinds.SERVICES).stream()
                .filter(service -> !service.spec().getVirtualAddress().isEmpty());
    }

    private void judgeRemoval() {
        for (var kind : List.of(Kinds.DEPLOYMENTS, Kinds.RELEASES, Kinds.TASKS, Kinds.SERVICES, Kinds.ENDPOINTS)) {
            same("left " + kind.name(), world.chronicle().all(kind).size(), 0);
        }
        var claims = world.chronicle().all(Kinds.CLAIMS).stream()
                .map(Resource::name)
                .filter(name -> !name.startsWith("subnet.")) // an agent's for good
                .toList();
        same("left claims", claims, List.of());
    }

    private void same(String what, Object actual, Object expected) {
        if (!actual.equals(expected)) {
            found.add(what + ": " + actual + " instead of " + expected);
        }
    }

    private List<Resource<TaskSpec, TaskStatus>> tasks() {
        return world.chronicle().all(Kinds.TASKS).stream()
                .filter(task -> names.contains(task.spec().getAssignment().getAgent()))
                .toList();
    }

    private Set<String> alive() {
        var alive = new TreeSet<String>();
        working.forEach(agent -> alive.addAll(uids(agent.machine())));
        return alive;
    }

    private static Set<String> uids(Machine machine) {
        return machine.living().stream().map(Machine.Living::taskUid).collect(Collectors.toCollection(TreeSet::new));
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
