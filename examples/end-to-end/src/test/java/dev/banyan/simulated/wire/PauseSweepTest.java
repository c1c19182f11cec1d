package dev.banyan.simulated.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.simulation.campaign.CampaignOptions;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WriteOutcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each process stands still at any point of a story, for longer than anybody waits and for just less, with clocks that jump and drift. */
class PauseSweepTest {
    private static final long SEED = 1;

    /** Of some hundred thousand points, which a campaign of that many seeds tells all. */
    private static final long USUALLY = 63;

    private static final long SOON_ENOUGH = 200;

    @TempDir(factory = MemoryDisk.class)
    private Path disk;

    @Test
    void nothingOldLandsWhereverAProcessStandsStillAndAllIsWellInTheEnd() {
        var sweep = new PauseSweep(disk, SEED, UnaryOperator.identity());
        long told = CampaignOptions.ofSystem().usually(USUALLY).count();

        numbers(sweep, told).parallel().mapToObj(sweep::point).forEach(sweep::tell);
    }

    /** As with a lock: it was held when it was looked at. */
    @Test
    void findsAnEngineThatLooksWhetherItMayWriteAndThenWrites() {
        var sweep = new PauseSweep(disk, SEED, LooksFirst::new);

        var found = numbers(sweep, SOON_ENOUGH)
                .mapToObj(sweep::point)
                .flatMap(point -> wrong(sweep, point).stream())
                .findFirst();

        assertThat(found).hasValueSatisfying(message -> assertThat(message)
                .containsAnyOf("epoch of", "written under", "who writes"));
    }

    private static Optional<String> wrong(PauseSweep sweep, PauseSweep.Point point) {
        try {
            sweep.tell(point);
            return Optional.empty();
        } catch (AssertionError found) {
            return Optional.of(String.valueOf(found.getMessage()));
        }
    }

    /** About so many, evenly over all of them, and so far apart that all kinds of standstill take their turn. */
    private static LongStream numbers(PauseSweep sweep, long most) {
        long apart = Math.max(1, sweep.points() / most);
        while (apart > 1 && (apart % 3 == 0 || apart % 7 == 0)) {
            apart--;
        }
        long each = apart;
        return LongStream.range(0, sweep.points() / each).map(number -> number * each);
    }

    /** Its view or token is the newest when it looks; when the write lands it may be an old one. */
    private record LooksFirst(Store store) implements Store {
        @Override
        public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
            return store.get(key, at);
        }

        @Override
        public Listing list(Selection selection, ReadAt at) {
            return store.list(selection, at);
        }

        @Override
        public Watch watch(Selection selection, long afterRevision) {
            return store.watch(selection, afterRevision);
        }

        @Override
        public WriteOutcome commit(Commit commit) {
            var conditions = new ArrayList<Precondition>();
            for (var condition : commit.preconditions()) {
                if (!(condition instanceof Precondition.Fence(var key, long wanted))) {
                    conditions.add(condition);
                } else if (store.get(key, ReadAt.LATEST)
                                .map(now -> now.meta().revision())
                                .orElse(0L)
                        != wanted) {
                    return new WriteOutcome.Fenced(key, wanted, 0);
                }
            }
            return store.commit(new Commit(conditions, commit.writes()));
        }
    }
}
