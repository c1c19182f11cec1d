package dev.banyan.runtime.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.KeyRange;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.Selection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final Selection THINGS = Selection.of("things");

    @Test
    void findsNothingWhereBothSayTheSame() {
        var shown = contents(Map.of("a", 3L, "b", 4L));

        assertThat(new Comparison(shown, THINGS).with(stored(Map.of("a", 3L, "b", 4L))))
                .isEmpty();
    }

    @Test
    void findsWhatIsMissingOnEitherSideAndWhatIsOfAnotherRevision() {
        var shown = contents(Map.of("a", 3L, "b", 4L, "phantom", 5L));

        assertThat(new Comparison(shown, THINGS).with(stored(Map.of("a", 3L, "b", 6L, "lost", 2L))))
                .containsExactlyInAnyOrder(
                        new Comparison.Difference(key("b"), 4, 6),
                        new Comparison.Difference(key("lost"), 0, 2),
                        new Comparison.Difference(key("phantom"), 5, 0));
    }

    @Test
    void looksAtNothingBesideItsStretch() {
        var shown = contents(Map.of("a", 3L, "z", 4L));
        var stretch = THINGS.within(new KeyRange("", "things/default/m"));

        assertThat(new Comparison(shown, stretch).with(stored(Map.of("a", 3L)))).isEmpty();
    }

    @Test
    void picksStretchesThatAreSmallAndReachEveryKeySoonerOrLater() {
        var names = new TreeMap<String, Long>();
        for (int name = 0; name < 100; name++) {
            names.put("n" + name, 1L);
        }
        var shown = contents(names);
        var random = new SeededRandom(1);
        var reached = new HashSet<ObjectKey>();
        boolean beforeAll = false;
        boolean behindAll = false;
        for (int pick = 0; pick < 200; pick++) {
            var stretch = Comparison.pick(shown, THINGS, 10, random).selection();
            var inside =
                    shown.objects().keySet().stream().filter(stretch::covers).toList();
            assertThat(inside.size()).isBetween(1, 10);
            reached.addAll(inside);
            beforeAll |= stretch.covers(new ObjectKey("things", "a", "a"));
            behindAll |= stretch.covers(new ObjectKey("things", "z", "z"));
        }

        assertThat(reached).hasSize(100);
        assertThat(beforeAll).isTrue();
        assertThat(behindAll).isTrue();
    }

    @Test
    void picksEverythingOfAnEmptyCopy() {
        var stretch = Comparison.pick(contents(Map.of()), THINGS, 10, new SeededRandom(1))
                .selection();

        assertThat(stretch.covers(key("any"))).isTrue();
    }

    @Test
    void staysWithinTheSelectionOfTheCopy() {
        var selection = THINGS.within(KeyRange.startingWith("things/default/shard-1."));
        var shown = contents(Map.of("shard-1.a", 1L));
        for (int seed = 0; seed < 20; seed++) {
            var stretch = Comparison.pick(shown, selection, 10, new SeededRandom(seed))
                    .selection();
            assertThat(stretch.covers(key("shard-2.a"))).isFalse();
            assertThat(stretch.covers(key("shard-1.a"))).isTrue();
        }
    }

    private static Audited.Contents contents(Map<String, Long> revisions) {
        var objects = new TreeMap<ObjectKey, Long>();
        revisions.forEach((name, revision) -> objects.put(key(name), revision));
        return new Audited.Contents(9, objects);
    }

    private static Listing stored(Map<String, Long> revisions) {
        var objects = new ArrayList<StoredObject>();
        new TreeMap<>(revisions).forEach((name, revision) -> objects.add(object(name, revision)));
        return new Listing(9, objects);
    }

    private static StoredObject object(String name, long revision) {
        var meta = new ObjectMeta(
                "uid",
                Map.of(),
                Map.of(),
                List.of(),
                List.of(),
                1,
                revision,
                1,
                Instant.EPOCH,
                Optional.empty(),
                "nonce");
        return new StoredObject(key(name), meta, Bytes.EMPTY, Bytes.EMPTY);
    }

    private static ObjectKey key(String name) {
        return new ObjectKey("things", "default", name);
    }
}
