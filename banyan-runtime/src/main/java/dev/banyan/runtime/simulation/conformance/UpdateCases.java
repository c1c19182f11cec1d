package dev.banyan.runtime.simulation.conformance;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.simulation.conformance.StoreConformance.Case;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.List;
import java.util.Map;

/** Objects are rewritten by those who have seen them. */
final class UpdateCases {
    private UpdateCases() {}

    static List<Case> all() {
        return List.of(
                new Case("an update of what was read lands and keeps identity and status", UpdateCases::lands),
                new Case("generation counts changes of the spec alone", UpdateCases::countsSpecs),
                new Case("an update of an older revision conflicts and names the present one", UpdateCases::conflicts),
                new Case("an update of a missing object is not found", UpdateCases::missing),
                new Case("an update of a recreated object conflicts", UpdateCases::recreated),
                new Case("an update that changes nothing still is a write", UpdateCases::rewrites));
    }

    private static void lands(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var created = trial.create("one");
        Check.written(trial.commit(
                new Write.UpdateStatus(created.key(), created.meta().uid(), Bytes.utf8("well"))));
        var base = trial.get(created.key());
        var updated = trial.update(
                base, Draft.from(base).labelled(Map.of("new", "label")).withSpec(Bytes.utf8("2")));
        Check.equal(Map.of("new", "label"), updated.meta().labels(), "labels");
        Check.equal(Bytes.utf8("2"), updated.spec(), "spec");
        Check.equal(Bytes.utf8("well"), updated.status(), "status");
        Check.equal(created.meta().uid(), updated.meta().uid(), "uid");
        Check.equal(created.meta().createRevision(), updated.meta().createRevision(), "createRevision");
        Check.equal(created.meta().creationTime(), updated.meta().creationTime(), "creationTime");
        Check.that(updated.meta().revision() > base.meta().revision(), "the revision has grown");
        Check.that(!updated.meta().nonce().equals(base.meta().nonce()), "the nonce is another");
    }

    private static void countsSpecs(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var first = trial.create("one");
        var labelled = trial.update(first, Draft.from(first).labelled(Map.of("a", "b")));
        Check.equal(1L, labelled.meta().generation(), "generation after a new label");
        Check.equal(2L, trial.respec(labelled, "other").meta().generation(), "generation after a new spec");
    }

    private static void conflicts(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var first = trial.create("one");
        var second = trial.respec(first, "2");
        var outcome = trial.commit(new Write.Update(first, Draft.from(first).withSpec(Bytes.utf8("3"))));
        Check.equal(new WriteOutcome.Conflict(first.key(), second.meta().revision()), outcome, "outcome");
        Check.equal(second, trial.get(first.key()), "the object");
    }

    private static void missing(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var first = trial.create("one");
        trial.delete(first);
        var outcome = trial.commit(new Write.Update(first, Draft.from(first)));
        Check.equal(new WriteOutcome.NotFound(first.key()), outcome, "outcome");
        trial.absent(first.key());
    }

    private static void recreated(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var first = trial.create("one");
        trial.delete(first);
        var second = trial.create("one");
        var outcome = trial.commit(new Write.Update(first, Draft.from(first)));
        Check.equal(new WriteOutcome.Conflict(first.key(), second.meta().revision()), outcome, "outcome");
    }

    private static void rewrites(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var first = trial.create("one");
        var second = trial.update(first, Draft.from(first));
        Check.that(second.meta().revision() > first.meta().revision(), "the revision has grown");
        Check.equal(1L, second.meta().generation(), "generation");
    }
}
