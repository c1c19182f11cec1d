package dev.banyan.runtime.simulation.conformance;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.simulation.conformance.StoreConformance.Case;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.KeyRange;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException.Reason;
import java.util.List;

/** Reads show one state, the one that was asked for. */
final class ReadCases {
    private ReadCases() {}

    static List<Case> all() {
        return List.of(
                new Case("a range of keys is read from its first key up to the one behind it", ReadCases::ranges),
                new Case("a range of keys follows the order of paths", ReadCases::pathOrder),
                new Case("a list is in key order, whatever the characters of the keys", ReadCases::ordered),
                new Case("a selection takes kind, namespace, name and labels", ReadCases::selects),
                new Case("metadata is listed without spec and status", ReadCases::metadata),
                new Case("an earlier revision is read as it was", ReadCases::exactly),
                new Case("a state is read that contains the wanted revision", ReadCases::atLeast),
                new Case("a compacted revision cannot be read, and says so", ReadCases::compacted),
                new Case("a revision that never was cannot be read, and says so", ReadCases::future),
                new Case("the newest read contains every finished write", ReadCases::latest));
    }

    private static void ordered(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var keys = List.of(
                new ObjectKey("a", "default", "x"),
                new ObjectKey("a", "default", "x-1"),
                new ObjectKey("a", "default", "x.1"),
                new ObjectKey("a", "default-2", "x"),
                new ObjectKey("a-b", "default", "x"));
        for (var key : keys.reversed()) {
            trial.create(Draft.of(key, Bytes.EMPTY));
        }
        var selection = Selection.EVERYTHING;
        var listed = keysOf(trial.store(), selection).stream()
                .filter(key -> key.kind().startsWith("a"))
                .toList();
        Check.equal(keys, listed, "order");
        Check.equal(keys.subList(0, 4), keysOf(trial.store(), Selection.of("a")), "keys of kind a");
        Check.equal(keys.subList(0, 3), keysOf(trial.store(), Selection.of("a").in("default")), "keys of a namespace");
    }

    private static void selects(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        trial.create(Trial.labelled("r", "red"));
        trial.create(Trial.labelled("g", "green"));
        trial.create(Draft.of(new ObjectKey("things", "other", "r"), Bytes.EMPTY));
        trial.create(Draft.of(ObjectKey.cluster(".claims", "r"), Bytes.EMPTY));
        var red = LabelSelector.of("colour", "red");
        Check.equal(
                List.of(Trial.key("r")),
                keysOf(trial.store(), Selection.of("things").labelled(red)),
                "red things");
        Check.equal(List.of(Trial.key("g")), keysOf(trial.store(), Selection.of(Trial.key("g"))), "one thing");
        Check.equal(3, keysOf(trial.store(), Selection.of("things")).size(), "number of things");
        Check.equal(List.of(), keysOf(trial.store(), Selection.of("nothing")), "things of no kind");
    }

    private static void ranges(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        for (var name : List.of("a", "a.1", "b", "b-1", "c")) {
            trial.create(name);
        }
        trial.create(Draft.of(new ObjectKey("things", "other", "b"), Bytes.EMPTY));
        var things = Selection.of("things");
        var some = KeyRange.between(Trial.key("a.1"), Trial.key("c"));
        Check.equal(List.of("a.1", "b", "b-1"), namesOf(trial.store(), things.within(some)), "from a.1 up to c");
        Check.equal(
                List.of("b", "b-1"),
                namesOf(trial.store(), things.within(KeyRange.startingWith("things/default/b"))),
                "what starts with b");
        Check.equal(List.of(), namesOf(trial.store(), things.within(some).in("other")), "another namespace");
        Check.equal(
                List.of(), namesOf(trial.store(), Selection.of(Trial.key("c")).within(some)), "c is behind the range");
        Check.equal(
                List.of("c", "b"),
                namesOf(trial.store(), Selection.EVERYTHING.within(new KeyRange("things/default/c", "things/other/c"))),
                "over the border of a namespace");
    }

    private static void pathOrder(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        trial.create(Draft.of(new ObjectKey("a", "default", "x"), Bytes.EMPTY));
        trial.create(Draft.of(new ObjectKey("a-b", "default", "y"), Bytes.EMPTY));
        Check.equal(
                List.of("x"),
                namesOf(trial.store(), Selection.EVERYTHING.within(new KeyRange("a/", "a0"))),
                "kind a, and not a-b, which continues its name");
        Check.equal(
                List.of("y"),
                namesOf(trial.store(), Selection.EVERYTHING.within(new KeyRange("a-", "a/"))),
                "what lies before a");
    }

    private static List<String> namesOf(Store store, Selection selection) {
        return keysOf(store, selection).stream().map(ObjectKey::name).toList();
    }

    private static void metadata(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var object = trial.create("one");
        var listing = trial.store().list(Selection.of("things").with(Selection.Detail.METADATA), ReadAt.LATEST);
        Check.equal(List.of(object.metadataOnly()), listing.objects(), "objects");
    }

    private static void exactly(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var first = trial.create("one");
        var other = trial.create("other");
        long then = other.meta().revision();
        trial.respec(first, "newer");
        trial.delete(other);
        trial.create("late");
        var past = trial.store().list(Selection.of("things"), new ReadAt.Exactly(then));
        Check.equal(then, past.revision(), "revision");
        Check.equal(List.of(first, other), past.objects(), "objects");
        Check.equal(
                first, trial.store().get(first.key(), new ReadAt.Exactly(then)).orElseThrow(), "one object");
    }

    private static void atLeast(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        for (int round = 0; round < 20; round++) {
            var object = trial.create("round-" + round);
            var wanted = new ReadAt.AtLeast(object.meta().revision());
            Check.equal(object, trial.store().get(object.key(), wanted).orElseThrow(), "object");
            Check.that(
                    trial.store().list(Selection.of("things"), wanted).revision()
                            >= object.meta().revision(),
                    "the listing contains the revision");
        }
    }

    private static void compacted(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        long old = trial.create("one").meta().revision();
        long kept = trial.create("two").meta().revision();
        fixture.forgetBefore(kept);
        Check.fails(Reason.COMPACTED, () -> trial.store().list(Selection.of("things"), new ReadAt.Exactly(old)));
    }

    /** Both at once, since a store may wait a while for what it does not have yet. */
    private static void future(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        long never = trial.revision() + 1_000_000;
        Concurrently.run(
                fixture.env(),
                List.of(new ReadAt.AtLeast(never), new ReadAt.Exactly(never)),
                at -> () -> Check.fails(Reason.UNAVAILABLE, () -> trial.store().get(Trial.key("one"), at)));
    }

    private static void latest(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        for (int round = 0; round < 20; round++) {
            var object = trial.create("round-" + round);
            Check.equal(
                    object,
                    fixture.secondDoor().get(object.key(), ReadAt.LATEST).orElseThrow(),
                    "object");
            var listed = fixture.secondDoor().list(Selection.of("things"), ReadAt.LATEST);
            Check.equal(round + 1, listed.objects().size(), "number of things");
        }
    }

    private static List<ObjectKey> keysOf(Store store, Selection selection) {
        return store.list(selection, ReadAt.LATEST).objects().stream()
                .map(StoredObject::key)
                .toList();
    }
}
