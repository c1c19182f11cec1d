package dev.banyan.agent.reach;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ObservedContainer;
import dev.banyan.agent.container.door.ContainerDoor;
import dev.banyan.agent.container.watch.SandboxWatcher;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.process.SeenNetwork;
import dev.banyan.agent.session.ReachSource;
import dev.banyan.api.v1.ReachFailure;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.api.v1.ReachRequest;
import dev.banyan.runtime.env.Env;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ways into the containers of this agent's tasks. Thread-safe. */
public final class Reaching implements ReachSource {
    private static final Logger LOG = LoggerFactory.getLogger(Reaching.class);

    /** More than people need, and few enough that their pipes and threads do not count. What else is asked for the relay bounds. */
    private static final int COMMANDS_OF_TASK_MAX = 16;

    private final Env env;
    private final ContainerRuntime runtime;
    private final ContainerDoor door;
    private final String taskLabel;
    private final ConcurrentHashMap<String, Integer> open = new ConcurrentHashMap<>(); // commands by task

    /** @param taskLabel whose value on a container is its task, as {@code namespace/name} */
    public Reaching(Env env, ContainerRuntime runtime, ContainerDoor door, String taskLabel) {
        this.env = env;
        this.runtime = runtime;
        this.door = door;
        this.taskLabel = taskLabel;
    }

    @Override
    public ReachOutcome serve(ReachRequest request, Person person) throws InterruptedException {
        var task = request.getNamespace() + "/" + request.getTask();
        boolean command = request.hasExec();
        if (command && open.merge(task, 1, Integer::sum) > COMMANDS_OF_TASK_MAX) {
            left(task);
            return Outcomes.failed(
                    ReachFailure.Kind.TOO_MANY,
                    "people run " + COMMANDS_OF_TASK_MAX + " commands in " + request.getTask()
                            + " already, which is as many as there may be");
        }
        try {
            return opened(request, task, person);
        } catch (ContainerException refused) {
            return Outcomes.failed(kind(refused), String.valueOf(refused.getMessage()));
        } catch (HostException failed) {
            return Outcomes.failed(ReachFailure.Kind.FAILED, String.valueOf(failed.getMessage()));
        } finally {
            if (command) {
                left(task);
            }
        }
    }

    private void left(String task) {
        var ignored = open.computeIfPresent(task, (key, sessions) -> sessions == 1 ? null : sessions - 1);
    }

    private ReachOutcome opened(ReachRequest request, String task, Person person) throws InterruptedException {
        var container = running(task);
        if (container.isEmpty()) {
            return Outcomes.failed(
                    ReachFailure.Kind.ABSENT, "task " + request.getTask() + " has no running container now");
        }
        var id = container.get().id();
        LOG.atInfo()
                .addKeyValue("task", request.getTask())
                .addKeyValue("what", request.getWhatCase())
                .log("a session with a container begins");
        return switch (request.getWhatCase()) {
            case EXEC -> new CommandSession(env, door, person).run(id, request.getExec());
            case READ -> new FileReading(door.process(id), person).read(request.getRead());
            case WRITE -> new FileWriting(door.process(id), person).write(request.getWrite());
            case FORWARD -> forward(task, id, request, person);
            case PROBE, FACTS, WHAT_NOT_SET ->
                Outcomes.failed(ReachFailure.Kind.INVALID, "this agent is too old for what was asked for");
        };
    }

    /** Into the container's own network: who may use an app may not use every program of a server. */
    private ReachOutcome forward(String task, String id, ReachRequest request, Person person)
            throws InterruptedException {
        boolean onServer = runtime.list(taskLabel, task).sandboxes().stream()
                .anyMatch(sandbox ->
                        SandboxWatcher.HOST.equals(sandbox.annotations().get(SandboxWatcher.NETWORK)));
        if (onServer) {
            return Outcomes.failed(
                    ReachFailure.Kind.INVALID,
                    request.getTask() + " is on its server's network, where a port may be any program's;"
                            + " connect to the server's own address, or use exec");
        }
        return new PortSession(env, person, SeenNetwork::dial).connect(door.process(id), request.getForward());
    }

    /** The newest: a container that is stopped to make room for another may run a little longer. */
    private Optional<ObservedContainer> running(String task) throws InterruptedException {
        return runtime.list(taskLabel, task).containers().stream()
                .filter(container -> container.state() instanceof ObservedContainer.State.Running)
                .max(Comparator.comparingInt(ObservedContainer::attempt));
    }

    private static ReachFailure.Kind kind(ContainerException refused) {
        return switch (refused.kind()) {
            case NOT_FOUND, NOT_OWNED -> ReachFailure.Kind.ABSENT;
            case INVALID -> ReachFailure.Kind.INVALID;
            case NAME_RESERVED, UNAVAILABLE, FAILED -> ReachFailure.Kind.FAILED;
        };
    }
}
