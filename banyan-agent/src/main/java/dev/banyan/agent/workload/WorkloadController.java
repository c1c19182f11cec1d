package dev.banyan.agent.workload;

import dev.banyan.agent.container.ContainerEvent;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ObservedContainer;
import dev.banyan.agent.container.logs.LogFollower;
import dev.banyan.agent.container.logs.LogRotator;
import dev.banyan.agent.material.Materials;
import dev.banyan.agent.volume.disk.TaskMounts;
import dev.banyan.agent.workload.settings.TaskLogging;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.HealthFacts;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.ResourceEvent;
import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives the room: one controller over the tasks of this agent, woken by the store and by the container runtime, the reporter of statuses,
 * and the rotation of logs.
 */
public final class WorkloadController implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(WorkloadController.class);

    /** As many containers as one server can be starting at once; a stop may take its whole grace. */
    private static final int CONCURRENCY = 64;

    /** A pull of a large image over a slow line. */
    private static final Duration DEADLINE = Duration.ofMinutes(10);

    /** How often log sizes are looked at: at 10 MB/s a log passes its limit tenfold at most. */
    private static final Duration ROTATION_PERIOD = Duration.ofSeconds(10);

    private static final Duration ANSWER_WAIT = Duration.ofMinutes(1);

    /** Between two looks for containers of tasks that are gone, while the container runtime does not answer. */
    private static final Duration STRANGERS_RETRY = Duration.ofSeconds(1);

    private static final int OUTPUT_LINES = 10;

    private final Env env;
    private final Informer<TaskSpec, TaskStatus> tasks;
    private final ContainerRuntime runtime;
    private final WorkloadConfig config;
    private final StatusReporter reporter;
    private final HealthProbes probes;
    private final TaskReports reports;
    private final WorkloadReconciler reconciler;
    private final Controller controller;
    private final Signal rotate;
    private final Signal missed; // events of the container runtime may have been

    /** Uid of tasks that were deleted, by key, until their containers are gone. */
    private final Map<ObjectKey, String> deleted = new ConcurrentHashMap<>();

    private volatile List<Task> loops = List.of(); // written by start and stop

    /**
     * Runs what {@code tasks} hold, which are this agent's; while they are stale, only what keeps up what shall run is done. {@code fence} is the present session's condition for writes, empty without a
     * session.
     */
    public WorkloadController(
            Env env,
            Informer<TaskSpec, TaskStatus> tasks,
            Store store,
            ContainerRuntime runtime,
            Materials materials,
            WorkloadConfig config,
            BootClock clock,
            EventRecorder events,
            Supplier<Optional<Precondition>> fence) {
        this(env, tasks, store, runtime, materials, config, clock, events, fence, task -> Duration.ZERO);
    }

    /** As above; {@code gate} says when a container may be stopped. */
    public WorkloadController(
            Env env,
            Informer<TaskSpec, TaskStatus> tasks,
            Store store,
            ContainerRuntime runtime,
            Materials materials,
            WorkloadConfig config,
            BootClock clock,
            EventRecorder events,
            Supplier<Optional<Precondition>> fence,
            StopGate gate) {
        this.env = env;
        this.tasks = tasks;
        this.runtime = runtime;
        this.config = config;
        this.reporter = new StatusReporter(env, store, fence);
        this.probes = new HealthProbes(env, runtime);
        this.reports = new TaskReports(env, reporter, this::lastOutput);
        this.reconciler = new WorkloadReconciler(new WorkloadParts(
                env,
                tasks.lister(),
                runtime,
                materials,
                new TaskMounts(env, runtime, config.volumes(), config.binds()),
                probes,
                reports,
                new TaskEvents(events),
                config,
                clock,
                gate,
                this::wake));
        this.rotate = env.signal();
        this.missed = env.signal();
        // Before the controller's own handler, so that a deleted task's uid is known when its key comes up.
        tasks.addDirectHandler(this::remember);
        this.controller = Controller.named("workload", env)
                .watches(tasks, event -> List.of(event.key()))
                .concurrency(CONCURRENCY)
                .deadline(DEADLINE)
                .reconciler(this::reconcile)
                .build();
    }

    @Override
    public String name() {
        return "workload";
    }

    @Override
    public void start() {
        reporter.start();
        controller.start();
        loops = List.of(
                env.tasks().spawn("container-events", () -> runtime.watch(this::on)),
                env.tasks().spawn("strangers", this::removeStrangers),
                env.tasks().spawn("log-rotation", this::rotateLogs));
    }

    /** Stops deciding; containers go on. */
    @Override
    public void stop() {
        loops.forEach(Task::cancel);
        probes.forgetAll();
        controller.stop();
        reporter.stop();
    }

    @Override
    public Health health() {
        return controller.health();
    }

    /** The images, by digest, of which this server has containers, in whatever state. */
    public Set<String> images() throws InterruptedException {
        return reconciler.images();
    }

    /** What is known of the health of a container; empty when it has no check. */
    public Optional<HealthFacts> health(String containerId) {
        return probes.facts(containerId);
    }

    private Result reconcile(Request request) throws InterruptedException {
        if (tasks.stale()) {
            return reconciler.keepUp(request);
        }
        var uid = deleted.get(request.key());
        if (uid != null) {
            reconciler.remove(uid);
            reports.forget(uid);
            deleted.remove(request.key(), uid);
        }
        return reconciler.reconcile(request);
    }

    private void remember(ResourceEvent<TaskSpec, TaskStatus> event) {
        if (event instanceof ResourceEvent.Deleted<TaskSpec, TaskStatus> gone) {
            deleted.put(gone.key(), gone.last().uid());
        }
    }

    private void wake(ObjectKey key) {
        controller.enqueue(List.of(key));
    }

    private void on(ContainerEvent event) {
        switch (event) {
            case ContainerEvent.Resynchronise again -> {
                wakeAll();
                missed.raise();
            }
            case ContainerEvent.Exited exited -> {
                reconciler.exited(exited.containerId(), exited.exit());
                wakeAll();
            }
            case ContainerEvent.SandboxExited exited -> wakeAll();
            case ContainerEvent.Started started -> {}
            case ContainerEvent.OutOfMemory memory -> {}
        }
    }

    /** On a task of its own: the container runtime may speak long before an engine has answered, which says who is a stranger. */
    private void removeStrangers() throws InterruptedException {
        while (!tasks.awaitAnswer(ANSWER_WAIT)) {
            LOG.atDebug().log("no engine has told this agent's tasks yet");
        }
        // What old copies of tasks left undone is done now.
        wakeAll();
        while (true) {
            missed.await();
            while (!strangersRemoved()) {
                var ignored = missed.await(STRANGERS_RETRY);
            }
        }
    }

    private boolean strangersRemoved() throws InterruptedException {
        try {
            reconciler.removeStrangers();
            return true;
        } catch (RuntimeException failed) {
            LOG.atWarn().setCause(failed).log("cannot look for containers of tasks that are gone");
            return false;
        }
    }

    /** An exit names a container, not a task; looking at all tasks of one server is cheaper than keeping a second map right. */
    private void wakeAll() {
        controller.enqueue(tasks.lister().list().stream().map(Resource::key).toList());
    }

    private List<String> lastOutput(Resource<TaskSpec, TaskStatus> task, Integer attempt) {
        var log = config.logsOf(task.spec().getDeployment(), task.name()).resolve(attempt + ".log");
        var rotation = TaskLogging.rotation(task.spec().getContainer());
        try (var follower = LogFollower.fromTail(log, rotation, OUTPUT_LINES)) {
            return follower.poll().stream().map(line -> line.text()).toList();
        } catch (RuntimeException unreadable) {
            return List.of();
        }
    }

    private void rotateLogs() throws InterruptedException {
        while (!rotate.await(ROTATION_PERIOD)) {
            try {
                for (var container : runtime.list().containers()) {
                    rotate(container);
                }
            } catch (RuntimeException failed) {
                LOG.atWarn().setCause(failed).log("cannot rotate logs");
            }
        }
    }

    private void rotate(ObservedContainer container) throws InterruptedException {
        var name = container.labels().getOrDefault(TaskRuntime.TASK_LABEL, "");
        int slash = name.indexOf('/');
        if (slash < 0 || !(container.state() instanceof ObservedContainer.State.Running)) {
            return;
        }
        var key = Kinds.TASKS.key(name.substring(0, slash), name.substring(slash + 1));
        var task = tasks.lister().lastReadable(key);
        if (task.isPresent() && TaskLogging.kept(task.get().spec().getContainer())) {
            var rotator = new LogRotator(TaskLogging.rotation(task.get().spec().getContainer()), runtime);
            var log =
                    config.logsOf(task.get().spec().getDeployment(), key.name()).resolve(container.attempt() + ".log");
            var ignored = rotator.rotate(container.id(), log);
        }
    }
}
