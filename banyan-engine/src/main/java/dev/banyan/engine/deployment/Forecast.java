package dev.banyan.engine.deployment;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentRefusal;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.PlannedTask;
import dev.banyan.api.v1.PlannedTask.Deed;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.engine.deployment.DeploymentPlan.Action;
import dev.banyan.engine.planning.Placing;
import dev.banyan.runtime.resource.ObjectKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Plays a release forward to its end, on what is known of the cluster, with the planner and the placing that would do it: every replica comes
 * up, every job succeeds, and what is told to stop stops. Pure but for what it reads when it is made. For one use by one thread.
 */
public final class Forecast {
    /** A chain of as many services as an app may have begins one a wave, and each of them may stop something in the wave after. */
    private static final int WAVES_MAX = 500;

    private final ObjectKey key;
    private final DeploymentSpec deployment;
    private final ReleaseSpec release;
    private final Map<String, String> addresses;
    private final Placing agents;
    private final List<TaskView> before;
    private final Imagined imagined;
    private final ForecastServices services;
    private final Map<ObjectKey, PlannedTask> steps = new LinkedHashMap<>();
    private final Map<ObjectKey, PlannedTask> waiting = new TreeMap<>();
    private int wave;

    private Forecast(ObjectKey key, DeploymentSpec deployment, ReleaseSpec release, DeploymentSource source) {
        this.key = key;
        this.deployment = deployment;
        this.release = release;
        this.addresses = new TreeMap<>(source.addresses(key));
        this.agents = source.agents(key.namespace());
        this.before = source.tasks(key);
        this.imagined = new Imagined(key, release, before);
        var former = source.deployment(key).flatMap(source::release);
        this.services = new ForecastServices(former, before);
        // Only that they have one matters: no task knows it yet.
        release.getManifest()
                .getServicesList()
                .forEach(service -> addresses.putIfAbsent(service.getName(), "new:" + service.getName()));
    }

    /**
     * What becomes of an app.
     *
     * @param deployment as it would be wanted
     * @param release that it would want
     */
    public static Foreseen of(ObjectKey key, DeploymentSpec deployment, ReleaseSpec release, DeploymentSource source) {
        return new Forecast(key, deployment, release, source).play();
    }

    private Foreseen play() {
        var plan = plan();
        for (wave = 1; wave <= WAVES_MAX && step(plan); wave++) {
            plan = plan();
        }
        waiting.forEach(steps::putIfAbsent);
        var tasks = new ArrayList<>(kept());
        tasks.addAll(steps.values());
        tasks.sort(Comparator.comparingInt(PlannedTask::getWave).thenComparing(Forecast::creationFirst));
        return new Foreseen(services.all(DeploymentReport.of(0, release, plan, agents)), tasks);
    }

    private static int creationFirst(PlannedTask one, PlannedTask other) {
        return Comparator.comparing(PlannedTask::getDeed)
                .thenComparing(PlannedTask::getTask)
                .compare(one, other);
    }

    private DeploymentPlan plan() {
        var planner = new DeploymentPlanner(key.name(), deployment, imagined.tasks());
        var plan = planner.forRelease(release, addresses, agents);
        services.see(plan);
        return plan;
    }

    /** One wave; false when nothing more happens. */
    private boolean step(DeploymentPlan plan) {
        boolean moved = false;
        for (var action : plan.actions()) {
            if (action instanceof Action.Create create) {
                imagined.create(create.spec());
                moved = true;
            }
        }
        moved |= place();
        for (var action : plan.actions()) {
            switch (action) {
                case Action.Stop stop -> {
                    stop(stop);
                    moved = true;
                }
                case Action.Forget forget -> forget(forget);
                case Action.Create create -> {}
                case Action.Release gone -> {}
            }
        }
        return settle() || moved;
    }

    /** Whether room was made: what has ended reserves nothing. */
    private boolean settle() {
        var ended = imagined.settle();
        ended.forEach(view ->
                agents.free(view.spec().getAssignment().getAgent(), view.task().uid()));
        return !ended.isEmpty();
    }

    /** As scheduling does: all that have no agent yet, in the order of their keys. */
    private boolean place() {
        boolean placed = false;
        for (var task : imagined.unassigned()) {
            var refusals = agents.refusals(task.spec());
            var step = step(task.spec(), task.name(), imagined.isNew(task.key()) ? Deed.CREATE : Deed.KEEP);
            refusals.forEach(refusal -> step.addRefusals(
                    AgentRefusal.newBuilder().setAgent(refusal.agent()).setReason(refusal.reason())));
            var choice = agents.choose(task.spec());
            if (choice instanceof Placing.Choice.Chosen chosen) {
                step.setAgent(chosen.agent()).setReason(agents.merits(task.spec(), chosen.agent()));
                agents.place(task.uid(), task.name(), task.spec());
                imagined.assign(task.key(), chosen);
                waiting.remove(task.key());
                steps.put(task.key(), step.build());
                placed = true;
            } else if (choice instanceof Placing.Choice.Nowhere nowhere) {
                waiting.putIfAbsent(
                        task.key(), step.setReason(nowhere.summary()).build());
            }
        }
        return placed;
    }

    private void stop(Action.Stop stop) {
        var task = stop.task();
        imagined.end(task.key());
        if (!imagined.isNew(task.key())) {
            var step = step(task.spec(), task.name(), Deed.STOP)
                    .setAgent(task.spec().getAssignment().getAgent());
            steps.put(task.key(), step.build());
        }
    }

    /** A task without an agent goes without having been stopped. */
    private void forget(Action.Forget forget) {
        var task = forget.task();
        boolean wanted = task.spec().getDesired() == TaskSpec.Desired.RUN;
        if (wanted && !imagined.isNew(task.key())) {
            steps.put(task.key(), step(task.spec(), task.name(), Deed.STOP).build());
        }
        waiting.remove(task.key());
        imagined.forget(task.key());
    }

    private PlannedTask.Builder step(TaskSpec spec, String name, Deed deed) {
        return PlannedTask.newBuilder()
                .setTask(name)
                .setService(spec.getService())
                .setDeed(deed)
                .setWave(wave);
    }

    private List<PlannedTask> kept() {
        return before.stream()
                .filter(view -> view.wanted() && !steps.containsKey(view.task().key()))
                .map(view -> step(view.spec(), view.task().name(), Deed.KEEP)
                        .setWave(0)
                        .setAgent(view.spec().getAssignment().getAgent())
                        .build())
                .toList();
    }

    /** The name under which a task would be stored. */
    static ObjectKey taskKey(ObjectKey deployment, String name) {
        return Kinds.TASKS.key(deployment.namespace(), name);
    }
}
