package dev.banyan.runtime.simulation.conformance;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.simulation.conformance.StoreConformance.Case;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.List;

/** Statuses are written by their one writer, whatever happens to the rest. */
final class StatusCases {
    private StatusCases() {}

    static List<Case> all() {
        return List.of(
                new Case("a status write leaves spec, labels and generation alone", StatusCases::leavesTheRest),
                new Case(
                        "a status write does not care what was written since the object was read", StatusCases::merges),
                new Case("writing the status that is there writes nothing", StatusCases::writesNothing),
                new Case("a status of an incarnation that is gone is not found", StatusCases::gone),
                new Case("a status of an object that never was is not found", StatusCases::missing));
    }

    private static void leavesTheRest(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var before = trial.create(Trial.labelled("one", "red"));
        long revision = Check.written(trial.commit(status(before, "fine")));
        var after = trial.get(before.key());
        Check.equal(Bytes.utf8("fine"), after.status(), "status");
        Check.equal(before.spec(), after.spec(), "spec");
        Check.equal(before.meta().labels(), after.meta().labels(), "labels");
        Check.equal(1L, after.meta().generation(), "generation");
        Check.equal(revision, after.meta().revision(), "revision");
    }

    private static void merges(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var read = trial.create("one");
        trial.respec(read, "newer");
        Check.written(trial.commit(status(read, "fine")));
        var now = trial.get(read.key());
        Check.equal(Bytes.utf8("newer"), now.spec(), "spec");
        Check.equal(Bytes.utf8("fine"), now.status(), "status");
    }

    private static void writesNothing(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var object = trial.create("one");
        Check.written(trial.commit(status(object, "fine")));
        var before = trial.get(object.key());
        long revision = Check.written(trial.commit(status(object, "fine")));
        Check.that(revision >= before.meta().revision(), "the revision answered contains the status");
        Check.equal(before, trial.get(object.key()), "the object");
    }

    private static void gone(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var first = trial.create("one");
        trial.delete(first);
        var second = trial.create("one");
        Check.equal(new WriteOutcome.NotFound(first.key()), trial.commit(status(first, "late")), "outcome");
        Check.equal(second, trial.get(second.key()), "the object");
    }

    private static void missing(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var outcome = trial.commit(new Write.UpdateStatus(Trial.key("none"), "0".repeat(32), Bytes.EMPTY));
        Check.equal(new WriteOutcome.NotFound(Trial.key("none")), outcome, "outcome");
    }

    private static Write status(StoredObject object, String status) {
        return new Write.UpdateStatus(object.key(), object.meta().uid(), Bytes.utf8(status));
    }
}
