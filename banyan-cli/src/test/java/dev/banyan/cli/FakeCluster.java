package dev.banyan.cli;

import com.google.protobuf.ByteString;
import dev.banyan.api.kinds.DeploymentName;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.kinds.TaskName;
import dev.banyan.api.registry.Registry;
import dev.banyan.api.v1.AcceptRestoreRequest;
import dev.banyan.api.v1.AcceptRestoreResponse;
import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.ApplyRequest;
import dev.banyan.api.v1.ApplyResponse;
import dev.banyan.api.v1.Assignment;
import dev.banyan.api.v1.CreateTokenRequest;
import dev.banyan.api.v1.CreateTokenResponse;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.EventSpec;
import dev.banyan.api.v1.KindDefinitionSpec;
import dev.banyan.api.v1.ListImagesResponse;
import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.LogRequest;
import dev.banyan.api.v1.MirrorRequest;
import dev.banyan.api.v1.Mirrored;
import dev.banyan.api.v1.MissingContentsRequest;
import dev.banyan.api.v1.MissingContentsResponse;
import dev.banyan.api.v1.PlanResponse;
import dev.banyan.api.v1.PruneImagesRequest;
import dev.banyan.api.v1.PruneImagesResponse;
import dev.banyan.api.v1.PutContentRequest;
import dev.banyan.api.v1.ReachRequest;
import dev.banyan.api.v1.RemoveKindRequest;
import dev.banyan.api.v1.RemoveKindResponse;
import dev.banyan.api.v1.RemoveRequest;
import dev.banyan.api.v1.RemoveResponse;
import dev.banyan.api.v1.RemoveValueRequest;
import dev.banyan.api.v1.RemoveValueResponse;
import dev.banyan.api.v1.RemoveVolumeRequest;
import dev.banyan.api.v1.RemoveVolumeResponse;
import dev.banyan.api.v1.ScaleRequest;
import dev.banyan.api.v1.ScaleResponse;
import dev.banyan.api.v1.SetValueRequest;
import dev.banyan.api.v1.SetValueResponse;
import dev.banyan.api.v1.StatusResponse;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.cli.cluster.ClusterApi;
import dev.banyan.cli.cluster.LogStream;
import dev.banyan.cli.cluster.Passage;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.Function;

/** A cluster in memory: its verbs write what an engine would, and a test plays the controllers and agents. */
public final class FakeCluster implements ClusterApi {
    private PlanResponse planned = PlanResponse.getDefaultInstance();
    /** Its registry. */
    public final FakeShelf shelf = new FakeShelf();

    private final MemoryStore store;
    private Store read;
    private final Queue<RuntimeException> failures = new ArrayDeque<>();
    private final List<RemoveKindRequest> removals = new ArrayList<>();
    private final List<CreateTokenRequest> tokens = new ArrayList<>();
    private final List<LogRequest> logRequests = new ArrayList<>();
    private final List<RemoveVolumeRequest> removedVolumes = new ArrayList<>();
    private ApplyRequest applied = ApplyRequest.getDefaultInstance();
    private ApplyRequest asked = ApplyRequest.getDefaultInstance();
    private final List<AcceptRestoreRequest> accepted = new ArrayList<>();
    private final Map<String, ByteString> contents = new TreeMap<>();
    private final List<SetValueRequest> values = new ArrayList<>();
    private final List<RemoveValueRequest> removedValues = new ArrayList<>();
    private List<LogLine> logLines = List.of();
    private Function<ReachRequest, Passage> passages = request -> {
        throw new ApiException(Reason.UNAVAILABLE, "nobody is let in");
    };
    private Runnable afterWrite = () -> {};
    private StatusResponse status = StatusResponse.getDefaultInstance();

    public FakeCluster(Env env) {
        this.store = new MemoryStore(env);
        this.read = store;
    }

    /** The next verb fails so. */
    public void failNext(RuntimeException failure) {
        failures.add(failure);
    }

    /** Runs after each accepted verb, as the controllers would. */
    public void afterWrite(Runnable action) {
        afterWrite = action;
    }

    public void answerStatus(StatusResponse answer) {
        status = answer;
    }

    public void answerLogs(List<LogLine> lines) {
        logLines = lines;
    }

    /** What was applied last. */
    public ApplyRequest applied() {
        return applied;
    }

    /** What was planned last. */
    public ApplyRequest asked() {
        return asked;
    }

    public List<LogRequest> logRequests() {
        return logRequests;
    }

    public Resource<DeploymentSpec, DeploymentStatus> deployment(String name) {
        return store.get(deploymentKey(name), ReadAt.LATEST)
                .map(Kinds.DEPLOYMENTS::decode)
                .orElseThrow();
    }

    public void report(String name, DeploymentStatus.Builder newStatus) {
        var deployment = deployment(name);
        newStatus
                .setRelease(deployment.spec().getRelease())
                .setObservedGeneration(deployment.meta().generation());
        writeStatus(Kinds.DEPLOYMENTS, deployment.key(), newStatus.build());
    }

    /** Adds a task of the wanted release; {@code agent} is empty for one that is not placed. */
    public void task(String app, String service, int slot, String agent, TaskStatus newStatus) {
        var spec = TaskSpec.newBuilder()
                .setDeployment(app)
                .setService(service)
                .setSlot(slot)
                .setRelease(deployment(app).spec().getRelease())
                .setDesired(TaskSpec.Desired.RUN);
        if (!agent.isEmpty()) {
            spec.setAssignment(Assignment.newBuilder().setAgent(agent));
        }
        var name = new TaskName(app, service, spec.getRelease(), slot, 0).toString();
        var key = Kinds.TASKS.key("default", name);
        var draft = Draft.of(key, Kinds.TASKS.spec().encode(spec.build())).labelled(Map.of(Labels.DEPLOYMENT, app));
        commit(new Write.Create(draft));
        writeStatus(Kinds.TASKS, key, newStatus);
    }

    /** Replaces the status of a task that {@link #task} made. */
    public void restatus(String app, String service, int slot, TaskStatus newStatus) {
        var release = deployment(app).spec().getRelease();
        var key = Kinds.TASKS.key("default", new TaskName(app, service, release, slot, 0).toString());
        writeStatus(Kinds.TASKS, key, newStatus);
    }

    public void agent(String name, AgentStatus.State state, String address, String... tags) {
        var key = Kinds.AGENTS.key("-", name);
        var spec = AgentSpec.newBuilder().addAllTags(List.of(tags)).build();
        commit(new Write.Create(Draft.of(key, Kinds.AGENTS.spec().encode(spec))));
        writeStatus(Kinds.AGENTS, key, AgentStatus.newBuilder().setState(state).build());
        var reportKey = Kinds.AGENT_REPORTS.key("-", name);
        commit(new Write.Create(
                Draft.of(reportKey, Kinds.AGENT_REPORTS.spec().encode(AgentReportSpec.getDefaultInstance()))));
        var report = AgentReportStatus.newBuilder().setHostAddress(address).setPlatform("linux/amd64");
        report.getCapacityBuilder().setCpuMilli(1900).setMemoryBytes(2048L * 1024 * 1024);
        writeStatus(Kinds.AGENT_REPORTS, reportKey, report.build());
    }

    /** Writes an event, over the one of that name if there is one, whose count then is 2. */
    public void event(String name, String object, EventSpec.Severity severity, String reason, long lastMs) {
        var key = Kinds.EVENTS.key("default", name);
        var before = store.get(key, ReadAt.LATEST);
        var app = object.startsWith("agents/") ? "" : object.split("/", -1)[2].split("\\.", -1)[0];
        var spec = EventSpec.newBuilder()
                .setObject(object)
                .setSeverity(severity)
                .setReason(reason)
                .setMessage("about " + name)
                .setCount(before.isPresent() ? 2 : 1)
                .setFirstMs(lastMs)
                .setLastMs(lastMs)
                .setReporter("engine/e1")
                .setDeployment(app)
                .build();
        var labels = app.isEmpty() ? Map.<String, String>of() : Map.of(Labels.DEPLOYMENT, app);
        var draft = Draft.of(key, Kinds.EVENTS.spec().encode(spec)).labelled(labels);
        commit(before.<Write>map(base -> new Write.Update(base, draft)).orElseGet(() -> new Write.Create(draft)));
    }

    /** Answers reads and watches from {@code other}; the verbs still write to this cluster's own. */
    public void reading(Store other) {
        read = other;
    }

    public <S, T> void writeStatus(Kind<S, T> kind, ObjectKey key, T value) {
        var uid = store.get(key, ReadAt.LATEST).orElseThrow().meta().uid();
        commit(new Write.UpdateStatus(key, uid, kind.status().encode(value)));
    }

    /** What the deployment controller does once nothing runs. */
    public void finishRemoval(String name) {
        var deployment = deployment(name);
        var stored = Kinds.DEPLOYMENTS.encode(deployment);
        commit(new Write.Update(stored, Draft.from(stored).finalizedBy(List.of())));
    }

    @Override
    public Store store() {
        return read;
    }

    /** The contents that were put, with the bytes of their parts. */
    public Map<String, ByteString> contents() {
        return contents;
    }

    @Override
    public MissingContentsResponse missingContents(MissingContentsRequest request) {
        return MissingContentsResponse.newBuilder()
                .addAllContents(request.getContentsList().stream()
                        .filter(content -> !contents.containsKey(content))
                        .toList())
                .build();
    }

    @Override
    public void putContent(PutContentRequest request) {
        contents.merge(request.getContent(), request.getData(), ByteString::concat);
    }

    @Override
    public SetValueResponse setValue(SetValueRequest request) {
        failIfDue();
        values.add(request);
        return SetValueResponse.newBuilder().setChanged(true).build();
    }

    @Override
    public RemoveValueResponse removeValue(RemoveValueRequest request) {
        failIfDue();
        removedValues.add(request);
        return RemoveValueResponse.getDefaultInstance();
    }

    /** The values that were to be kept. */
    public List<SetValueRequest> values() {
        return values;
    }

    /** The values that were to be forgotten. */
    public List<RemoveValueRequest> removedValues() {
        return removedValues;
    }

    @Override
    public ApplyResponse apply(ApplyRequest request) {
        failIfDue();
        applied = request;
        var name = DeploymentName.of(request.getManifest().getName(), request.getTagsList());
        var found = store.get(deploymentKey(name), ReadAt.LATEST).map(Kinds.DEPLOYMENTS::decode);
        if (request.getExpectedRevision()
                != found.map(there -> there.meta().revision()).orElse(0L)) {
            throw new ApiException(Reason.CONFLICT, "somebody changed " + name);
        }
        long release = found.map(there -> there.spec().getRelease()).orElse(0L) + 1;
        var spec = DeploymentSpec.newBuilder()
                .setName(request.getManifest().getName())
                .addAllTags(request.getTagsList())
                .setRelease(release)
                .build();
        var encoded = Kinds.DEPLOYMENTS.spec().encode(spec);
        var fresh = Draft.of(deploymentKey(name), encoded).finalizedBy(List.of("banyan/tasks"));
        long revision = commit(found.<Write>map(there -> {
                    var stored = Kinds.DEPLOYMENTS.encode(there);
                    return new Write.Update(stored, Draft.from(stored).withSpec(encoded));
                })
                .orElseGet(() -> new Write.Create(fresh)));
        afterWrite.run();
        return ApplyResponse.newBuilder()
                .setDeployment(name)
                .setRelease(release)
                .setRevision(revision)
                .setChanged(true)
                .build();
    }

    /** What {@link #plan} answers. */
    public void planned(PlanResponse response) {
        planned = response;
    }

    @Override
    public PlanResponse plan(ApplyRequest request) {
        asked = request;
        failIfDue();
        return planned;
    }

    @Override
    public ScaleResponse scale(ScaleRequest request) {
        failIfDue();
        var stored = Kinds.DEPLOYMENTS.encode(deployment(request.getDeployment()));
        var spec = deployment(request.getDeployment()).spec().toBuilder()
                .putAllScale(request.getReplicasMap())
                .build();
        long revision = commit(new Write.Update(
                stored, Draft.from(stored).withSpec(Kinds.DEPLOYMENTS.spec().encode(spec))));
        afterWrite.run();
        return ScaleResponse.newBuilder().setRevision(revision).build();
    }

    @Override
    public RemoveResponse remove(RemoveRequest request) {
        failIfDue();
        var deployment = deployment(request.getDeployment());
        long revision = commit(new Write.Delete(deployment.key(), deployment.uid()));
        afterWrite.run();
        var response = RemoveResponse.newBuilder().setRevision(revision);
        if (request.getVolumes()) {
            store.list(Selection.of(Kinds.VOLUMES.name()), ReadAt.LATEST).objects().stream()
                    .map(object -> object.key().name())
                    .forEach(response::addVolumes);
        }
        return response.build();
    }

    @Override
    public RemoveVolumeResponse remove(RemoveVolumeRequest request) {
        failIfDue();
        removedVolumes.add(request);
        return RemoveVolumeResponse.getDefaultInstance();
    }

    /** What was asked for so far. */
    public List<RemoveVolumeRequest> removedVolumes() {
        return removedVolumes;
    }

    /** What was accepted so far. */
    public List<AcceptRestoreRequest> accepted() {
        return accepted;
    }

    @Override
    public AcceptRestoreResponse acceptRestore(AcceptRestoreRequest request) {
        failIfDue();
        accepted.add(request);
        return AcceptRestoreResponse.newBuilder()
                .setRevision(request.getSeen() + 1)
                .build();
    }

    /** Kinds whose removal was asked for. */
    public List<RemoveKindRequest> removals() {
        return removals;
    }

    /** Tokens that were asked for. */
    public List<CreateTokenRequest> tokens() {
        return tokens;
    }

    /** A kind as registration would leave it. */
    public void define(String kind, KindDefinitionSpec.Builder definition) {
        var spec = definition.setVersion(1).setAuthor("controller/dns").build();
        commit(new Write.Create(Draft.of(
                Kinds.DEFINITIONS.key("-", kind), Kinds.DEFINITIONS.spec().encode(spec))));
    }

    @Override
    public RemoveKindResponse remove(RemoveKindRequest request) {
        failIfDue();
        removals.add(request);
        var definition = store.get(Kinds.DEFINITIONS.key("-", request.getKind()), ReadAt.LATEST)
                .orElseThrow(() -> new ApiException(Reason.NOT_FOUND, "no kind " + request.getKind()));
        boolean empty = store.list(Selection.of(request.getKind()), ReadAt.LATEST)
                .objects()
                .isEmpty();
        if (empty) {
            commit(new Write.Delete(definition.key(), definition.meta().uid()));
        }
        afterWrite.run();
        return RemoveKindResponse.newBuilder().setRemoved(empty).build();
    }

    @Override
    public CreateTokenResponse createToken(CreateTokenRequest request) {
        failIfDue();
        tokens.add(request);
        return CreateTokenResponse.newBuilder().setToken("id.secret.authority").build();
    }

    @Override
    public StatusResponse status() {
        failIfDue();
        return status;
    }

    @Override
    public LogStream logs(LogRequest request) {
        failIfDue();
        logRequests.add(request);
        var lines = new ArrayDeque<>(logLines);
        return new LogStream() {
            @Override
            public Next next(Duration atMost) {
                return lines.isEmpty() ? new Next.End() : new Next.Line(lines.remove());
            }

            @Override
            public void close() {}
        };
    }

    /** What answers sessions with containers from now on. */
    public void letIn(Function<ReachRequest, Passage> answers) {
        passages = answers;
    }

    /** What {@link #letIn} was told last. */
    public Function<ReachRequest, Passage> lettingIn() {
        return passages;
    }

    @Override
    public Passage reach(ReachRequest request) {
        failIfDue();
        return passages.apply(request);
    }

    @Override
    public Mirrored mirror(MirrorRequest request, Moving moving) {
        return shelf.mirror(request, moving);
    }

    @Override
    public ListImagesResponse listImages() {
        failIfDue();
        return shelf.stock();
    }

    @Override
    public PruneImagesResponse pruneImages(PruneImagesRequest request) {
        failIfDue();
        return shelf.prune(request);
    }

    @Override
    public Registry images() {
        return shelf.open();
    }

    @Override
    public void close() {}

    private void failIfDue() {
        if (!failures.isEmpty()) {
            throw failures.remove();
        }
    }

    private long commit(Write write) {
        return switch (store.commit(Commit.of(write))) {
            case WriteOutcome.Written written -> written.revision();
            case WriteOutcome other -> throw new AssertionError(other);
        };
    }

    private static ObjectKey deploymentKey(String name) {
        return Kinds.DEPLOYMENTS.key("default", name);
    }
}
