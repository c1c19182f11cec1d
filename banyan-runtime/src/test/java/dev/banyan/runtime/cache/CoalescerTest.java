package dev.banyan.runtime.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CoalescerTest {
    private final Coalescer<String, String> coalescer = new Coalescer<>();

    @Test
    void tellsASingleChangeAsItIs() {
        var added = added(thing("a", 1, 1));
        coalescer.add(1, List.of(added));

        var batch = coalescer.drain();

        assertThat(batch.revision()).isEqualTo(1);
        assertThat(batch.events()).containsExactly(added);
        assertThat(coalescer.drain().events()).isEmpty();
        assertThat(coalescer.coalesced()).isZero();
    }

    @Test
    void tellsSeveralChangesOfAnObjectAsOneFromTheFirstToTheLast() {
        coalescer.add(2, List.of(updated(thing("a", 1, 1), thing("a", 1, 2))));
        coalescer.add(3, List.of(updated(thing("a", 1, 2), thing("a", 1, 3))));

        assertThat(coalescer.drain().events()).containsExactly(updated(thing("a", 1, 1), thing("a", 1, 3)));
        assertThat(coalescer.coalesced()).isEqualTo(1);
    }

    @Test
    void tellsANewObjectInItsLastState() {
        coalescer.add(1, List.of(added(thing("a", 1, 1))));
        coalescer.add(2, List.of(updated(thing("a", 1, 1), thing("a", 1, 2))));

        assertThat(coalescer.drain().events()).containsExactly(added(thing("a", 1, 2)));
    }

    @Test
    void tellsTheDeletionWithTheLastState() {
        var gone = deleted(thing("a", 1, 2), 3);
        coalescer.add(2, List.of(updated(thing("a", 1, 1), thing("a", 1, 2))));
        coalescer.add(3, List.of(gone));

        assertThat(coalescer.drain().events()).containsExactly(gone);
    }

    @Test
    void saysNothingOfWhatCameAndWent() {
        coalescer.add(1, List.of(added(thing("a", 1, 1))));
        coalescer.add(2, List.of(deleted(thing("a", 1, 1), 2)));

        assertThat(coalescer.isEmpty()).isTrue();
        assertThat(coalescer.drain().revision()).isEqualTo(2);
    }

    @Test
    void tellsARecreatedObjectAsTwo() {
        var gone = deleted(thing("a", 1, 1), 2);
        coalescer.add(2, List.of(gone));
        coalescer.add(3, List.of(added(thing("a", 3, 3))));

        assertThat(coalescer.drain().events()).containsExactly(gone, added(thing("a", 3, 3)));
    }

    @Test
    void tellsTheDeletionOfTheKnownOneThoughOthersCameAndWentSince() {
        var gone = deleted(thing("a", 1, 1), 2);
        coalescer.add(2, List.of(gone));
        coalescer.add(3, List.of(added(thing("a", 3, 3))));
        coalescer.add(4, List.of(deleted(thing("a", 3, 3), 4)));
        coalescer.add(5, List.of(added(thing("a", 5, 5))));

        assertThat(coalescer.drain().events()).containsExactly(gone, added(thing("a", 5, 5)));
    }

    @Test
    void tellsInTheOrderOfTheFirstChanges() {
        coalescer.add(1, List.of(added(thing("b", 1, 1)), added(thing("a", 1, 1))));
        coalescer.add(2, List.of(added(thing("c", 2, 2)), updated(thing("b", 1, 1), thing("b", 1, 2))));

        assertThat(coalescer.drain().events())
                .extracting(event -> event.key().name())
                .containsExactly("b", "a", "c");
    }

    /** Whenever it is drained, a handler that follows knows exactly what is there; and the buffer stays within what either side knows. */
    @Test
    void bringsAHandlerToTheTruthHoweverSeldomItLooks() {
        for (long seed = 0; seed < 200; seed++) {
            new Randomly(seed).run();
        }
    }

    private static final class Randomly {
        private final long seed;
        private final SeededRandom random;
        private final Coalescer<String, String> buffer = new Coalescer<>();
        private final Map<ObjectKey, Resource<String, String>> truth = new HashMap<>();
        private final Map<ObjectKey, Resource<String, String>> told = new HashMap<>();

        Randomly(long seed) {
            this.seed = seed;
            this.random = new SeededRandom(seed);
        }

        void run() {
            for (long revision = 1; revision < 300; revision++) {
                buffer.add(revision, change(revision));
                var keys = new HashSet<>(truth.keySet());
                keys.addAll(told.keySet());
                assertThat(buffer.size()).as("seed %d", seed).isLessThanOrEqualTo(keys.size());
                if (random.nextInt(10) == 0) {
                    buffer.drain().events().forEach(this::follow);
                    assertThat(told).as("seed %d", seed).isEqualTo(truth);
                }
            }
        }

        private List<ResourceEvent<String, String>> change(long revision) {
            var events = new ArrayList<ResourceEvent<String, String>>();
            var name = "n" + random.nextInt(5);
            var known = Optional.ofNullable(truth.get(key(name)));
            if (known.isPresent() && random.nextInt(3) > 0) {
                truth.remove(key(name));
                events.add(deleted(known.get(), revision));
            }
            var there = Optional.ofNullable(truth.get(key(name)));
            if (there.isPresent()) {
                var next = thing(name, there.get().meta().createRevision(), revision);
                events.add(updated(there.get(), next));
                truth.put(key(name), next);
            } else if (known.isEmpty() || random.nextBoolean()) {
                var fresh = thing(name, revision, revision);
                events.add(added(fresh));
                truth.put(key(name), fresh);
            }
            return events;
        }

        private void follow(ResourceEvent<String, String> event) {
            switch (event) {
                case ResourceEvent.Added<String, String>(var now) ->
                    assertThat(told.put(now.key(), now)).as("seed %d", seed).isNull();
                case ResourceEvent.Updated<String, String>(var before, var now) ->
                    assertThat(told.put(now.key(), now)).as("seed %d", seed).isEqualTo(before);
                case ResourceEvent.Deleted<String, String> gone ->
                    assertThat(Optional.ofNullable(told.remove(gone.key())).map(Resource::uid))
                            .as("seed %d", seed)
                            .contains(gone.last().uid());
            }
        }
    }

    private static ObjectKey key(String name) {
        return new ObjectKey("things", "default", name);
    }

    private static Resource<String, String> thing(String name, long createRevision, long revision) {
        var meta = new ObjectMeta(
                "uid " + createRevision,
                Map.of(),
                Map.of(),
                List.of(),
                List.of(),
                1,
                revision,
                createRevision,
                Instant.EPOCH,
                Optional.empty(),
                "nonce");
        return new Resource<>(key(name), meta, "spec " + revision, "");
    }

    private static ResourceEvent<String, String> added(Resource<String, String> now) {
        return new ResourceEvent.Added<>(now);
    }

    private static ResourceEvent<String, String> updated(
            Resource<String, String> before, Resource<String, String> now) {
        return new ResourceEvent.Updated<>(before, now);
    }

    private static ResourceEvent<String, String> deleted(Resource<String, String> last, long revision) {
        return new ResourceEvent.Deleted<>(last, revision, true);
    }
}
