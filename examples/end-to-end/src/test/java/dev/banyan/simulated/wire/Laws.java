package dev.banyan.simulated.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.runtime.election.View;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.simulation.campaign.Trial;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchEvent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What must hold at every revision. What is written says under what it was written, and the ledger says what was true then. */
final class Laws {
    private static final ObjectKey LEADER = ObjectKey.cluster(".leaders", "scribe");

    /** Epoch and number of a report, as its message says them. */
    record Report(long epoch, long number) {
        static final Report NONE = new Report(0, 0);

        static Report of(String message) {
            var parts = message.split(" ", 2);
            return message.isEmpty() ? NONE : new Report(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
        }

        boolean isAfter(Report other) {
            return epoch > other.epoch || (epoch == other.epoch && number > other.number);
        }
    }

    /** Something that one engine alone may do under one fence. */
    private record Right(ObjectKey what, long fence) {}

    private final Trial trial;
    private final Judgements judgements;
    private final Map<String, String> agentUids = new HashMap<>();
    private final Map<ObjectKey, TreeSet<Long>> written = new HashMap<>();
    private final Map<String, Report> reports = new HashMap<>();
    private final Map<String, Set<Report>> late = new HashMap<>();
    private final Map<ObjectKey, Long> epochs = new HashMap<>();
    private final Map<Right, String> holders = new HashMap<>();
    private final Map<ObjectKey, Mark> marks = new HashMap<>();
    private Optional<Ledger> ledger = Optional.empty();

    Laws(Trial trial, Judgements judgements) {
        this.trial = trial;
        this.judgements = judgements;
    }

    void over(Ledger newLedger) {
        ledger = Optional.of(newLedger);
    }

    /** Nobody has told the agent what became of the report: it may be on its way still, as long as the epoch lasts. */
    void mayLandLate(String agent, Report report) {
        late(agent).add(report);
    }

    private Set<Report> late(String agent) {
        return late.computeIfAbsent(agent, name -> new HashSet<>());
    }

    /** The agent's newest report that has landed. */
    Report report(String agent) {
        return reports.getOrDefault(agent, Report.NONE);
    }

    /** A watch that has seen everything up to {@code reached} delivers {@code revision} next. */
    void requireNext(String agent, long reached, long revision) {
        ledger().when(revision, () -> assertThat(writtenOf(agent).higher(reached))
                .as("next change of %s's task after %s", agent, reached)
                .isEqualTo(revision));
    }

    /** A watch says that nothing happened between. */
    void requireNothing(String agent, long reached, long revision) {
        assertThat(revision).as("bookmark after %s", reached).isGreaterThan(reached);
        ledger().when(revision, () -> assertThat(writtenOf(agent).subSet(reached, false, revision, true))
                .as("changes of %s's task that a bookmark passed over", agent)
                .isEmpty());
    }

    /** Looks at one revision, which the ledger shows already. */
    void check(WatchBatch.Changes changes) {
        for (var event : changes.events()) {
            if (event instanceof WatchEvent.Put(var object)) {
                check(object);
            }
        }
    }

    private void check(StoredObject object) {
        var kind = object.key().kind();
        if (kind.equals(Kinds.SESSIONS.name())) {
            checkSession(object);
        } else if (kind.equals(Kinds.AGENTS.name())) {
            var state = Kinds.AGENTS.decode(object).status().getState();
            agentUids.put(object.key().name(), object.meta().uid());
            judgements.landed(object.key().name(), state);
        } else if (kind.equals(Kinds.TASKS.name())) {
            checkTask(object);
        } else if (kind.equals(ViewWriter.MARKS)) {
            checkMark(
                    object,
                    Mark.of(object.spec().toUtf8()),
                    object.key().equals(ViewWriter.OF_VIEW) ? View.KEY : LEADER);
        } else if (kind.equals(ShareWriter.SHARES.name()) && !object.spec().isEmpty()) {
            checkShare(object, ShareWriter.SHARES.decode(object).spec());
        }
    }

    private void checkSession(StoredObject session) {
        long epoch = session.meta().revision();
        assertThat(epoch)
                .as("epoch of %s", session.key().path())
                .isGreaterThan(Objects.requireNonNullElse(epochs.put(session.key(), epoch), 0L));
    }

    private void checkTask(StoredObject task) {
        var agent = SessionWorld.agentOf(task.key());
        writtenOf(agent).add(task.meta().revision());
        var report = Report.of(Kinds.TASKS.decode(task).status().getMessage());
        var before = report(agent);
        if (!report.equals(before)) {
            boolean late = late(agent).contains(report);
            if (late && !report.isAfter(before)) {
                trial.reached("a report of unknown outcome that landed after a newer one");
            }
            assertThat(late || report.isAfter(before))
                    .as("%s's report %s after %s", agent, report, before)
                    .isTrue();
            var session = Kinds.SESSIONS.key(ObjectKey.CLUSTER_SCOPE, Objects.requireNonNull(agentUids.get(agent)));
            assertThat(report.epoch())
                    .as("epoch of %s's report %s", agent, report)
                    .isEqualTo(ledger().revisionOf(session));
            reports.put(agent, report);
        }
    }

    /** What is written under a fence is written while that is the newest, and by one engine. */
    private void checkMark(StoredObject object, Mark mark, ObjectKey fence) {
        trial.reached("a write under a " + object.key().name());
        assertThat(mark.fence())
                .as(
                        "what %s was written under at revision %s",
                        mark, object.meta().revision())
                .isEqualTo(ledger().revisionOf(fence));
        if (fence.equals(LEADER)) {
            requireOneHolder(object.key(), mark);
        }
    }

    private void checkShare(StoredObject object, Mark mark) {
        checkMark(object, mark, View.KEY);
        requireOneHolder(object.key(), mark);
        var before = marks.put(object.key(), mark);
        long count = before == null ? 0 : before.number();
        assertThat(mark.number())
                .as("count of %s after %s", object.key().path(), before)
                .isEqualTo(count + 1);
        if (before != null && !before.writer().equals(mark.writer())) {
            trial.reached("a share that was handed over");
        }
    }

    private void requireOneHolder(ObjectKey what, Mark mark) {
        var holder = holders.putIfAbsent(new Right(what, mark.fence()), mark.writer());
        assertThat(mark.writer())
                .as("who writes %s under %s", what.path(), mark.fence())
                .isEqualTo(holder == null ? mark.writer() : holder);
    }

    /** How the agent is judged. */
    AgentStatus.State state(ObjectKey agent) {
        return ledger().get(agent)
                .map(object -> Kinds.AGENTS.decode(object).status().getState())
                .orElse(AgentStatus.State.STATE_UNSPECIFIED);
    }

    private TreeSet<Long> writtenOf(String agent) {
        return written.computeIfAbsent(SessionWorld.taskOf(agent), key -> new TreeSet<>());
    }

    private Ledger ledger() {
        return ledger.orElseThrow();
    }
}
