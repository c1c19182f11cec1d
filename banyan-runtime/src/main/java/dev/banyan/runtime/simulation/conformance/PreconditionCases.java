package dev.banyan.runtime.simulation.conformance;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.simulation.conformance.StoreConformance.Case;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.List;

/** A commit lands whole under all its conditions, or not at all. */
final class PreconditionCases {
    private PreconditionCases() {}

    static List<Case> all() {
        return List.of(
                new Case("writes of one commit land at one revision", PreconditionCases::oneRevision),
                new Case("one refused write refuses the whole commit", PreconditionCases::wholeOrNothing),
                new Case(
                        "an object unchanged since it was read lets the commit through, a changed one conflicts",
                        PreconditionCases::unchanged),
                new Case("the same incarnation may change, another one conflicts", PreconditionCases::sameIncarnation),
                new Case("a key that must be absent conflicts when it is taken", PreconditionCases::absent),
                new Case(
                        "a writer whose right has moved on is fenced and learns both revisions",
                        PreconditionCases::fenced),
                new Case("a fence is judged before everything else", PreconditionCases::fenceFirst),
                new Case(
                        "a fenced commit that would write nothing is fenced all the same",
                        PreconditionCases::fencedNothing),
                new Case("a fence guards status writes and deletes", PreconditionCases::fencedMerges));
    }

    private static void oneRevision(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var old = trial.create("old");
        long revision = Check.written(trial.commit(
                new Write.Create(Trial.draft("a", "1")),
                new Write.Create(Trial.draft("b", "2")),
                new Write.UpdateStatus(old.key(), old.meta().uid(), Bytes.utf8("s"))));
        for (var name : List.of("a", "b", "old")) {
            Check.equal(revision, trial.get(Trial.key(name)).meta().revision(), "revision of " + name);
        }
    }

    private static void wholeOrNothing(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var taken = trial.create("taken");
        var outcome =
                trial.commit(new Write.Create(Trial.draft("a", "1")), new Write.Create(Trial.draft("taken", "2")));
        Check.equal(new WriteOutcome.AlreadyExists(taken.key()), outcome, "outcome");
        trial.absent(Trial.key("a"));
    }

    private static void unchanged(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var read = trial.create("read");
        var condition = new Precondition.Unchanged(read.key(), read.meta().revision());
        Check.written(trial.store().commit(creating("first").under(condition)));
        var changed = trial.respec(read, "newer");
        var outcome = trial.store().commit(creating("second").under(condition));
        Check.equal(new WriteOutcome.Conflict(read.key(), changed.meta().revision()), outcome, "outcome");
        trial.absent(Trial.key("second"));
    }

    private static void sameIncarnation(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var first = trial.create("parent");
        trial.respec(first, "newer");
        var condition =
                new Precondition.SameIncarnation(first.key(), first.meta().createRevision());
        Check.written(trial.store().commit(creating("child").under(condition)));
        trial.delete(trial.get(first.key()));
        Check.equal(
                new WriteOutcome.Conflict(first.key(), 0),
                trial.store().commit(creating("orphan").under(condition)),
                "outcome without parent");
        var second = trial.create("parent");
        Check.equal(
                new WriteOutcome.Conflict(first.key(), second.meta().revision()),
                trial.store().commit(creating("orphan").under(condition)),
                "outcome with another parent");
    }

    private static void absent(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var condition = new Precondition.Absent(Trial.key("claim"));
        Check.written(trial.store().commit(creating("first").under(condition)));
        var claim = trial.create("claim");
        var outcome = trial.store().commit(creating("second").under(condition));
        Check.equal(new WriteOutcome.Conflict(claim.key(), claim.meta().revision()), outcome, "outcome");
    }

    private static void fenced(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var view = trial.create("view");
        var fence = new Precondition.Fence(view.key(), view.meta().revision());
        Check.written(trial.store().commit(creating("first").under(fence)));
        var moved = trial.respec(view, "newer");
        var outcome = trial.store().commit(creating("second").under(fence));
        Check.equal(
                new WriteOutcome.Fenced(
                        view.key(), view.meta().revision(), moved.meta().revision()),
                outcome,
                "outcome of a moved view");
        trial.delete(moved);
        Check.equal(
                new WriteOutcome.Fenced(view.key(), view.meta().revision(), 0),
                trial.store().commit(creating("second").under(fence)),
                "outcome without view");
        trial.absent(Trial.key("second"));
    }

    private static void fenceFirst(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var view = trial.create("view");
        var taken = trial.create("taken");
        var commit = new Commit(
                List.of(new Precondition.Absent(taken.key()), staleFence(trial, view)),
                List.of(new Write.Create(Trial.draft("taken", "x"))));
        Check.is(WriteOutcome.Fenced.class, trial.store().commit(commit));
    }

    private static void fencedNothing(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var object = trial.create("one");
        var nothing =
                Commit.of(new Write.UpdateStatus(object.key(), object.meta().uid(), Bytes.EMPTY));
        Check.is(
                WriteOutcome.Fenced.class,
                trial.store().commit(nothing.under(staleFence(trial, trial.create("view")))));
    }

    private static void fencedMerges(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var object = trial.create("one");
        var fence = staleFence(trial, trial.create("view"));
        var status =
                Commit.of(new Write.UpdateStatus(object.key(), object.meta().uid(), Bytes.utf8("late")));
        var delete = Commit.of(new Write.Delete(object.key(), object.meta().uid()));
        Check.is(WriteOutcome.Fenced.class, trial.store().commit(status.under(fence)));
        Check.is(WriteOutcome.Fenced.class, trial.store().commit(delete.under(fence)));
        Check.equal(object, trial.get(object.key()), "the object");
    }

    private static Precondition staleFence(Trial trial, StoredObject view) {
        trial.respec(view, "newer");
        return new Precondition.Fence(view.key(), view.meta().revision());
    }

    private static Commit creating(String name) {
        return Commit.of(new Write.Create(Trial.draft(name, "spec")));
    }
}
