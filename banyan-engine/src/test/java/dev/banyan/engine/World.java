package dev.banyan.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.kinds.TaskName;
import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.Assignment;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.ResourceAmounts;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A cluster's objects in memory, for tests of one controller: what others would have written is written by the test. */
public final class World {
    public static final Env ENV = new SystemEnv();
    private static final ResourceAmounts CAPACITY = ResourceAmounts.newBuilder()
            .setCpuMilli(4_000)
            .setMemoryBytes(8L << 30)
            .build();

    public final MemoryStore truth = new MemoryStore(ENV);
    public final TappedStore store = new TappedStore(truth);
    private final List<String> told = new CopyOnWriteArrayList<>();
    public final EventRecorder events = new EventRecorder(
            ENV,
            recorded -> recorded.forEach(
                    event -> told.add(event.about().path() + " " + event.reason() + ": " + event.message())));

    /** What was recorded so far, each as {@code object reason: message}; ends the recording. */
    public List<String> told() {
        handOver(events);
        return List.copyOf(told);
    }

    /** Lets a recorder that was not started hand over what it has, and ends it: however slow it is, it is done then. */
    public static void handOver(EventRecorder events) {
        events.start();
        events.stop();
        while (events.health().ready()) {
            Thread.onSpinWait(); // it was not waited for any longer
        }
    }

    /** A cache that is never behind, without indexes. */
    public <S, T> Lister<S, T> lister(Kind<S, T> kind) {
        return lister(kind, Map.of());
    }

    /** A cache that is never behind. */
    public <S, T> Lister<S, T> lister(Kind<S, T> kind, Map<String, Function<Resource<S, T>, List<String>>> indexes) {
        return new Lister<>() {
            @Override
            public Optional<Resource<S, T>> get(ObjectKey key) {
                return truth.get(key, ReadAt.LATEST).map(kind::decode);
            }

            @Override
            public List<Resource<S, T>> list() {
                return World.this.list(kind);
            }

            @Override
            public List<Resource<S, T>> byIndex(String index, String value) {
                var values = indexes.get(index);
                if (values == null) {
                    throw new IllegalArgumentException("no index " + index);
                }
                return list().stream()
                        .filter(resource -> values.apply(resource).contains(value))
                        .toList();
            }

            @Override
            public long revision() {
                return World.this.revision();
            }
        };
    }

    public <S, T> List<Resource<S, T>> list(Kind<S, T> kind) {
        return truth.list(Selection.of(kind.name()), ReadAt.LATEST).objects().stream()
                .map(kind::decode)
                .toList();
    }

    public <S, T> Resource<S, T> get(Kind<S, T> kind, String namespace, String name) {
        return truth.get(kind.key(namespace, name), ReadAt.LATEST)
                .map(kind::decode)
                .orElseThrow();
    }

    public long revision() {
        return truth.list(Selection.EVERYTHING, ReadAt.LATEST).revision();
    }

    public void write(Write... writes) {
        assertThat(truth.commit(Commit.of(writes)).written()).isTrue();
    }

    public <S, T> Resource<S, T> create(Kind<S, T> kind, ObjectKey key, S spec, OwnerReference... owners) {
        write(new Write.Create(Draft.of(key, kind.spec().encode(spec)).ownedBy(owners)));
        return truth.get(key, ReadAt.LATEST).map(kind::decode).orElseThrow();
    }

    public <S, T> void update(Kind<S, T> kind, ObjectKey key, Function<S, S> change) {
        var base = truth.get(key, ReadAt.LATEST).orElseThrow();
        var spec = change.apply(kind.spec().decode(base.spec()));
        write(new Write.Update(base, Draft.from(base).withSpec(kind.spec().encode(spec))));
    }

    public <S, T> void report(Kind<S, T> kind, ObjectKey key, T status) {
        var uid = truth.get(key, ReadAt.LATEST).orElseThrow().meta().uid();
        write(new Write.UpdateStatus(key, uid, kind.status().encode(status)));
    }

    public void delete(ObjectKey key) {
        write(new Write.Delete(
                key, truth.get(key, ReadAt.LATEST).orElseThrow().meta().uid()));
    }

    /** A ready agent with 4 CPUs and 8 GiB. */
    public void agent(String name) {
        agent(name, AgentReportStatus.newBuilder().setCapacity(CAPACITY).build());
    }

    public void agent(String name, AgentReportStatus report) {
        var key = Kinds.AGENTS.key("", name);
        var agent = create(Kinds.AGENTS, key, AgentSpec.getDefaultInstance());
        judge(name, AgentStatus.State.READY);
        var reportKey = Kinds.AGENT_REPORTS.key("", name);
        create(Kinds.AGENT_REPORTS, reportKey, AgentReportSpec.getDefaultInstance(), agent.asOwner());
        report(Kinds.AGENT_REPORTS, reportKey, report);
    }

    public void judge(String agent, AgentStatus.State state) {
        report(
                Kinds.AGENTS,
                Kinds.AGENTS.key("", agent),
                AgentStatus.newBuilder().setState(state).build());
    }

    /** A Deployment of the app {@code name} with release 1 of these services. */
    public ObjectKey app(String name, ServiceManifest... services) {
        var key = Kinds.DEPLOYMENTS.key("default", name);
        var deployment = create(
                Kinds.DEPLOYMENTS,
                key,
                DeploymentSpec.newBuilder().setName(name).setRelease(1).build());
        release(name, 1, services);
        assertThat(deployment.meta().deleting()).isFalse();
        return key;
    }

    /** Another release of an app, which is wanted from now on. */
    public void release(String app, long number, ServiceManifest... services) {
        var deployment = get(Kinds.DEPLOYMENTS, "default", app);
        var spec = ReleaseSpec.newBuilder()
                .setDeployment(app)
                .setNumber(number)
                .setManifest(Manifest.newBuilder().setName(app).addAllServices(List.of(services)))
                .build();
        create(Kinds.RELEASES, Kinds.RELEASES.key("default", app + "." + number), spec, deployment.asOwner());
        if (deployment.spec().getRelease() != number) {
            update(Kinds.DEPLOYMENTS, deployment.key(), before -> before.toBuilder()
                    .setRelease(number)
                    .build());
        }
    }

    /** A wanted task named {@code <app>.<service>.<release>.<slot>.<ordinal>}; {@code agent} is empty for one without. */
    public ObjectKey task(String name, String agent, Function<TaskSpec.Builder, TaskSpec.Builder> more) {
        var parsed = TaskName.parse(name);
        var key = Kinds.TASKS.key("default", name);
        var spec = TaskSpec.newBuilder()
                .setDeployment(parsed.deployment())
                .setService(parsed.service())
                .setRelease(parsed.release())
                .setSlot(parsed.slot())
                .setOrdinal(parsed.ordinal())
                .setDesired(TaskSpec.Desired.RUN);
        if (!agent.isEmpty()) {
            spec.setAssignment(Assignment.newBuilder()
                    .setAgent(agent)
                    .setAgentUid(get(Kinds.AGENTS, "", agent).uid()));
        }
        var labels = new java.util.TreeMap<>(Map.of(Labels.DEPLOYMENT, parsed.deployment()));
        if (!agent.isEmpty()) {
            labels.put(Labels.AGENT, agent);
        }
        write(new Write.Create(
                Draft.of(key, Kinds.TASKS.spec().encode(more.apply(spec).build()))
                        .labelled(labels)));
        return key;
    }

    public ObjectKey task(String name, String agent) {
        return task(name, agent, spec -> spec);
    }

    /** A task that runs, is ready and has an address. */
    public ObjectKey runningTask(String name, String agent, String address) {
        var key = task(name, agent);
        report(
                Kinds.TASKS,
                key,
                TaskStatus.newBuilder()
                        .setState(TaskStatus.State.RUNNING)
                        .setReady(true)
                        .setAddress(address)
                        .build());
        return key;
    }

    public static ServiceManifest service(String name) {
        return ServiceManifest.newBuilder()
                .setName(name)
                .setImage(name + ":1")
                .setReplicas(1)
                .build();
    }

    /** The names of all objects of a kind. */
    public List<String> names(Kind<?, ?> kind) {
        var names = new ArrayList<String>();
        truth.list(Selection.of(kind.name()), ReadAt.LATEST)
                .objects()
                .forEach(object -> names.add(object.key().name()));
        return names;
    }
}
