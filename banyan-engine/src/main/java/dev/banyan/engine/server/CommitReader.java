package dev.banyan.engine.server;

import dev.banyan.api.events.EventLog;
import dev.banyan.api.kinds.DeploymentName;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.CommitRequest;
import dev.banyan.api.v1.Role;
import dev.banyan.api.v1.WriteOp;
import dev.banyan.api.wire.WireCommits;
import dev.banyan.api.wire.WireErrors;
import dev.banyan.api.wire.WireObjects;
import dev.banyan.engine.definition.DefinedKinds;
import dev.banyan.engine.server.call.AccessTable.Action;
import dev.banyan.engine.server.call.Answers;
import dev.banyan.engine.server.call.Caller;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Codec;
import dev.banyan.runtime.resource.DecodeException;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.Map;

/** Makes a commit of a request: every part is judged, and content that could not be read again is refused. Thread-safe. */
final class CommitReader {
    private final ObjectAccess access;
    private final KindContent content;
    private final Store store;

    CommitReader(ObjectAccess access, DefinedKinds kinds, Store store) {
        this.access = access;
        this.content = new KindContent(kinds);
        this.store = store;
    }

    /** Throws {@link dev.banyan.api.wire.ApiException} for the first part that is refused. */
    Commit read(Caller caller, CommitRequest request) {
        var conditions =
                request.getConditionsList().stream().map(WireCommits::condition).toList();
        conditions.forEach(condition -> access.require(caller, Action.READ, condition.key()));
        var writes = request.getWritesList().stream()
                .map(write -> write(caller, write))
                .toList();
        return new Commit(content.guarded(conditions, writes), writes);
    }

    /** True when {@code key} stands in a condition that was added here. */
    boolean guards(Commit commit, CommitRequest request, ObjectKey key) {
        return commit.preconditions().stream()
                .skip(request.getConditionsCount())
                .anyMatch(guard -> guard.key().equals(key));
    }

    private Write write(Caller caller, WriteOp write) {
        return switch (write.getWriteCase()) {
            case CREATE -> create(caller, write.getCreate());
            case UPDATE -> update(caller, write.getUpdate());
            case UPDATE_STATUS -> updateStatus(caller, write.getUpdateStatus());
            case DELETE -> {
                var key = WireObjects.key(write.getDelete().getKey());
                access.require(caller, Action.DELETE, key);
                yield new Write.Delete(key, write.getDelete().getUid());
            }
            case WRITE_NOT_SET -> throw new IllegalArgumentException("a write without a kind");
        };
    }

    private Write create(Caller caller, WriteOp.Create create) {
        var draft = WireCommits.draft(create.getDraft());
        access.require(caller, Action.CREATE, draft);
        requireReadable(draft.key(), draft.spec());
        requireOwnStory(caller, draft);
        return new Write.Create(draft);
    }

    private Write update(Caller caller, WriteOp.Update update) {
        var draft = WireCommits.draft(update.getDraft());
        var base = store.get(draft.key(), new ReadAt.AtLeast(update.getBaseRevision()))
                .orElseThrow(() -> WireErrors.failure(new WriteOutcome.NotFound(draft.key()))
                        .orElseThrow());
        // Who reports on objects of a registered kind finalizes them too.
        var action = KindContent.isFinalizing(base, draft) ? Action.REPORT : Action.UPDATE;
        // Both: nobody may take an object that is not his by relabelling it, nor give his away.
        access.require(caller, action, base);
        access.require(caller, action, draft);
        if (base.meta().revision() != update.getBaseRevision()) {
            throw WireErrors.failure(
                            new WriteOutcome.Conflict(draft.key(), base.meta().revision()))
                    .orElseThrow();
        }
        requireReadable(draft.key(), draft.spec());
        requireKept(caller, base, draft);
        requireOwnStory(caller, draft);
        return new Write.Update(base, draft);
    }

    private Write updateStatus(Caller caller, WriteOp.UpdateStatus update) {
        var key = WireObjects.key(update.getKey());
        access.require(caller, Action.REPORT, key);
        var status = WireCommits.status(update);
        Kinds.named(key.kind()).ifPresent(kind -> requireDecodes(kind.status(), status, "status"));
        content.requireStatus(key, status);
        return new Write.UpdateStatus(key, update.getUid(), status);
    }

    private void requireReadable(ObjectKey key, Bytes spec) {
        content.requireSpec(key, spec);
        Kinds.named(key.kind()).ifPresent(kind -> {
            boolean cluster = key.namespace().equals(ObjectKey.CLUSTER_SCOPE);
            if (cluster != (kind.scope() == Kind.Scope.CLUSTER)) {
                throw Answers.rejected("key.namespace", key + " is in the wrong scope for its kind");
            }
            requireDecodes(kind.spec(), spec, "spec");
        });
    }

    private static void requireDecodes(Codec<?> codec, Bytes content, String half) {
        try {
            var ignored = codec.decode(content);
        } catch (DecodeException malformed) {
            throw Answers.rejected(half, String.valueOf(malformed.getMessage()));
        }
    }

    /** What registration gave an agent is not a person's to change: other agents route by it. */
    private static void requireKept(Caller caller, StoredObject base, Draft draft) {
        if (caller.role() == Role.ENGINE || !draft.key().kind().equals(Kinds.AGENTS.name())) {
            return;
        }
        AgentSpec before = Kinds.AGENTS.spec().decode(base.spec());
        AgentSpec after = Kinds.AGENTS.spec().decode(draft.spec());
        if (!before.getSubnet().equals(after.getSubnet())) {
            throw Answers.rejected("spec.subnet", "is written at registration only");
        }
        if (before.getCertificatesFromMs() != after.getCertificatesFromMs()) {
            throw Answers.rejected("spec.certificates_from_ms", "is written at joining only");
        }
    }

    /** An agent tells of itself and of its tasks, under its own name: people believe what they read there. */
    private void requireOwnStory(Caller caller, Draft draft) {
        if (caller.role() != Role.AGENT || !draft.key().kind().equals(Kinds.EVENTS.name())) {
            return;
        }
        var spec = Kinds.EVENTS.spec().decode(draft.spec());
        if (!spec.getReporter().equals(EventLog.reporterOfAgent(caller.name()))) {
            throw Answers.rejected("spec.reporter", "is " + EventLog.reporterOfAgent(caller.name()));
        }
        var about = about(spec.getObject());
        if (about.kind().equals(Kinds.TASKS.name())) {
            access.require(caller, Action.REPORT, about);
        } else if (!about.equals(Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, caller.name()))) {
            throw Answers.rejected("spec.object", "is agents/-/" + caller.name() + " or one of its tasks");
        }
        var deployment = DeploymentName.owning(about).orElse("");
        var labels = deployment.isEmpty() ? Map.of() : Map.of(Labels.DEPLOYMENT, deployment);
        if (!spec.getDeployment().equals(deployment) || !draft.labels().equals(labels)) {
            throw Answers.rejected("spec.deployment", about + " belongs to '" + deployment + "'");
        }
    }

    private static ObjectKey about(String path) {
        var parts = path.split("/", -1);
        if (parts.length != 3) {
            throw Answers.rejected("spec.object", "is kind/namespace/name, not '" + path + "'");
        }
        return new ObjectKey(parts[0], parts[1], parts[2]);
    }
}
