package dev.banyan.runtime.election;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides what a member does next from what it has seen. Stepped: no thread, no clock, no store.
 *
 * <p>Each turn the shell looks at the store, hands over what it saw with {@link #observe}, applies what {@link #next} answers, tells the
 * outcome, and looks again.
 */
final class MembershipCore {
    /** Objects of the members. */
    static final String MEMBERS = ".engines";

    /** A member beats this often in its time to live, so that two lost beats do not cost the membership. */
    static final int BEATS = 3;

    /** It looks more often than it beats: a dead member is seen at the latest one look after its last beat. */
    static final int LOOKS = 5;

    /** An observer that has not looked for this much longer than planned was asleep itself. */
    static final Duration OWN_PAUSE = Duration.ofSeconds(1);

    /** What the shell saw, all of it after {@code lookedAt}. */
    record Observation(Optional<StoredObject> view, List<StoredObject> members, long lookedAt) {
        Observation {
            members = List.copyOf(members);
        }
    }

    /** What to do next. */
    sealed interface Action {
        Commit commit();

        /** Become a member. */
        record Join(Commit commit) implements Action {}

        /** Show that this member lives. */
        record Beat(Commit commit) implements Action {}

        /** Take a dead member out of the view. */
        record Remove(String member, Commit commit) implements Action {}
    }

    private record Seen(long revision, long sinceNanos) {}

    private final String id;
    private final String incarnation;
    private final long ttlNanos;
    private final Map<ObjectKey, Seen> others = new HashMap<>();
    private Optional<Observation> last = Optional.empty();
    private boolean joined; // this run has been seen as a member
    private long beatAt;
    private long leaseUntil;
    private boolean leased;
    private boolean replaced;

    MembershipCore(String id, String incarnation, Duration ttl) {
        this.id = id;
        this.incarnation = incarnation;
        this.ttlNanos = ttl.toNanos();
    }

    /** Takes in what was seen. After an own pause everyone else gets a whole time to live from now. */
    void observe(Observation now) {
        boolean asleep = last.map(before -> now.lookedAt() - before.lookedAt() > ttlNanos / LOOKS + OWN_PAUSE.toNanos())
                .orElse(true);
        if (asleep) {
            others.clear();
        }
        var present = new HashSet<ObjectKey>();
        for (var member : now.members()) {
            present.add(member.key());
            var seen = others.get(member.key());
            if (seen == null || seen.revision() != member.meta().revision()) {
                others.put(member.key(), new Seen(member.meta().revision(), now.lookedAt()));
            }
        }
        others.keySet().retainAll(present);
        replaced = replaced || (joined && takenOver(now));
        joined = joined || belongs(now);
        last = Optional.of(now);
    }

    /** Somebody else's object was seen at {@code revision} without a look: its owner lived then. */
    void heard(ObjectKey member, long revision, long at) {
        others.computeIfPresent(member, (key, seen) -> revision > seen.revision() ? new Seen(revision, at) : seen);
    }

    /** The most urgent thing to do, if anything. */
    Optional<Action> next(long now) {
        if (last.isEmpty() || replaced) {
            return Optional.empty();
        }
        var seen = last.get();
        if (!belongs(seen)) {
            return Optional.of(new Action.Join(join(seen)));
        }
        if (!leased || beatAt - now <= 0) {
            return Optional.of(new Action.Beat(beat(seen)));
        }
        return dead(seen, now)
                .<Action>map(member -> new Action.Remove(member.key().name(), remove(seen, member)))
                .or(() -> ghost(seen).map(name -> new Action.Remove(name, removeName(seen, name))));
    }

    /** A join or beat that was sent at {@code sentAt} has landed. */
    void landed(Action action, long sentAt) {
        switch (action) {
            case Action.Join join -> renew(sentAt);
            case Action.Beat beat -> renew(sentAt);
            case Action.Remove remove -> {}
        }
    }

    /** When the next look is due at the latest. */
    long lookAt(long now) {
        long at = now + ttlNanos / LOOKS;
        if (leased && !replaced && beatAt - at < 0) {
            at = beatAt;
        }
        for (var seen : others.values()) {
            long expiry = seen.sinceNanos() + ttlNanos;
            if (expiry - now > 0 && expiry - at < 0) {
                at = expiry;
            }
        }
        return at;
    }

    /** The view this member may act under: none before it has joined, nor once it has not beaten for a time to live. */
    Optional<View> view(long now) {
        if (!leased || replaced || now - leaseUntil >= 0) {
            return Optional.empty();
        }
        return last.filter(this::belongs)
                .flatMap(Observation::view)
                .map(view -> new View(
                        view.meta().revision(), ViewRecord.decode(view.spec()).members()));
    }

    /** The view and which run of each member is in it; empty when {@link #view} is. */
    Optional<Roster> roster(long now) {
        return view(now).map(view -> new Roster(view, runs(last.orElseThrow().members())));
    }

    /** True once another run of a process with this name has taken the membership; this one must not take it back. */
    boolean replaced() {
        return replaced;
    }

    /** Gives the membership up, if it is held. */
    Optional<Commit> leave() {
        leased = false;
        return last.filter(this::belongs).flatMap(seen -> own(seen).map(member -> remove(seen, member)));
    }

    private static Map<String, String> runs(List<StoredObject> members) {
        var runs = new HashMap<String, String>();
        members.forEach(member ->
                runs.put(member.key().name(), MemberRecord.decode(member.spec()).incarnation()));
        return runs;
    }

    private void renew(long sentAt) {
        leased = true;
        leaseUntil = sentAt + ttlNanos;
        beatAt = sentAt + ttlNanos / BEATS;
    }

    private boolean belongs(Observation seen) {
        return own(seen).map(this::isMine).orElse(false)
                && seen.view()
                        .map(view -> ViewRecord.decode(view.spec()).members().contains(id))
                        .orElse(false);
    }

    private boolean takenOver(Observation seen) {
        return own(seen).map(member -> !isMine(member)).orElse(false);
    }

    private boolean isMine(StoredObject member) {
        return MemberRecord.decode(member.spec()).incarnation().equals(incarnation);
    }

    private Optional<StoredObject> own(Observation seen) {
        return seen.members().stream()
                .filter(member -> member.key().name().equals(id))
                .findFirst();
    }

    private Optional<StoredObject> dead(Observation seen, long now) {
        return seen.members().stream()
                .filter(member -> !member.key().name().equals(id))
                .filter(member -> {
                    var known = others.get(member.key());
                    return known != null && now - known.sinceNanos() >= ttlNanos;
                })
                .findFirst();
    }

    /** An object left by a former run is taken over, which tells that run, should it still be there, to stop. */
    private Commit join(Observation seen) {
        var mine = new MemberRecord(incarnation, 0);
        var draft = Draft.of(ObjectKey.cluster(MEMBERS, id), mine.encode());
        var own = own(seen);
        Write member = own.isPresent() ? new Write.Update(own.get(), draft) : new Write.Create(draft);
        return new Commit(
                unchanged(seen.view()),
                List.of(member, rewritten(seen, record(seen).with(id))));
    }

    private Commit beat(Observation seen) {
        var own = own(seen).orElseThrow();
        var next = MemberRecord.decode(own.spec()).next();
        return Commit.of(new Write.Update(own, Draft.from(own).withSpec(next.encode())));
    }

    /** A name in the view without an object: only a foreign hand makes one. Its owner, if there is one, joins again. */
    private static Optional<String> ghost(Observation seen) {
        return record(seen).members().stream()
                .filter(name -> seen.members().stream()
                        .noneMatch(member -> member.key().name().equals(name)))
                .findFirst();
    }

    private static Commit removeName(Observation seen, String name) {
        var conditions = new ArrayList<>(unchanged(seen.view()));
        conditions.add(new Precondition.Absent(ObjectKey.cluster(MEMBERS, name)));
        return new Commit(conditions, List.of(rewritten(seen, record(seen).without(name))));
    }

    private static Commit remove(Observation seen, StoredObject member) {
        var conditions = new ArrayList<>(unchanged(seen.view()));
        conditions.add(new Precondition.Unchanged(member.key(), member.meta().revision()));
        return new Commit(
                conditions,
                List.of(
                        new Write.Delete(member.key(), member.meta().uid()),
                        rewritten(seen, record(seen).without(member.key().name()))));
    }

    private static List<Precondition> unchanged(Optional<StoredObject> view) {
        return List.of(view.<Precondition>map(object ->
                        new Precondition.Unchanged(object.key(), object.meta().revision()))
                .orElse(new Precondition.Absent(View.KEY)));
    }

    private static ViewRecord record(Observation seen) {
        return seen.view().map(view -> ViewRecord.decode(view.spec())).orElse(ViewRecord.EMPTY);
    }

    private static Write rewritten(Observation seen, ViewRecord record) {
        return seen.view().isPresent()
                ? new Write.Update(
                        seen.view().get(), Draft.from(seen.view().get()).withSpec(record.encode()))
                : new Write.Create(Draft.of(View.KEY, record.encode()));
    }
}
