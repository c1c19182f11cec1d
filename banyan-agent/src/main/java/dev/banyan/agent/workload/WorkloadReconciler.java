package dev.banyan.agent.workload;

import dev.banyan.agent.container.ContainerExit;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.StopOutcome;
import dev.banyan.agent.container.StopSignal;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.material.Materials;
import dev.banyan.agent.volume.disk.TaskMounts;
import dev.banyan.agent.workload.TaskRuntime.Holdings;
import dev.banyan.agent.workload.settings.TaskHealth;
import dev.banyan.agent.workload.settings.TaskTuning;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.controller.Reconciler;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reconciles one Task with the containers on this server: see the package. */
final class WorkloadReconciler implements Reconciler {
    private static final Logger LOG = LoggerFactory.getLogger(WorkloadReconciler.class);

    /** More steps in one go than any real sequence needs: discard, record, start, keep. */
    private static final int STEPS_MAX = 8;

    /** The runtime notices an end within milliseconds of telling it. */
    private static final Duration SWEEP_RETRY = Duration.ofSeconds(1);

    /** Between two wishes for material that no engine gives: an engine that starts is not kept waiting long. */
    private static final Duration MATERIAL_RETRY = Duration.ofSeconds(2);

    private final Lister<TaskSpec, TaskStatus> tasks;
    private final ContainerRuntime runtime;
    private final Materials materials;
    private final TaskRuntime containers;
    private final TaskStarter starter;
    private final TaskMounts mounts;
    private final AttemptRecords records;
    private final HealthProbes probes;
    private final TaskReports reports;
    private final TaskEvents events;
    private final WorkloadConfig config;
    private final BootClock clock;
    private final StopGate gate;
    private final Consumer<ObjectKey> wake;

    WorkloadReconciler(WorkloadParts parts) {
        this.tasks = parts.tasks();
        this.runtime = parts.runtime();
        this.materials = parts.materials();
        this.containers = new TaskRuntime(parts.runtime());
        this.starter = new TaskStarter(parts);
        this.mounts = parts.mounts();
        this.records = new AttemptRecords(parts.config().records());
        this.probes = parts.probes();
        this.reports = parts.reports();
        this.events = parts.events();
        this.config = parts.config();
        this.clock = parts.clock();
        this.gate = parts.gate();
        this.wake = parts.wake();
    }

    @Override
    public Result reconcile(Request request) throws InterruptedException {
        var found = tasks.get(request.key());
        if (found.isEmpty() || !mine(found.get())) {
            return Result.done();
        }
        var task = found.get();
        if (ended(task.status().getState())) {
            cleanUp(task, containers.holdings(task.uid()));
            return Result.done();
        }
        return run(task, step -> true);
    }

    /**
     * As {@link #reconcile} while only an old copy of the Task is known: what shall run is kept running, and nothing is ended. Whoever asks
     * for this asks for the rest once an engine has answered.
     */
    Result keepUp(Request request) throws InterruptedException {
        var found = tasks.get(request.key());
        if (found.isEmpty() || !mine(found.get()) || !shallRun(found.get())) {
            return Result.done();
        }
        return run(found.get(), Step::keepsUp);
    }

    /** The runtime told that a container ended. */
    void exited(String containerId, ContainerExit exit) {
        containers.exited(containerId, exit);
    }

    /** The images, by digest, of which this server has containers, in whatever state. */
    Set<String> images() throws InterruptedException {
        return containers.images();
    }

    /**
     * Takes away what is left of tasks that no longer exist; for when an engine has told which do.
     *
     * @throws dev.banyan.runtime.cache.Quarantined.QuarantinedException when a task cannot be decoded: anything may be its own
     */
    void removeStrangers() throws InterruptedException {
        // In this order: whatever is found was made for a task that the lister shows by now, unless the task is gone.
        var uids = new TreeSet<>(records.uids());
        uids.addAll(mounts.taskUids());
        uids.addAll(materials.uids());
        var inventory = containers.all();
        var known = tasks.lastReadable().stream()
                .filter(this::mine)
                .map(Resource::uid)
                .collect(Collectors.toSet());
        inventory.sandboxes().forEach(s -> uids.add(s.labels().getOrDefault(TaskRuntime.TASK_UID_LABEL, "")));
        inventory.containers().forEach(c -> uids.add(c.labels().getOrDefault(TaskRuntime.TASK_UID_LABEL, "")));
        for (var uid : uids) {
            if (!uid.isEmpty() && !known.contains(uid)) {
                LOG.atInfo().addKeyValue("taskUid", uid).log("removing containers of a task that is gone");
                remove(uid);
            }
        }
    }

    /** The task was deleted: whatever it has here goes. */
    void remove(String taskUid) throws InterruptedException {
        var holdings = containers.holdings(taskUid);
        holdings.containers().forEach(container -> probes.forget(container.id()));
        containers.removeAll(holdings);
        deleteHosts(taskUid);
        mounts.forget(taskUid);
        materials.forget(taskUid);
        // Last: as long as it is there, a restarted agent knows that something of the task may be left.
        records.delete(taskUid);
    }

    private boolean mine(Resource<TaskSpec, TaskStatus> task) {
        return task.spec().getAssignment().getAgentUid().equals(config.agentUid());
    }

    private Result run(Resource<TaskSpec, TaskStatus> task, Predicate<Step> allowed) throws InterruptedException {
        for (int i = 0; i < STEPS_MAX; i++) {
            var holdings = containers.holdings(task.uid());
            var record = record(task, holdings);
            long now = clock.millis();
            var step = new Workload(task.spec(), record, now).next(containers.observed(holdings, now));
            if (!allowed.test(step)) {
                return Result.done();
            }
            var result = perform(step, task, record, holdings);
            if (result.isPresent()) {
                return result.get();
            }
        }
        return Result.requeueAfter(Duration.ofSeconds(1));
    }

    private AttemptRecord record(Resource<TaskSpec, TaskStatus> task, Holdings holdings) {
        var record = records.load(task.uid())
                .map(known -> known.inBoot(clock.bootId()))
                .orElseGet(() -> AttemptRecord.first(task.uid(), task.meta().createRevision(), clock.bootId()));
        // A lost record must not make an attempt number come twice.
        int newest = holdings.newest().map(container -> container.attempt()).orElse(0);
        return record.attempt() >= newest ? record : record.atAttempt(newest);
    }

    /** Does one step; empty when the next one follows at once. */
    private Optional<Result> perform(
            Step step, Resource<TaskSpec, TaskStatus> task, AttemptRecord record, Holdings holdings)
            throws InterruptedException {
        return switch (step) {
            case Step.Start start -> start(task, record, holdings);
            case Step.Keep keep -> keep(task, keep.running(), holdings);
            case Step.RecordEnd end -> recordEnd(task, record, end.ended());
            case Step.Wait wait -> Optional.of(await(task, record, wait));
            case Step.Stop stop -> stop(task, stop.running());
            case Step.Discard discard -> discard(record, holdings);
            case Step.Finish finish -> Optional.of(finish(task, record, finish, holdings));
        };
    }

    private Optional<Result> start(Resource<TaskSpec, TaskStatus> task, AttemptRecord record, Holdings holdings)
            throws InterruptedException {
        var material = materials.prepare(task);
        if (material instanceof Materials.Outcome.Waiting waiting) {
            reports.waiting(task, record.attempt(), waiting.reason());
            return Optional.of(Result.requeueAfter(MATERIAL_RETRY));
        }
        var attempt = record.started();
        records.save(attempt);
        reports.starting(task, attempt.attempt());
        holdings.containers().forEach(container -> probes.forget(container.id()));
        return switch (starter.start(task, attempt.attempt(), holdings, material)) {
            case TaskStarter.Started.Running running -> {
                events.started(task.key());
                yield Optional.empty();
            }
            case TaskStarter.Started.Failed failed -> {
                LOG.atWarn()
                        .addKeyValue("task", task.name())
                        .addKeyValue("reason", failed.reason())
                        .addKeyValue("message", failed.message())
                        .log("attempt failed");
                events.couldNotStart(task.key(), failed);
                var again = attempt.failedHere(clock.millis());
                records.save(again);
                reports.couldNotStart(task, again, failed, delayUntil(again));
                yield Optional.empty();
            }
        };
    }

    private Optional<Result> keep(Resource<TaskSpec, TaskStatus> task, Observed.Running running, Holdings holdings)
            throws InterruptedException {
        if (holdings.isCutOff(running.containerId())) {
            LOG.atWarn().addKeyValue("task", task.name()).log("container lost its sandbox, restarting it");
            reports.running(task, running, false, "its sandbox is gone");
            halt(task, running);
            return Optional.empty();
        }
        var check = TaskHealth.of(task.spec().getContainer(), holdings.annotations(running.containerId()));
        if (check.isEmpty()) {
            reports.running(task, running, true, "");
            return Optional.of(swept(holdings, running));
        }
        var state = probes.watch(running.containerId(), check.get(), now -> {
            events.health(task.key(), now);
            wake.accept(task.key());
        });
        if (state == HealthTracker.State.UNHEALTHY) {
            LOG.atWarn().addKeyValue("task", task.name()).log("container is unhealthy, restarting it");
            reports.running(task, running, false, "unhealthy: " + probes.lastOutput(running.containerId()));
            halt(task, running);
            return Optional.empty();
        }
        boolean ready = state == HealthTracker.State.HEALTHY || wasReady(task, running);
        reports.running(task, running, ready, ready ? "" : "waits for its first successful health check");
        return Optional.of(swept(holdings, running));
    }

    /** An agent that starts again has not asked yet: that is no reason to take away the traffic of a container that was healthy. */
    private static boolean wasReady(Resource<TaskSpec, TaskStatus> task, Observed.Running running) {
        var told = task.status();
        return told.getReady()
                && told.getState() == TaskStatus.State.RUNNING
                && told.getAttempt() == running.attempt()
                && told.getContainerId().equals(running.containerId());
    }

    /** What earlier attempts left is removed once the present one runs. */
    private Result swept(Holdings holdings, Observed.Running running) throws InterruptedException {
        return containers.removeEnded(holdings, running.containerId())
                ? Result.done()
                : Result.requeueAfter(SWEEP_RETRY);
    }

    private Optional<Result> recordEnd(
            Resource<TaskSpec, TaskStatus> task, AttemptRecord record, Observed.Ended ended) {
        probes.forget(ended.containerId());
        long now = clock.millis();
        var next = record.ended(task.spec().getContainer().getRestart(), ended.ranFor(), now);
        records.save(next);
        events.exited(task.key(), ended.exitCode(), ended.reason());
        if (next.nextStartMs() > now) {
            events.backsOff(task.key(), ended.reason());
        }
        LOG.atInfo()
                .addKeyValue("task", task.name())
                .addKeyValue("attempt", ended.attempt())
                .addKeyValue("reason", ended.reason())
                .log("container ended");
        return Optional.empty();
    }

    private Result await(Resource<TaskSpec, TaskStatus> task, AttemptRecord record, Step.Wait wait) {
        if (wait.ended().attempt() > 0) {
            reports.backingOff(task, record, wait.ended(), wait.delay());
        }
        return Result.requeueAfter(wait.delay());
    }

    private Optional<Result> stop(Resource<TaskSpec, TaskStatus> task, Observed.Running running)
            throws InterruptedException {
        var wait = gate.before(task);
        if (!wait.isZero()) {
            return Optional.of(Result.requeueAfter(wait));
        }
        reports.stopping(task, running);
        halt(task, running);
        return Optional.empty();
    }

    private void halt(Resource<TaskSpec, TaskStatus> task, Observed.Running running) throws InterruptedException {
        probes.forget(running.containerId());
        var container = task.spec().getContainer();
        var told = new TaskTuning(container).stopSignal();
        var signal = told.isPresent()
                ? told.get()
                : runtime.imageConfig(ImageReference.parse(container.getImage()))
                        .flatMap(image -> image.stopSignal())
                        .orElse(StopSignal.TERM);
        var grace = Duration.ofMillis(container.getStopGraceMs());
        StopOutcome outcome = runtime.stop(running.containerId(), signal, grace);
        events.stopped(task.key(), outcome, grace);
        LOG.atInfo()
                .addKeyValue("task", task.name())
                .addKeyValue("outcome", outcome)
                .log("container stopped");
    }

    private Optional<Result> discard(AttemptRecord record, Holdings holdings) throws InterruptedException {
        // The container may be all that knows the number of its attempt, which names its log.
        records.save(record);
        for (var container : holdings.containers()) {
            runtime.remove(container.id());
        }
        return Optional.empty();
    }

    /**
     * The end is on disk before it is told, and the ended container stays until the store says that the task ended: without both, the next
     * look at the task, or the next agent, would run it once more.
     */
    private Result finish(
            Resource<TaskSpec, TaskStatus> task, AttemptRecord record, Step.Finish finish, Holdings holdings) {
        holdings.containers().forEach(container -> probes.forget(container.id()));
        if (record.finish().isEmpty()) {
            records.save(record.finished(finish));
            tell(task, finish);
        }
        reports.finished(task, record, finish);
        return Result.done();
    }

    private void tell(Resource<TaskSpec, TaskStatus> task, Step.Finish finish) {
        if (finish.outcome() == Step.Outcome.FAILED) {
            events.gaveUp(task.key());
        } else if (task.spec().getDesired() == TaskSpec.Desired.RUN) {
            events.exited(task.key(), finish.exitCode(), finish.reason());
        }
    }

    private void cleanUp(Resource<TaskSpec, TaskStatus> task, Holdings holdings) throws InterruptedException {
        holdings.containers().forEach(container -> probes.forget(container.id()));
        if (!holdings.isEmpty()) {
            containers.removeAll(holdings);
        }
        deleteHosts(task.uid());
        mounts.forget(task.uid());
        materials.forget(task.uid());
    }

    /** One that stays is tried again, as whatever else a task leaves behind. */
    private void deleteHosts(String taskUid) {
        var file = config.hostsFile(taskUid);
        try {
            var ignored = Files.deleteIfExists(config.hostsDraft(taskUid));
            ignored = Files.deleteIfExists(file);
        } catch (IOException failed) {
            throw new HostException("could not remove " + file, failed);
        }
    }

    private Duration delayUntil(AttemptRecord record) {
        return Duration.ofMillis(Math.max(0, record.nextStartMs() - clock.millis()));
    }

    private static boolean shallRun(Resource<TaskSpec, TaskStatus> task) {
        return task.spec().getDesired() == TaskSpec.Desired.RUN
                && !task.meta().deleting()
                && !ended(task.status().getState());
    }

    private static boolean ended(TaskStatus.State state) {
        return state == TaskStatus.State.EXITED || state == TaskStatus.State.FAILED;
    }
}
