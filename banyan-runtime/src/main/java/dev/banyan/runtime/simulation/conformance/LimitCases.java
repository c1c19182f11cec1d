package dev.banyan.runtime.simulation.conformance;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.simulation.conformance.StoreConformance.Case;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.ArrayList;
import java.util.List;

/** The limits of a commit hold, and what they allow works. */
final class LimitCases {
    /** Room for the metadata of an object of the greatest size. */
    private static final int META = 1024;

    private LimitCases() {}

    static List<Case> all() {
        return List.of(
                new Case("an object of nearly the greatest size is kept", LimitCases::largest),
                new Case("an object above the greatest size is refused by name and size", LimitCases::tooLarge),
                new Case("a status that makes its object too large is refused", LimitCases::statusTooLarge),
                new Case("a commit above the greatest sum is refused", LimitCases::commitTooLarge),
                new Case("64 conditions and 64 writes fit into one commit", LimitCases::widest));
    }

    private static void largest(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var spec = bytes(Commit.OBJECT_BYTES_MAX - META);
        Check.equal(spec, trial.create(Draft.of(Trial.key("one"), spec)).spec(), "spec");
    }

    private static void tooLarge(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var outcome = trial.commit(new Write.Create(Draft.of(Trial.key("one"), bytes(Commit.OBJECT_BYTES_MAX + 1))));
        var refused = Check.is(WriteOutcome.TooLarge.class, outcome);
        Check.equal(Trial.key("one"), refused.key(), "key");
        Check.equal((long) Commit.OBJECT_BYTES_MAX, refused.limit(), "limit");
        Check.that(refused.bytes() > refused.limit(), "the size named is above the limit");
        trial.absent(Trial.key("one"));
    }

    private static void statusTooLarge(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var object = trial.create(Draft.of(Trial.key("one"), bytes(Commit.OBJECT_BYTES_MAX - META)));
        var outcome =
                trial.commit(new Write.UpdateStatus(object.key(), object.meta().uid(), bytes(2 * META)));
        Check.is(WriteOutcome.TooLarge.class, outcome);
        Check.equal(object, trial.get(object.key()), "the object");
    }

    private static void commitTooLarge(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var writes = new ArrayList<Write>();
        for (var name : List.of("a", "b", "c")) {
            writes.add(new Write.Create(Draft.of(Trial.key(name), bytes(400 * 1024))));
        }
        var refused = Check.is(WriteOutcome.TooLarge.class, trial.store().commit(new Commit(List.of(), writes)));
        Check.equal((long) Commit.COMMIT_BYTES_MAX, refused.limit(), "limit");
        trial.absent(Trial.key("a"));
    }

    private static void widest(StoreFixture fixture) {
        var trial = Trial.of(fixture);
        var conditions = new ArrayList<Precondition>();
        var writes = new ArrayList<Write>();
        for (int index = 0; index < Commit.WRITES_MAX; index++) {
            conditions.add(new Precondition.Absent(Trial.key("free" + index)));
            writes.add(new Write.Create(Trial.draft("wide" + index, "spec")));
        }
        long revision = Check.written(trial.store().commit(new Commit(conditions, writes)));
        Check.equal(revision, trial.get(Trial.key("wide63")).meta().revision(), "revision");
    }

    private static Bytes bytes(int length) {
        return Bytes.copyOf(new byte[length]);
    }
}
