package dev.banyan.cli.network;

import dev.banyan.api.v1.ProbeRequest;
import dev.banyan.api.v1.ReachFailure;
import dev.banyan.api.v1.ReachRequest;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.cli.cluster.ClusterApi;
import dev.banyan.cli.network.Tried.Verdict;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntConsumer;

/** Has agents try what is planned, several agents at a time. What cannot be asked of one is a gap, and the others go on. */
final class CheckRun {
    /** Agents asked at a time: each has a stream of its own on one connection. */
    private static final int AGENTS_AT_ONCE = 8;

    /** What an agent takes at a time. */
    private static final int BATCH = 500;

    /** An engine that dies is replaced within this time, or the agent's lines are a gap. */
    private static final int TRIES = 4;

    private static final Duration PAUSE = Duration.ofMillis(500);

    private static final Duration LOOK = Duration.ofMillis(500);

    private final Env env;
    private final ClusterApi cluster;
    private final CheckWords words;
    private final Limits limits;
    private final Queue<Tried> results = new ConcurrentLinkedQueue<>();

    /**
     * How long it may take.
     *
     * @param each for one attempt
     * @param deadlineNanos of the clock for durations: what was not tried until then is a gap
     */
    record Limits(Duration each, long deadlineNanos) {}

    CheckRun(Env env, ClusterApi cluster, CheckWords words, Limits limits) {
        this.env = env;
        this.cluster = cluster;
        this.words = words;
        this.limits = limits;
    }

    /** Tries everything, and tells now and then how many results there are. */
    List<Tried> all(Map<String, List<Attempt>> attempts, IntConsumer progress) throws InterruptedException {
        var waiting = new ConcurrentLinkedQueue<>(attempts.values());
        var tasks = new ArrayList<Task>();
        try {
            for (int i = 0; i < Math.min(AGENTS_AT_ONCE, attempts.size()); i++) {
                tasks.add(env.tasks().spawn("check", () -> some(waiting)));
            }
            for (var task : tasks) {
                while (!task.join(LOOK)) {
                    progress.accept(results.size());
                }
            }
        } finally {
            tasks.forEach(Task::cancel);
        }
        return List.copyOf(results);
    }

    private void some(Queue<List<Attempt>> waiting) throws InterruptedException {
        for (var next = waiting.poll(); next != null; next = waiting.poll()) {
            for (int from = 0; from < next.size(); from += BATCH) {
                batch(next.subList(from, Math.min(next.size(), from + BATCH)));
            }
        }
    }

    /** What an engine that went away left untried is asked of the next one. */
    private void batch(List<Attempt> attempts) throws InterruptedException {
        var left = new LinkedHashMap<Integer, Attempt>();
        for (int i = 0; i < attempts.size(); i++) {
            left.put(i, attempts.get(i));
        }
        var reason = "time was over before it was tried; give more with --within";
        for (int tried = 1; !left.isEmpty() && !late() && tried <= TRIES; tried++) {
            try {
                var refusal = ask(left);
                if (!refusal.isEmpty()) {
                    reason = refusal;
                    break;
                }
            } catch (ApiException broken) {
                reason = String.valueOf(broken.getMessage());
                if (broken.reason() != Reason.UNAVAILABLE) {
                    break;
                }
                var ignored = env.signal().await(PAUSE);
            }
        }
        for (var attempt : left.values()) {
            results.add(new Tried(attempt.from(), attempt.to(), attempt.what(), new Verdict.Gap(reason), 0));
        }
    }

    private boolean late() {
        return env.time().nanos() - limits.deadlineNanos() >= 0;
    }

    /** Takes out of {@code left} what was tried; why nothing was, or nothing. */
    private String ask(Map<Integer, Attempt> left) throws InterruptedException {
        var order = List.copyOf(left.keySet());
        var attempts = List.copyOf(left.values());
        var request = ProbeRequest.newBuilder()
                .setAgent(attempts.getFirst().from())
                .setTimeoutMs(limits.each().toMillis())
                .addAllProbes(attempts.stream().map(Attempt::probe).toList());
        try (var passage =
                cluster.reach(ReachRequest.newBuilder().setProbe(request).build())) {
            while (!late()) {
                var part = passage.receive(LOOK);
                if (part.isPresent() && part.get().hasProbed()) {
                    var result = part.get().getProbed();
                    var attempt = left.remove(order.get(result.getIndex()));
                    if (attempt != null) {
                        results.add(words.tried(attempt, result));
                    }
                } else if (part.isPresent() && part.get().hasOutcome()) {
                    return refusal(part.get().getOutcome().getFailure());
                }
            }
            return "";
        }
    }

    /** An agent that knows of no such thing looks for a container without a name. */
    private static String refusal(ReachFailure failure) {
        return switch (failure.getKind()) {
            case KIND_UNSPECIFIED -> "";
            case ABSENT -> "the agent is too old to check; upgrade it";
            default -> failure.getMessage();
        };
    }
}
