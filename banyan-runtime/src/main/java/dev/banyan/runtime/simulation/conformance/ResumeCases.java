package dev.banyan.runtime.simulation.conformance;

import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.simulation.conformance.StoreConformance.Case;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.WatchBatch;
import java.util.List;
import java.util.Map;

/** A reader that changes doors misses nothing, repeats nothing and never travels back in time. */
final class ResumeCases {
    private static final Selection THINGS = Selection.of("things");
    private static final Selection RED = THINGS.labelled(LabelSelector.of("colour", "red"));

    private ResumeCases() {}

    static List<Case> all() {
        return List.of(
                new Case("a watch goes on at another door after every revision", ResumeCases::changesDoors),
                new Case("another door that is behind waits instead of showing the past", ResumeCases::noTimeTravel),
                new Case("another door whose history does not reach back says so", ResumeCases::doesNotReachBack),
                new Case("a quiet filtered watch is carried on by its bookmark at another door", ResumeCases::quiet),
                new Case("leaving the filter reads as deleted at another door", ResumeCases::leavesFilter));
    }

    private static void changesDoors(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        var doors = List.of(fixture.store(), fixture.secondDoor());
        long reached = trial.revision();
        for (int round = 0; round < 20; round++) {
            var first = trial.create("round-" + round);
            long last = trial.delete(first);
            try (var reader = new Reader(doors.get(round % 2), THINGS, reached, fixture.env())) {
                reader.readTo(last);
                Check.equal(List.of("+round-" + round, "-round-" + round), reader.story(), "story of one door");
                reached = reader.reached();
            }
        }
    }

    private static void noTimeTravel(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        var object = trial.create("one");
        for (int round = 0; round < 50; round++) {
            object = trial.respec(object, "round " + round);
            long seen = object.meta().revision();
            var read = fixture.secondDoor()
                    .get(object.key(), new ReadAt.AtLeast(seen))
                    .orElseThrow();
            Check.that(read.meta().revision() >= seen, "what is read is not older than what was seen");
            try (var reader = new Reader(fixture.secondDoor(), THINGS, seen, fixture.env())) {
                object = trial.respec(object, "next " + round);
                reader.readTo(object.meta().revision());
                Check.equal(1, reader.events().size(), "number of events after what was seen");
            }
        }
    }

    private static void doesNotReachBack(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        long start = trial.create("one").meta().revision();
        trial.create("two");
        fixture.forgetBefore(trial.create("three").meta().revision());
        try (var reader = new Reader(fixture.secondDoor(), THINGS, start, fixture.env())) {
            Check.is(WatchBatch.Resync.class, reader.readToEnd());
            Check.equal(List.of(), reader.story(), "story");
        }
    }

    private static void quiet(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        long carried;
        try (var reader = new Reader(trial.store(), RED, trial.revision(), fixture.env())) {
            reader.readTo(trial.create(Trial.labelled("green", "green")).meta().revision());
            carried = reader.reached();
        }
        fixture.forgetBefore(carried);
        try (var reader = new Reader(fixture.secondDoor(), RED, carried, fixture.env())) {
            reader.readTo(trial.create(Trial.labelled("red", "red")).meta().revision());
            Check.equal(List.of("+red"), reader.story(), "story");
        }
    }

    private static void leavesFilter(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        var red = trial.create(Trial.labelled("one", "red"));
        trial.update(red, Draft.from(red).labelled(Map.of("colour", "blue")));
        try (var reader = new Reader(fixture.secondDoor(), RED, red.meta().revision(), fixture.env())) {
            reader.readTo(trial.revision());
            Check.equal(List.of("-one"), reader.story(), "story");
        }
    }
}
