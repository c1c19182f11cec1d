package dev.banyan.runtime.simulation.conformance;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.conformance.StoreConformance.Case;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.KeyRange;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchEvent;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A watch tells everything once, in order, or says that it cannot. */
final class WatchCases {
    private static final Selection THINGS = Selection.of("things");

    private WatchCases() {}

    static List<Case> all() {
        return List.of(
                new Case("a watch tells every change after its start, in order", WatchCases::inOrder),
                new Case("a watch goes on with what happens later", WatchCases::goesOn),
                new Case("all changes of a revision come together, in key order", WatchCases::together),
                new Case("a watch of another kind hears nothing but how far history is", WatchCases::bookmarks),
                new Case("a filtered watch tells entering as put and leaving as deleted", WatchCases::filters),
                new Case("a filtered watch does not tell of what never matched", WatchCases::silent),
                new Case("a watch of one object tells of that one", WatchCases::oneObject),
                new Case("a watch of a range of keys tells of that range", WatchCases::range),
                new Case("a watch of metadata carries no spec and status", WatchCases::metadata),
                new Case("a delete and a create of one key are told apart", WatchCases::recreated),
                new Case("a wait for nothing ends in time", WatchCases::timesOut),
                new Case("a closed watch says so at once and for ever", WatchCases::closes),
                new Case("a watch from before the kept history is told to list again", WatchCases::compacted),
                new Case("a watch from beyond history is told to list again", WatchCases::beyond));
    }

    private static void inOrder(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        long start = trial.revision();
        var one = trial.create("one");
        var two = trial.create("two");
        trial.respec(one, "newer");
        long last = trial.delete(two);
        try (var reader = new Reader(trial.store(), THINGS, start, fixture.env())) {
            var changes = reader.readTo(last);
            Check.equal(List.of("+one", "+two", "+one", "-two"), reader.story(), "story");
            Check.equal(4, changes.size(), "number of batches");
            Check.equal(new WatchEvent.Put(one), reader.events().getFirst(), "first event");
        }
        try (var reader = new Reader(trial.store(), THINGS, two.meta().revision(), fixture.env())) {
            reader.readTo(last);
            Check.equal(List.of("+one", "-two"), reader.story(), "story after the second revision");
        }
    }

    private static void goesOn(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        try (var reader = new Reader(trial.store(), THINGS, trial.revision(), fixture.env())) {
            for (int round = 0; round < 20; round++) {
                reader.readTo(trial.create("round-" + round).meta().revision());
                Check.equal(round + 1, reader.events().size(), "number of events");
            }
        }
    }

    private static void together(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        var gone = trial.create("m");
        long start = trial.revision();
        long revision = Check.written(trial.commit(
                new Write.Create(Trial.draft("z", "1")),
                new Write.Delete(gone.key(), gone.meta().uid()),
                new Write.Create(Trial.draft("a", "2"))));
        try (var reader = new Reader(trial.store(), THINGS, start, fixture.env())) {
            Check.equal(1, reader.readTo(revision).size(), "number of batches");
            Check.equal(List.of("+a", "-m", "+z"), reader.story(), "story");
        }
    }

    private static void bookmarks(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        try (var reader = new Reader(trial.store(), Selection.of("others"), trial.revision(), fixture.env())) {
            for (int round = 0; round < 5; round++) {
                reader.readTo(trial.create("round-" + round).meta().revision());
            }
            Check.equal(List.of(), reader.story(), "story");
        }
    }

    private static void filters(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        var red = THINGS.labelled(LabelSelector.of("colour", "red"));
        try (var reader = new Reader(trial.store(), red, trial.revision(), fixture.env())) {
            var green = trial.create(Trial.labelled("one", "green"));
            var entered = trial.update(green, Draft.from(green).labelled(Map.of("colour", "red")));
            var still = trial.respec(entered, "newer");
            var left = trial.update(still, Draft.from(still).labelled(Map.of("colour", "blue")));
            reader.readTo(trial.delete(left));
            Check.equal(List.of("+one", "+one", "-one"), reader.story(), "story");
        }
    }

    private static void silent(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        var red = THINGS.labelled(LabelSelector.of("colour", "red"));
        try (var reader = new Reader(trial.store(), red, trial.revision(), fixture.env())) {
            var green = trial.create(Trial.labelled("one", "green"));
            reader.readTo(trial.delete(trial.respec(green, "newer")));
            Check.equal(List.of(), reader.story(), "story");
        }
    }

    private static void oneObject(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        try (var reader = new Reader(trial.store(), Selection.of(Trial.key("one")), trial.revision(), fixture.env())) {
            trial.create("one");
            trial.create("one-more");
            reader.readTo(trial.create(Draft.of(new ObjectKey("things", "other", "one"), Bytes.EMPTY))
                    .meta()
                    .revision());
            Check.equal(List.of("+one"), reader.story(), "story");
        }
    }

    private static void range(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        var selection = THINGS.within(KeyRange.startingWith("things/default/shard-1."));
        try (var reader = new Reader(trial.store(), selection, trial.revision(), fixture.env())) {
            trial.create("shard-0.a");
            var one = trial.create("shard-1.a");
            trial.create("shard-2.a");
            reader.readTo(trial.delete(one));
            Check.equal(List.of("+shard-1.a", "-shard-1.a"), reader.story(), "story of the range");
        }
    }

    private static void metadata(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        long start = trial.revision();
        var object = trial.create("one");
        var selection = THINGS.with(Selection.Detail.METADATA);
        try (var reader = new Reader(trial.store(), selection, start, fixture.env())) {
            reader.readTo(object.meta().revision());
            Check.equal(List.of(new WatchEvent.Put(object.metadataOnly())), reader.events(), "events");
        }
    }

    private static void recreated(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        var first = trial.create("one");
        trial.delete(first);
        var second = trial.create("one");
        try (var reader = new Reader(trial.store(), THINGS, first.meta().revision(), fixture.env())) {
            reader.readTo(second.meta().revision());
            Check.equal(
                    List.of(new WatchEvent.Deleted(first.key()), new WatchEvent.Put(second)),
                    reader.events(),
                    "events");
        }
    }

    private static void timesOut(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        try (var watch = trial.store().watch(Selection.of("others"), trial.revision())) {
            Check.that(watch.next(Duration.ofMillis(1)).isEmpty(), "nothing comes within a millisecond");
        }
    }

    private static void closes(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        var reader = new Reader(trial.store(), THINGS, trial.revision(), fixture.env());
        var closer = fixture.env().tasks().spawn("closer", reader::close);
        Check.is(WatchBatch.Closed.class, reader.readToEnd());
        closer.join();
        trial.create("one");
        Check.is(WatchBatch.Closed.class, reader.readToEnd());
    }

    private static void compacted(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        long start = trial.create("one").meta().revision();
        trial.create("two");
        fixture.forgetBefore(trial.create("three").meta().revision());
        try (var reader = new Reader(trial.store(), THINGS, start, fixture.env())) {
            var resync = Check.is(WatchBatch.Resync.class, reader.readToEnd());
            Check.equal(WatchBatch.Resync.Reason.COMPACTED, resync.reason(), "reason");
            Check.equal(List.of(), reader.story(), "story");
        }
    }

    private static void beyond(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        try (var reader = new Reader(trial.store(), THINGS, trial.revision() + 1_000_000, fixture.env())) {
            Check.is(WatchBatch.Resync.class, reader.readToEnd());
            Check.equal(List.of(), reader.story(), "story");
        }
    }
}
