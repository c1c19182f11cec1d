package dev.banyan.runtime.simulation.conformance;

import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.simulation.conformance.StoreConformance.Case;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.WatchEvent;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Many writers at once, at both doors: what the outcomes say is what happened. */
final class ConcurrencyCases {
    private static final int WRITERS = 4;
    private static final int ROUNDS = 15;

    private ConcurrencyCases() {}

    static List<Case> all() {
        return List.of(
                new Case("of many creates of one key exactly one lands", ConcurrencyCases::oneCreator),
                new Case("counting by compare and update loses no count", ConcurrencyCases::counts),
                new Case("statuses and specs written at once both stay", ConcurrencyCases::mergesStatus),
                new Case("a watch tells every write of many writers once", ConcurrencyCases::tellsAll));
    }

    private static void oneCreator(StoreFixture fixture) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            var name = "round-" + round;
            var landed = new AtomicInteger();
            together(fixture, writer -> () -> {
                var outcome = door(fixture, writer).commit(new Write.Create(Trial.draft(name, "by " + writer)));
                if (outcome.written()) {
                    landed.incrementAndGet();
                } else {
                    Check.is(WriteOutcome.AlreadyExists.class, outcome);
                }
            });
            Check.equal(1, landed.get(), "number of creates that landed");
        }
    }

    private static void counts(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        trial.create(Trial.draft("counter", "0"));
        together(fixture, writer -> () -> {
            for (int round = 0; round < ROUNDS; round++) {
                increment(door(fixture, writer));
            }
        });
        Check.equal(
                String.valueOf(WRITERS * ROUNDS),
                trial.get(Trial.key("counter")).spec().toUtf8(),
                "count");
    }

    private static void increment(Trial trial) {
        while (true) {
            var base = trial.get(Trial.key("counter"));
            int count = Integer.parseInt(base.spec().toUtf8());
            var draft = Draft.from(base).withSpec(Bytes.utf8(String.valueOf(count + 1)));
            var outcome = trial.commit(new Write.Update(base, draft));
            if (outcome.written()) {
                return;
            }
            Check.is(WriteOutcome.Conflict.class, outcome);
        }
    }

    private static void mergesStatus(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        var object = trial.create(Trial.draft("counter", "0"));
        together(fixture, writer -> () -> {
            for (int round = 0; round < ROUNDS; round++) {
                if (writer == 0) {
                    Check.written(door(fixture, 1)
                            .commit(new Write.UpdateStatus(
                                    object.key(), object.meta().uid(), Bytes.utf8("s" + round))));
                } else if (writer == 1) {
                    increment(door(fixture, 0));
                }
            }
        });
        var now = trial.get(object.key());
        Check.equal("s" + (ROUNDS - 1), now.status().toUtf8(), "status");
        Check.equal(String.valueOf(ROUNDS), now.spec().toUtf8(), "spec");
    }

    private static void tellsAll(StoreFixture fixture) throws Exception {
        var trial = Trial.of(fixture);
        long start = trial.revision();
        try (var live = new Reader(fixture.secondDoor(), Selection.of("things"), start, fixture.env())) {
            together(fixture, writer -> () -> {
                for (int round = 0; round < ROUNDS; round++) {
                    Check.written(door(fixture, writer)
                            .store()
                            .commit(Commit.of(new Write.Create(Trial.draft("w" + writer + "-" + round, "x")))));
                }
            });
            live.readTo(trial.revision());
            try (var replay = new Reader(trial.store(), Selection.of("things"), start, fixture.env())) {
                replay.readTo(trial.revision());
                Check.equal(replay.story(), live.story(), "what was told live");
            }
            Check.equal(
                    (long) WRITERS * ROUNDS,
                    live.events().stream().map(WatchEvent::key).distinct().count(),
                    "objects");
        }
    }

    private static Trial door(StoreFixture fixture, int writer) {
        return new Trial(writer % 2 == 0 ? fixture.store() : fixture.secondDoor());
    }

    private static void together(StoreFixture fixture, IntFunction<TaskSpawner.Body> body) throws Exception {
        Concurrently.run(fixture.env(), IntStream.range(0, WRITERS).boxed().toList(), body::apply);
    }
}
