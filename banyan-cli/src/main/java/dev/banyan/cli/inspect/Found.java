package dev.banyan.cli.inspect;

import com.google.protobuf.Message;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.EventSpec;
import dev.banyan.api.v1.EventStatus;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.cli.app.AppEvents;
import dev.banyan.cli.app.Apps;
import dev.banyan.cli.cluster.ClusterApi;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What there is of a name, as items that are printed. */
final class Found {
    /** As many as explain what happened last. */
    private static final int EVENTS_MAX = 10;

    private static final Pattern REPLICA = Pattern.compile("(?:(?<app>[^/]+)/)?(?<service>.+)\\.(?<slot>[0-9]{1,6})");

    private final Store store;
    private final LiveContainers containers;
    private final List<Resource<EventSpec, EventStatus>> events;

    Found(ClusterApi cluster) {
        this.store = cluster.store();
        this.containers = new LiveContainers(cluster);
        this.events = AppEvents.sorted(all(Kinds.EVENTS, Selection.of(Kinds.EVENTS.name())));
    }

    /**
     * All that a word stands for: an app, a task, an agent, {@code [APP/]SERVICE} or {@code [APP/]SERVICE.SLOT}, in this order.
     *
     * @throws ApiException NOT_FOUND when it stands for nothing
     */
    List<Map<String, Object>> items(String word) throws InterruptedException {
        var items = new ArrayList<Map<String, Object>>();
        add(items, Kinds.DEPLOYMENTS, Selection.of(Kinds.DEPLOYMENTS.name()).in(Apps.NAMESPACE), word);
        var tasks = all(Kinds.TASKS, Selection.of(Kinds.TASKS.name()).in(Apps.NAMESPACE));
        addTasks(items, tasks, task -> task.name().equals(word));
        add(items, Kinds.AGENTS, Selection.of(Kinds.AGENTS.name()), word);
        if (items.isEmpty()) {
            services(items, tasks, word);
        }
        if (items.isEmpty()) {
            replica(items, tasks, word);
        }
        if (items.isEmpty()) {
            throw new ApiException(
                    Reason.NOT_FOUND,
                    "there is no app, task, agent or service \"" + word
                            + "\"; banyan-cli ps and banyan-cli agents list what there is");
        }
        return items;
    }

    private <S extends Message, T extends Message> void add(
            List<Map<String, Object>> items, Kind<S, T> kind, Selection selection, String word) {
        all(kind, selection).stream()
                .filter(object -> object.name().equals(word))
                .forEach(object -> items.add(item(kind, object)));
    }

    private void services(List<Map<String, Object>> items, List<Resource<TaskSpec, TaskStatus>> tasks, String word)
            throws InterruptedException {
        int slash = word.indexOf('/');
        var app = slash < 0 ? Optional.<String>empty() : Optional.of(word.substring(0, slash));
        var service = word.substring(slash + 1);
        for (var object :
                all(Kinds.SERVICES, Selection.of(Kinds.SERVICES.name()).in(Apps.NAMESPACE))) {
            boolean named = object.spec().getService().equals(service)
                    && app.filter(name -> !name.equals(object.spec().getDeployment()))
                            .isEmpty();
            if (named) {
                items.add(item(Kinds.SERVICES, object));
                addTasks(
                        items,
                        tasks,
                        task -> task.spec().getService().equals(service)
                                && task.spec()
                                        .getDeployment()
                                        .equals(object.spec().getDeployment()));
            }
        }
    }

    /** The tasks of one replica, those that were replaced too. */
    private void replica(List<Map<String, Object>> items, List<Resource<TaskSpec, TaskStatus>> tasks, String word)
            throws InterruptedException {
        var matcher = REPLICA.matcher(word);
        if (matcher.matches()) {
            var app = Optional.ofNullable(matcher.group("app"));
            addTasks(
                    items,
                    tasks,
                    task -> task.spec().getService().equals(matcher.group("service"))
                            && task.spec().getSlot() == Integer.parseInt(matcher.group("slot"))
                            && app.filter(name -> !name.equals(task.spec().getDeployment()))
                                    .isEmpty());
        }
    }

    private void addTasks(
            List<Map<String, Object>> items,
            List<Resource<TaskSpec, TaskStatus>> tasks,
            Predicate<Resource<TaskSpec, TaskStatus>> wanted)
            throws InterruptedException {
        for (var task : tasks) {
            if (wanted.test(task)) {
                var item = item(Kinds.TASKS, task);
                containers.of(task).ifPresent(facts -> item.put("container", facts));
                items.add(item);
            }
        }
    }

    private <S extends Message, T extends Message> Map<String, Object> item(Kind<S, T> kind, Resource<S, T> object) {
        var item = new LinkedHashMap<String, Object>();
        item.put("kind", kind.name());
        item.put("name", object.name());
        item.put("uid", object.uid());
        item.put("revision", object.meta().revision());
        item.put("labels", object.meta().labels());
        item.put("spec", MessageTree.of(object.spec()));
        item.put("status", MessageTree.of(object.status()));
        if (kind.name().equals(Kinds.AGENTS.name())) {
            report(object.name()).ifPresent(report -> item.put("report", MessageTree.of(report.status())));
        }
        item.put("events", eventsOf(object.key().path()));
        return item;
    }

    private Optional<Resource<AgentReportSpec, AgentReportStatus>> report(String agent) {
        return all(Kinds.AGENT_REPORTS, Selection.of(Kinds.AGENT_REPORTS.name())).stream()
                .filter(report -> report.name().equals(agent))
                .findFirst();
    }

    private List<Map<String, Object>> eventsOf(String path) {
        var own = events.stream()
                .filter(event -> event.spec().getObject().equals(path))
                .toList();
        return own.subList(Math.max(0, own.size() - EVENTS_MAX), own.size()).stream()
                .map(Found::event)
                .toList();
    }

    private static Map<String, Object> event(Resource<EventSpec, EventStatus> event) {
        var item = new LinkedHashMap<String, Object>();
        item.put("last", Instant.ofEpochMilli(event.spec().getLastMs()).toString());
        item.put("count", event.spec().getCount());
        item.put("reason", event.spec().getReason());
        item.put("message", event.spec().getMessage());
        return item;
    }

    private <S, T> List<Resource<S, T>> all(Kind<S, T> kind, Selection selection) {
        return store.list(selection, ReadAt.LATEST).objects().stream()
                .map(kind::decode)
                .toList();
    }
}
