package dev.banyan.cli.cluster;

import dev.banyan.api.kinds.AgentLabels;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.api.wire.WireErrors;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Changes what people say of an agent, and takes agents out. */
public final class AgentLabelling {
    /** Judgements and registrations write the same object; so often in a row they hardly come between two calls. */
    private static final int ATTEMPTS_MAX = 8;

    private AgentLabelling() {}

    /**
     * Sets and removes labels of one agent; the answer is the agent as it is then.
     *
     * @param changes each {@code NAME=VALUE} or {@code NAME-}
     * @throws ApiException when there is no such agent, or a change is none
     */
    public static AgentSpec change(Store store, String agent, List<String> changes) {
        for (int attempt = 1; ; attempt++) {
            var found = find(store, agent);
            var before = Kinds.AGENTS.decode(found).spec();
            var spec = before.toBuilder()
                    .clearLabels()
                    .putAllLabels(changed(before.getLabelsMap(), changes))
                    .build();
            if (spec.equals(before)) {
                return spec;
            }
            var outcome = store.commit(Commit.of(new Write.Update(
                    found, Draft.from(found).withSpec(Kinds.AGENTS.spec().encode(spec)))));
            if (outcome.written()) {
                return spec;
            }
            if (!(outcome instanceof WriteOutcome.Conflict) || attempt == ATTEMPTS_MAX) {
                throw WireErrors.failure(outcome).orElseThrow();
            }
        }
    }

    /**
     * Takes an agent out of the cluster.
     *
     * @throws ApiException when there is no such agent, or it was not removed
     */
    public static void remove(Store store, String agent) {
        var found = find(store, agent);
        WireErrors.failure(store.commit(
                        Commit.of(new Write.Delete(found.key(), found.meta().uid()))))
                .ifPresent(failure -> {
                    throw failure;
                });
    }

    private static StoredObject find(Store store, String agent) {
        try {
            return store.get(Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, agent), ReadAt.LATEST)
                    .orElseThrow(() -> unknown(agent));
        } catch (IllegalArgumentException malformed) {
            throw unknown(agent); // no agent can have such a name
        }
    }

    private static ApiException unknown(String agent) {
        return new ApiException(
                Reason.NOT_FOUND, "there is no agent \"" + agent + "\"; banyan-cli agents lists those that there are");
    }

    private static Map<String, String> changed(Map<String, String> before, List<String> changes) {
        var labels = new TreeMap<>(before);
        for (var change : changes) {
            var parts = change.split("=", 2);
            if (parts.length == 2) {
                labels.put(parts[0], parts[1]);
            } else if (change.endsWith("-")) {
                labels.remove(change.substring(0, change.length() - 1));
            } else {
                throw refused("\"" + change + "\" is neither NAME=VALUE nor NAME-");
            }
        }
        AgentLabels.problem(labels).ifPresent(problem -> {
            throw refused(problem);
        });
        return labels;
    }

    private static ApiException refused(String why) {
        return new ApiException(Reason.REJECTED, why, Map.of(), List.<Violation>of());
    }
}
