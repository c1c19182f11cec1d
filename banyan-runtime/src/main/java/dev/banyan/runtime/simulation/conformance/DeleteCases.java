package dev.banyan.runtime.simulation.conformance;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.simulation.conformance.StoreConformance.Case;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.List;

/** Objects go, after what their finalizers stand for. */
final class DeleteCases {
    private DeleteCases() {}

    static List<Case> all() {
        return List.of(
                new Case("a delete without finalizers removes the object", DeleteCases::removes),
                new Case("a delete with finalizers sets the deletion time once", DeleteCases::marksOnce),
                new Case("an object being deleted can be written on", DeleteCases::writesOn),
                new Case("taking the last finalizer of a deleted object removes it", DeleteCases::lastFinalizer),
                new Case("taking the last finalizer of a wanted object keeps it", DeleteCases::keepsWanted),
                new Case("a delete of an incarnation that is gone is not found", DeleteCases::gone));
    }

    private static void removes(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        var object = trial.create("one");
        long revision = trial.delete(object);
        trial.absent(object.key());
        Check.that(revision > object.meta().revision(), "the removal is a revision");
        Check.equal(
                new WriteOutcome.NotFound(object.key()),
                trial.commit(new Write.Delete(object.key(), object.meta().uid())),
                "outcome of a second delete");
    }

    private static void marksOnce(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var object = finalized(trial);
        trial.delete(object);
        var marked = trial.get(object.key());
        Check.that(marked.meta().deleting(), "it is being deleted");
        Check.equal(object.meta().generation(), marked.meta().generation(), "generation");
        trial.delete(object);
        Check.equal(marked, trial.get(object.key()), "the object after a second delete");
    }

    private static void writesOn(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var object = finalized(trial);
        trial.delete(object);
        var marked = trial.get(object.key());
        Check.written(
                trial.commit(new Write.UpdateStatus(object.key(), object.meta().uid(), Bytes.utf8("going"))));
        var lessFinal = trial.get(object.key());
        var left = trial.update(lessFinal, Draft.from(lessFinal).finalizedBy(List.of("volumes")));
        Check.equal(marked.meta().deletionTime(), left.meta().deletionTime(), "deletionTime");
        Check.equal(Bytes.utf8("going"), left.status(), "status");
    }

    private static void lastFinalizer(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        var object = finalized(trial);
        trial.delete(object);
        var marked = trial.get(object.key());
        long revision = Check.written(
                trial.commit(new Write.Update(marked, Draft.from(marked).finalizedBy(List.of()))));
        trial.absent(object.key());
        try (var reader =
                new Reader(trial.store(), Selection.of("things"), marked.meta().revision(), fixture.env())) {
            reader.readTo(revision);
            Check.equal(List.of("-one"), reader.story(), "what a watch sees of it");
        }
    }

    private static void keepsWanted(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var object = finalized(trial);
        var bare = trial.update(object, Draft.from(object).finalizedBy(List.of()));
        Check.equal(List.of(), bare.meta().finalizers(), "finalizers");
    }

    private static void gone(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var first = trial.create("one");
        trial.delete(first);
        var second = trial.create("one");
        var outcome = trial.commit(new Write.Delete(first.key(), first.meta().uid()));
        Check.equal(new WriteOutcome.NotFound(first.key()), outcome, "outcome");
        Check.equal(second, trial.get(second.key()), "the object");
    }

    private static StoredObject finalized(Trial trial) {
        return trial.create(Trial.draft("one", "spec").finalizedBy(List.of("network", "volumes")));
    }
}
