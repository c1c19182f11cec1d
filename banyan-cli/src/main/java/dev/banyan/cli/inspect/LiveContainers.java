package dev.banyan.cli.inspect;

import dev.banyan.api.v1.FactsRequest;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.api.v1.ReachRequest;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.cli.cluster.ClusterApi;
import dev.banyan.cli.cluster.Passage;
import dev.banyan.runtime.resource.Resource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What agents say of the containers of their tasks. An agent that does not answer is a gap with a sentence. For one task. */
final class LiveContainers {
    /** Under the key of a container's facts, when there are none. */
    private static final String MISSING = "missing";

    /** An agent that is heard looks it up in a moment. */
    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

    private final ClusterApi cluster;

    /** Why agents did not answer: none is waited for twice. */
    private final Map<String, String> away = new HashMap<>();

    LiveContainers(ClusterApi cluster) {
        this.cluster = cluster;
    }

    /** Of a task that is placed, the facts of its container, or why they are not known. */
    Optional<Map<String, Object>> of(Resource<TaskSpec, TaskStatus> task) throws InterruptedException {
        if (!task.spec().hasAssignment()) {
            return Optional.empty();
        }
        var agent = task.spec().getAssignment().getAgent();
        var known = away.get(agent);
        if (known != null) {
            return Optional.of(Map.of(MISSING, known));
        }
        var request = ReachRequest.newBuilder()
                .setNamespace(task.key().namespace())
                .setTask(task.name())
                .setFacts(FactsRequest.getDefaultInstance())
                .build();
        try (var passage = cluster.reach(request)) {
            return Optional.of(received(passage));
        } catch (ApiException refused) {
            var why = String.valueOf(refused.getMessage());
            if (refused.reason() == Reason.UNAVAILABLE) {
                away.put(agent, why);
            }
            return Optional.of(Map.of(MISSING, why));
        }
    }

    private static Map<String, Object> received(Passage passage) throws InterruptedException {
        Optional<ReachDown> facts = Optional.empty();
        while (true) {
            var part = passage.receive(ANSWER_MAX)
                    .orElseThrow(() -> new ApiException(
                            Reason.UNAVAILABLE, "the agent did not answer within " + ANSWER_MAX.toSeconds() + " s"));
            if (part.hasFacts()) {
                facts = Optional.of(part);
            } else if (part.hasOutcome()) {
                var outcome = part.getOutcome();
                return facts.map(known -> MessageTree.of(known.getFacts()))
                        .orElseGet(() -> Map.of(MISSING, why(outcome)));
            }
        }
    }

    private static String why(ReachOutcome outcome) {
        return outcome.hasFailure() ? outcome.getFailure().getMessage() : "the agent said nothing of it";
    }
}
