package dev.banyan.agent.farewell;

import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.EndpointsSpec;
import dev.banyan.api.v1.EndpointsStatus;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/** Lets a container be stopped when nobody leads to it any more. See the package. Thread-safe. */
public final class Farewell {
    /** For the others to follow; less for a container that is given less to end. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration LOOK = Duration.ofMillis(50);

    private final Env env;
    private final Informer<AgentSpec, AgentStatus> agents;
    private final Informer<AgentReportSpec, AgentReportStatus> reports;
    private final EventRecorder events;
    private final Removals removals = new Removals();
    private final Map<String, Long> asked = new ConcurrentHashMap<>(); // nanoseconds, by uid

    /** {@code waited} is told each revision that somebody may wait for, so that it is reported soon. */
    public Farewell(
            Env env,
            Informer<AgentSpec, AgentStatus> agents,
            Informer<AgentReportSpec, AgentReportStatus> reports,
            Informer<EndpointsSpec, EndpointsStatus> endpoints,
            EventRecorder events,
            LongConsumer waited) {
        this.env = env;
        this.agents = agents;
        this.reports = reports;
        this.events = events;
        endpoints.addDirectHandler(event -> removals.changed(event).ifPresent(waited));
    }

    /** Zero when the container of {@code task} may be stopped now, otherwise how long to wait before asking again. */
    public Duration before(Resource<TaskSpec, TaskStatus> task) {
        var uid = task.uid();
        var behind = behind(uid);
        if (behind.isEmpty()) {
            asked.remove(uid);
            return Duration.ZERO;
        }
        long began = asked.computeIfAbsent(uid, first -> env.time().nanos());
        if (env.time().since(began).compareTo(patience(task)) < 0) {
            return LOOK;
        }
        asked.remove(uid);
        events.warning(
                task.key(),
                "StoppedUnconfirmed",
                "stopped although " + String.join(", ", behind)
                        + " did not confirm within " + patience(task).toMillis()
                        + " ms that nothing is led to it any more: connections through there may fail");
        return Duration.ZERO;
    }

    private static Duration patience(Resource<TaskSpec, TaskStatus> task) {
        var grace = Duration.ofMillis(task.spec().getContainer().getStopGraceMs());
        return grace.compareTo(PATIENCE) < 0 ? grace : PATIENCE;
    }

    /** Who may still lead to the task of this uid, in words; nobody where no engine has told of agents. */
    private List<String> behind(String uid) {
        if (removals.leads(uid)) {
            return List.of("the cluster's endpoints");
        }
        var removed = removals.revision(uid);
        if (removed.isEmpty()) {
            return List.of();
        }
        var ready = ready();
        var applied = new TreeMap<String, Long>();
        reports.lister().lastReadable().stream()
                .filter(report -> ready.contains(report.name()))
                .forEach(report -> applied.put(report.name(), report.status().getAppliedRevision()));
        return applied.entrySet().stream()
                .filter(agent -> agent.getValue() < removed.getAsLong())
                .map(agent -> "agent " + agent.getKey())
                .toList();
    }

    private Set<String> ready() {
        return agents.lister().lastReadable().stream()
                .filter(agent -> agent.status().getState() == AgentStatus.State.READY)
                .map(Resource::name)
                .collect(Collectors.toSet());
    }
}
