package dev.banyan.agent.probe;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.session.ReachSource.Person;
import dev.banyan.api.v1.Probe;
import dev.banyan.api.v1.ProbeRequest;
import dev.banyan.api.v1.ProbeResult;
import dev.banyan.api.v1.ProbeResult.Outcome;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachFailure;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** Tries what a person asks for, some at a time. Thread-safe. */
public final class Probing {
    /** As much as a busy container has under way. */
    private static final int AT_ONCE = 32;

    /** Two people who check at once, each with a former session that is not over yet. */
    private static final int SESSIONS_MAX = 4;

    private static final Duration LOOK = Duration.ofMillis(50);

    private final Env env;
    private final ClusterRanges ranges;
    private final Ways ways;
    private final LongSupplier applied;
    private final AtomicInteger sessions = new AtomicInteger();

    /** @param applied revision of the packet rules that this server has now */
    public Probing(Env env, ClusterRanges ranges, Ways ways, LongSupplier applied) {
        this.env = env;
        this.ranges = ranges;
        this.ways = ways;
        this.applied = applied;
    }

    /** Tries all, and tells each result as it comes; the answer is the person's last message. */
    public ReachOutcome serve(ProbeRequest request, Person person) throws InterruptedException {
        var problem = ProbeRules.problem(request);
        if (problem.isPresent()) {
            return failed(ReachFailure.Kind.INVALID, problem.get());
        }
        if (sessions.incrementAndGet() > SESSIONS_MAX) {
            sessions.decrementAndGet();
            return failed(
                    ReachFailure.Kind.TOO_MANY,
                    SESSIONS_MAX + " checks run on this server already, which is as many as there may be");
        }
        try {
            if (person.send(ReachDown.newBuilder().setOpened(true).build())) {
                all(request, person);
            }
            return ReachOutcome.newBuilder().setDone(true).build();
        } finally {
            sessions.decrementAndGet();
        }
    }

    private static ReachOutcome failed(ReachFailure.Kind kind, String message) {
        return ReachOutcome.newBuilder()
                .setFailure(ReachFailure.newBuilder().setKind(kind).setMessage(message))
                .build();
    }

    private void all(ProbeRequest request, Person person) throws InterruptedException {
        var next = new AtomicInteger();
        var tasks = new ArrayList<Task>();
        try {
            for (int i = 0; i < Math.min(AT_ONCE, request.getProbesCount()); i++) {
                tasks.add(env.tasks().spawn("probe", () -> some(request, next, person)));
            }
            for (var task : tasks) {
                task.join();
            }
        } finally {
            tasks.forEach(Task::cancel);
        }
    }

    private void some(ProbeRequest request, AtomicInteger next, Person person) throws InterruptedException {
        boolean wanted = true;
        for (int index = next.getAndIncrement();
                wanted && index < request.getProbesCount();
                index = next.getAndIncrement()) {
            long began = env.time().nanos();
            var finding = one(request.getProbes(index), Duration.ofMillis(request.getTimeoutMs()));
            var result = ProbeResult.newBuilder()
                    .setIndex(index)
                    .setOutcome(finding.outcome())
                    .setDetail(finding.detail())
                    .setTookUs(env.time().since(began).toNanos() / 1_000);
            wanted = person.send(ReachDown.newBuilder().setProbed(result).build());
        }
    }

    private Finding one(Probe probe, Duration timeout) throws InterruptedException {
        var problem = ProbeRules.problem(probe, ranges);
        if (problem.isPresent()) {
            return new Finding(Outcome.INVALID, problem.get());
        }
        return probe.getWay() == Probe.Way.REVISION
                ? revision(probe.getRevision(), timeout)
                : ways.attempt(probe, timeout);
    }

    /** What was written a moment ago is on its way here. */
    private Finding revision(long wanted, Duration timeout) throws InterruptedException {
        var pause = env.signal();
        long began = env.time().nanos();
        while (applied.getAsLong() < wanted) {
            if (env.time().since(began).compareTo(timeout) >= 0) {
                return new Finding(
                        Outcome.BEHIND, "its packet rules are of revision " + applied.getAsLong() + ", not " + wanted);
            }
            var ignored = pause.await(LOOK);
        }
        return Finding.WELL;
    }
}
