package dev.banyan.runtime.simulation.conformance;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.simulation.conformance.StoreConformance.Case;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.List;
import java.util.Map;

/** Objects come into being. */
final class CreateCases {
    private CreateCases() {}

    static List<Case> all() {
        return List.of(
                new Case(
                        "a create lands with a uid, generation 1, an empty status and its revision",
                        CreateCases::lands),
                new Case("what the author wrote comes back unchanged", CreateCases::comesBack),
                new Case("a create of a taken key is refused and changes nothing", CreateCases::refusesTaken),
                new Case("a recreated object is another incarnation", CreateCases::recreates),
                new Case("an owner created by the same commit gets its uid", CreateCases::ownsWithinCommit),
                new Case(
                        "an owner without uid that the commit does not create is rejected",
                        CreateCases::rejectsNamelessOwner));
    }

    private static void lands(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var outcome = trial.commit(new Write.Create(Trial.draft("one", "spec")));
        var meta = trial.get(Trial.key("one")).meta();
        Check.equal(Check.written(outcome), meta.revision(), "revision");
        Check.equal(meta.revision(), meta.createRevision(), "createRevision");
        Check.equal(1L, meta.generation(), "generation");
        Check.that(meta.uid().matches("[0-9a-f]{32}"), "uid '" + meta.uid() + "' is 32 hexadecimal digits");
        Check.that(!meta.nonce().isEmpty(), "there is a nonce");
        Check.that(!meta.deleting(), "it is not being deleted");
        Check.that(trial.get(Trial.key("one")).status().isEmpty(), "its status is empty");
    }

    private static void comesBack(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var owner = OwnerReference.to(Trial.key("owner"), trial.create("owner").meta());
        var draft = Trial.draft("one", "späc\0")
                .labelled(Map.of("a", "1", "b", ""))
                .annotated(Map.of("note", "zwei\nZeilen"))
                .ownedBy(owner)
                .finalizedBy(List.of("second", "first"));
        var object = trial.create(draft);
        Check.equal(draft.labels(), object.meta().labels(), "labels");
        Check.equal(draft.annotations(), object.meta().annotations(), "annotations");
        Check.equal(List.of(owner), object.meta().owners(), "owners");
        Check.equal(List.of("second", "first"), object.meta().finalizers(), "finalizers");
        Check.equal(Bytes.utf8("späc\0"), object.spec(), "spec");
    }

    private static void refusesTaken(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var first = trial.create("one");
        var outcome = trial.commit(new Write.Create(Trial.draft("one", "other")));
        Check.equal(new WriteOutcome.AlreadyExists(first.key()), outcome, "outcome");
        Check.equal(first, trial.get(first.key()), "the object");
    }

    private static void recreates(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var first = trial.create("one");
        trial.delete(first);
        var second = trial.create("one");
        Check.that(!first.meta().uid().equals(second.meta().uid()), "the uids differ");
        Check.that(second.meta().createRevision() > first.meta().createRevision(), "createRevision has grown");
        Check.equal(1L, second.meta().generation(), "generation");
    }

    private static void ownsWithinCommit(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var child = Trial.draft("child", "c").ownedBy(OwnerReference.inSameCommit(Trial.key("parent")));
        Check.written(trial.commit(new Write.Create(child), new Write.Create(Trial.draft("parent", "p"))));
        var parent = trial.get(Trial.key("parent"));
        Check.equal(List.of(parent.meta().uid()), ownerUids(trial, "child"), "owners of the child");
    }

    private static void rejectsNamelessOwner(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var child = Trial.draft("child", "c").ownedBy(OwnerReference.inSameCommit(Trial.key("parent")));
        Check.is(WriteOutcome.Rejected.class, trial.commit(new Write.Create(child)));
        trial.absent(Trial.key("child"));
    }

    private static List<String> ownerUids(Trial trial, String name) {
        return trial.get(Trial.key(name)).meta().owners().stream()
                .map(OwnerReference::uid)
                .toList();
    }
}
