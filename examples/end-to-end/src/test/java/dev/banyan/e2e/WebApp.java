package dev.banyan.e2e;

import dev.banyan.api.kinds.DeploymentName;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.HostContainer;
import dev.banyan.harness.HttpAnswer;
import dev.banyan.harness.Output;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** An app of one service on a cluster: pages, and the name of the replica that serves them, on a published port. */
final class WebApp {
    static final String NAMESPACE = "default";
    private static final Duration SOON = Duration.ofMinutes(3);

    private final Cluster cluster;
    private final String name;
    private final int port;
    private final List<String> tags;

    WebApp(Cluster cluster, String name, int port, String... tags) {
        this.cluster = cluster;
        this.name = name;
        this.port = port;
        this.tags = List.of(tags);
    }

    /** Its Compose file. The shell lets it end at once when told, which httpd as a first process would not. */
    static Path compose(Cluster cluster, String name, int port, int replicas) {
        return file(
                cluster,
                name + ".yaml",
                """
                name: %s
                services:
                  web:
                    image: %s
                    command: ["sh", "-c", "trap 'exit 0' TERM; httpd -f -p 8080 -h /www & wait"]
                    ports: ["%d:8080"]
                    healthcheck:
                      test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/healthz"]
                    deploy:
                      replicas: %d
                """
                        .formatted(name, DemoImage.of("busybox").reference(), port, replicas));
    }

    static Path file(Cluster cluster, String name, String text) {
        try {
            return Files.writeString(cluster.engineServer().state().resolve(name), text);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot write " + name, failure);
        }
    }

    /** Hands it over and waits until so many replicas are ready. */
    void up(int replicas) {
        var words = new ArrayList<>(
                List.of("up", "-f", compose(cluster, name, port, replicas).toString()));
        tags.forEach(tag -> words.addAll(List.of("--tag", tag)));
        cluster.cli(words.toArray(String[]::new)).orFail();
    }

    /** As {@link #up}, until each server has a replica: one that a busy machine kept silent for two seconds gets nothing at that moment. */
    void upOnEach(int replicas) {
        up(replicas);
        Await.until(() -> isOnEach(replicas), SOON, () -> "each server has a replica, not " + containers());
    }

    private boolean isOnEach(int replicas) {
        awaitReplicas(replicas);
        if (agents().noneMatch(agent -> replicasOn(agent).isEmpty())) {
            return true;
        }
        scale(0);
        awaitReplicas(0);
        scale(replicas);
        return false;
    }

    /** Asks for so many replicas, and waits until they are ready. */
    Output scale(int replicas) {
        return cluster.cli("scale", key(), "web=" + replicas).orFail();
    }

    /** Asks for so many replicas, and returns as soon as the cluster has accepted that. */
    void accept(int replicas) {
        cluster.cli("scale", key(), "web=" + replicas, "--detach").orFail();
    }

    String url(int agent, String path) {
        return "http://" + cluster.agentServer(agent).address() + ":" + port + path;
    }

    /** One answer through the agent of that number. */
    HttpAnswer get(int agent, String path) {
        return cluster.outside().get(url(agent, path));
    }

    /** The replicas that answer a number of requests through an agent. */
    Set<String> servedBy(int agent, int requests) {
        return IntStream.range(0, requests)
                .mapToObj(each -> get(agent, "/cgi-bin/whoami"))
                .map(answer -> answer.ok() ? answer.body().split(" ")[0] : answer.toString())
                .collect(Collectors.toSet());
    }

    /** Waits until requests through an agent are answered by these replicas and by nothing else: a load balancer follows later. */
    void awaitServed(int agent, int requests, String... replicas) {
        Await.until(
                () -> servedBy(agent, requests).equals(Set.of(replicas)),
                SOON,
                () -> "agent " + agent + " leads to each of " + List.of(replicas) + " and to nothing else: "
                        + servedBy(agent, requests) + "\n" + cluster.cli("network", "endpoints"));
    }

    /** The containers on all servers, the sandboxes' too. */
    Set<HostContainer> containers() {
        return agents().flatMap(agent -> HostContainer.of(cluster.agentServer(agent)).stream())
                .collect(Collectors.toSet());
    }

    /** The containers of replicas on one server. */
    List<HostContainer> replicasOn(int agent) {
        return HostContainer.appsOf(cluster.agentServer(agent));
    }

    /** The hostnames of the replicas on all servers, sorted; two of one name are twice there. */
    List<String> replicas() {
        return agents().flatMap(agent -> replicasOn(agent).stream())
                .map(HostContainer::hostname)
                .sorted()
                .toList();
    }

    Resource<DeploymentSpec, DeploymentStatus> deployment() {
        return cluster.store()
                .get(Kinds.DEPLOYMENTS.key(NAMESPACE, key()), ReadAt.LATEST)
                .map(Kinds.DEPLOYMENTS::decode)
                .orElseThrow(() -> new AssertionError("there is no app " + key()));
    }

    List<Resource<TaskSpec, TaskStatus>> tasks() {
        var selection =
                Selection.of(Kinds.TASKS.name()).in(NAMESPACE).labelled(LabelSelector.of(Labels.DEPLOYMENT, key()));
        return cluster.store().list(selection, ReadAt.LATEST).objects().stream()
                .map(Kinds.TASKS::decode)
                .toList();
    }

    /** Those that shall run, and run and are well. */
    List<Resource<TaskSpec, TaskStatus>> readyTasks() {
        return tasks().stream()
                .filter(task -> task.spec().getDesired() == TaskSpec.Desired.RUN
                        && task.status().getState() == TaskStatus.State.RUNNING
                        && task.status().getReady()
                        && isThere(task.spec().getAssignment().getAgent()))
                .toList();
    }

    private boolean isThere(String agent) {
        return cluster.store()
                .get(Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, agent), ReadAt.LATEST)
                .map(Kinds.AGENTS::decode)
                .filter(found -> found.status().getState() == AgentStatus.State.READY)
                .isPresent();
    }

    /** How often each task was started, by its name. */
    Map<String, Integer> attempts() {
        return tasks().stream()
                .collect(Collectors.toMap(Resource::name, task -> task.status().getAttempt()));
    }

    /**
     * Waits until the cluster is what so many replicas mean: told so by the app's status, and seen on the servers, one container in one
     * sandbox for each replica and none besides. What is told is of those that are seen: of a container that was killed a moment ago,
     * or while nobody could be told, the status still says that it runs. Nothing is left of tasks that had to go: they leave the store
     * after their containers left their server.
     */
    void awaitReplicas(int wanted) {
        var names = IntStream.range(0, wanted).mapToObj(slot -> "web-" + slot).toList();
        Await.until(
                () -> replicas().equals(names)
                        && containers().size() == 2 * wanted
                        && allReady(wanted)
                        && tasks().size() == wanted
                        && told().equals(seen()),
                SOON,
                () -> "the replicas " + names + " alone, not " + containers() + ", told " + told() + "\n"
                        + cluster.cli("ps", key()) + cluster.cli("agents"));
    }

    private boolean allReady(int wanted) {
        var status = deployment().status();
        return status.getServicesCount() == 1
                && status.getServices(0).getWanted() == wanted
                && status.getServices(0).getReady() == wanted;
    }

    private Set<String> told() {
        return readyTasks().stream().map(task -> task.status().getContainerId()).collect(Collectors.toSet());
    }

    private Set<String> seen() {
        return agents().flatMap(agent -> replicasOn(agent).stream())
                .map(HostContainer::id)
                .collect(Collectors.toSet());
    }

    private Stream<Integer> agents() {
        return IntStream.rangeClosed(1, cluster.agentCount()).boxed();
    }

    private String key() {
        return DeploymentName.of(name, tags);
    }
}
