package dev.banyan.simulated.proof;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.api.v1.ServiceStatus;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.election.View;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchEvent;
import dev.banyan.runtime.store.Write;
import dev.banyan.simulated.world.AgentProcess;
import dev.banyan.simulated.world.Machine;
import dev.banyan.simulated.world.Witness;
import dev.banyan.simulated.world.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The laws of a cluster that hold at every moment, under the ids of docs/RELIABILITY.md. What breaks one is kept until it is asked for. */
public final class Invariants implements Witness {
    private final World world;
    private final List<String> broken = new ArrayList<>();

    /** The last known version of each task that is there, and who its uid was given to. */
    private final Map<ObjectKey, Resource<TaskSpec, TaskStatus>> tasks = new HashMap<>();

    private final Map<String, Resource<TaskSpec, TaskStatus>> byUid = new HashMap<>();

    /** Revisions of sessions and of the view. */
    private final Map<ObjectKey, TreeSet<Long>> fences = new HashMap<>();

    private final TreeMap<Long, List<Precondition.Fence>> claims = new TreeMap<>();
    private final Map<String, AgentStatus.State> judged = new HashMap<>();
    private long revision;

    /** Laws of {@code world}, looked at from now on. */
    public Invariants(World world) {
        this.world = world;
        world.witness(this);
    }

    /**
     * Looks back.
     *
     * @throws AssertionError naming the first law that was broken
     */
    public void hold() {
        if (!broken.isEmpty()) {
            throw new AssertionError(broken.getFirst());
        }
    }

    @Override
    public void stored(WatchBatch.Changes changes) {
        require(changes.revision() > revision, "S22", "the store went back to an older revision");
        revision = changes.revision();
        for (var event : changes.events()) {
            switch (event) {
                case WatchEvent.Put put -> put(put.object());
                case WatchEvent.Deleted deleted -> deleted(deleted.key());
            }
        }
        claimsUpTo(changes.revision());
        if (touches(changes, Kinds.TASKS.name()) || touches(changes, Kinds.ALLOCATIONS.name())) {
            assignmentsAreReserved();
            tasksFollowTheirVolumes();
        }
        if (touches(changes, Kinds.SERVICES.name())) {
            addressesAndPortsAreExclusive();
        }
    }

    private static boolean touches(WatchBatch.Changes changes, String kind) {
        return changes.events().stream().anyMatch(event -> event.key().kind().equals(kind));
    }

    private void put(StoredObject object) {
        if (object.key().kind().equals(Kinds.TASKS.name())) {
            var now = Kinds.TASKS.decode(object);
            Optional.ofNullable(tasks.put(object.key(), now)).ifPresent(before -> changed(before, now));
            byUid.put(now.uid(), now);
        } else if (isSession(object.key()) || object.key().equals(View.KEY)) {
            fences.computeIfAbsent(object.key(), unused -> new TreeSet<>())
                    .add(object.meta().revision());
        } else if (object.key().kind().equals(Kinds.AGENTS.name())) {
            judged(Kinds.AGENTS.decode(object));
        }
    }

    private void judged(Resource<AgentSpec, AgentStatus> agent) {
        var before = judged.put(agent.name(), agent.status().getState());
        if (agent.status().getState() == AgentStatus.State.LOST && before != AgentStatus.State.LOST) {
            world.reached("an agent was judged lost");
        }
        if (agent.status().getState() == AgentStatus.State.READY && before == AgentStatus.State.LOST) {
            world.reached("a lost agent came back");
        }
    }

    private void changed(Resource<TaskSpec, TaskStatus> before, Resource<TaskSpec, TaskStatus> now) {
        if (!before.uid().equals(now.uid())) {
            require(!lives(before), "S6", "task " + now.key() + " has another uid without having been deleted");
            return;
        }
        var name = now.key().path();
        boolean stopTakenBack = before.spec().getDesired() == TaskSpec.Desired.STOP
                && now.spec().getDesired() != TaskSpec.Desired.STOP;
        require(!stopTakenBack, "S27", name + " was to stop and is to run again");
        boolean moved = before.spec().hasAssignment()
                && !before.spec().getAssignment().equals(now.spec().getAssignment());
        require(!moved, "S27", name + " was given to one agent and then to another");
        require(
                before.spec().getContainer().equals(now.spec().getContainer()),
                "S27",
                name + " was made to run something else");
        require(
                begun(now) >= begun(before),
                "S27",
                name + " went from attempt " + before.status().getAttempt() + " back to "
                        + now.status().getAttempt());
        boolean ended =
                ended(before) && now.status().getAttempt() == before.status().getAttempt();
        require(
                !ended || now.status().getState() == before.status().getState(),
                "S27",
                name + " had ended as " + before.status().getState() + " and is "
                        + now.status().getState());
    }

    /** The newest attempt that was begun: one that is waited for is announced by its number and may never be. */
    private static int begun(Resource<TaskSpec, TaskStatus> task) {
        boolean announced = task.status().getReason().equals("BackOff");
        return task.status().getAttempt() - (announced ? 1 : 0);
    }

    private boolean lives(Resource<TaskSpec, TaskStatus> task) {
        return world.agents().stream()
                .flatMap(agent -> agent.machine().living().stream())
                .anyMatch(living -> living.taskUid().equals(task.uid()));
    }

    private static boolean ended(Resource<TaskSpec, TaskStatus> task) {
        return task.status().getState() == TaskStatus.State.EXITED
                || task.status().getState() == TaskStatus.State.FAILED;
    }

    /** A task is forgotten only when nothing of it runs, or when its agent was given up. */
    private void deleted(ObjectKey key) {
        var task = tasks.remove(key);
        if (task == null || !task.spec().hasAssignment() || !lives(task)) {
            return;
        }
        var agent = task.spec().getAssignment().getAgent();
        require(
                judged.get(agent) == AgentStatus.State.LOST,
                "S10",
                "task " + key + " was deleted while its container runs on " + agent + ", which is "
                        + judged.get(agent));
        world.reached("a task was given up while its container ran");
    }

    /** S13: whoever is assigned has a reservation, in one and the same revision. */
    private void assignmentsAreReserved() {
        var reserved = new HashSet<String>();
        world.chronicle().all(Kinds.ALLOCATIONS).forEach(allocation -> allocation
                .spec()
                .getReservationsMap()
                .keySet()
                .forEach(uid -> reserved.add(allocation.name() + " " + uid)));
        for (var task : tasks.values()) {
            if (task.spec().hasAssignment() && !ended(task)) {
                var agent = task.spec().getAssignment().getAgent();
                require(
                        reserved.contains(agent + " " + task.uid()),
                        "S13",
                        "task " + task.key() + " is assigned to " + agent + " without a reservation");
            }
        }
    }

    /** S29: whoever is assigned with a volume is where that volume lies, which is there by then. */
    private void tasksFollowTheirVolumes() {
        var where = new HashMap<String, String>();
        world.chronicle()
                .all(Kinds.VOLUMES)
                .forEach(volume -> where.put(volume.name(), volume.spec().getAgentUid()));
        for (var task : tasks.values()) {
            if (!task.spec().hasAssignment() || ended(task)) {
                continue;
            }
            var agent = task.spec().getAssignment().getAgentUid();
            for (var use : task.spec().getVolumesList()) {
                require(
                        agent.equals(where.get(use.getName())),
                        "S29",
                        "task " + task.key() + " is on " + agent + " and its volume " + use.getName() + " on "
                                + where.get(use.getName()));
                world.reached("a task had a volume");
            }
        }
    }

    private void addressesAndPortsAreExclusive() {
        var addresses = new HashSet<String>();
        var ports = new HashSet<String>();
        for (Resource<ServiceSpec, ServiceStatus> service : world.chronicle().all(Kinds.SERVICES)) {
            var address = service.spec().getVirtualAddress();
            require(address.isEmpty() || addresses.add(address), "S9", address + " is that of two services");
            service.spec()
                    .getPortsList()
                    .forEach(port -> require(
                            ports.add(port.getPublished() + "/" + port.getProtocol()),
                            "S8",
                            "port " + port.getPublished() + " is published by two services"));
        }
    }

    @Override
    public void creating(Machine machine, String taskUid) {
        boolean there =
                machine.living().stream().anyMatch(living -> living.taskUid().equals(taskUid));
        require(!there, "S4", machine.name() + " makes a container of task " + taskUid + " beside one that runs");
        var task = Optional.ofNullable(byUid.get(taskUid));
        require(task.isPresent(), "S6", machine.name() + " makes a container of task " + taskUid + ", which never was");
        task.ifPresent(known -> require(
                known.spec().getAssignment().getAgent().equals(machine.name()),
                "S6",
                machine.name() + " makes a container of " + known.key() + ", which was never assigned to it"));
    }

    @Override
    public void contained(Machine machine) {
        var seen = new HashMap<String, String>();
        for (AgentProcess agent : world.agents()) {
            for (var living : agent.machine().living()) {
                var other = seen.put(living.taskUid(), agent.name());
                require(
                        other == null,
                        "S1",
                        "two containers of task " + living.taskUid() + " run, on " + other + " and " + agent.name());
            }
        }
        require(machine.foreignersLive(), "S11", "a container of somebody else on " + machine.name() + " was touched");
    }

    /** S5 and D1: a task is written by its agent under the newest session, and by engines under the newest view. */
    @Override
    public void landed(Commit commit, long at) {
        boolean ofTask =
                commit.writes().stream().anyMatch(write -> write.key().kind().equals(Kinds.TASKS.name()));
        if (!ofTask) {
            return;
        }
        var fence = commit.preconditions().stream()
                .filter(Precondition.Fence.class::isInstance)
                .map(Precondition.Fence.class::cast)
                .filter(condition ->
                        isSession(condition.key()) || condition.key().equals(View.KEY))
                .findFirst();
        require(fence.isPresent(), "S5", "a task was written outside any session and any view");
        fence.ifPresent(condition -> {
            boolean status = commit.writes().stream().allMatch(write -> write instanceof Write.UpdateStatus);
            require(
                    !isSession(condition.key()) || status,
                    "S28",
                    "an agent has written more of a task than its status");
            claims.computeIfAbsent(at, unused -> new ArrayList<>()).add(condition);
        });
        claimsUpTo(revision);
    }

    private static boolean isSession(ObjectKey key) {
        return key.kind().equals(Kinds.SESSIONS.name());
    }

    /** What landed under a session or a view landed while it was the newest one. */
    private void claimsUpTo(long reached) {
        var due = claims.headMap(reached, true);
        due.forEach((at, written) -> written.forEach(claim -> {
            var newest = fences.getOrDefault(claim.key(), new TreeSet<>()).floor(at);
            require(
                    newest != null && newest == claim.revision(),
                    "S5",
                    "at " + at + " a task was written under " + claim.key().path() + " of revision " + claim.revision()
                            + ", which was at " + newest);
        }));
        due.clear();
    }

    private void require(boolean holds, String law, String otherwise) {
        if (!holds) {
            broken.add(law + ": " + otherwise);
            world.trial().simulation().trace().note("witness", law + ": " + otherwise);
        }
    }
}
