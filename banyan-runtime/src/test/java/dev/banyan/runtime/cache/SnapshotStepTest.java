package dev.banyan.runtime.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchEvent;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SnapshotStepTest {
    private static final Kind<String, String> KIND = Texts.kind("things");

    /** Files each thing under every word of its spec; a thing called {@code poison} cannot be filed. */
    private static final Function<Resource<String, String>, Collection<String>> WORDS = thing -> {
        if (thing.spec().contains("poison")) {
            throw new IllegalStateException("cannot be filed");
        }
        return List.of(thing.spec().split(" "));
    };

    private static final SnapshotStep.Shape<String, String> SHAPE =
            new SnapshotStep.Shape<>(Selection.of("things"), KIND::decode, true);

    private Snapshot<String, String> snapshot = Snapshot.empty(List.of(Index.ofTexts("word", WORDS)));

    @Test
    void tellsWhatAListingAddsInKeyOrder() {
        var events = list(5, thing("a", "x", 3), thing("b", "y", 5));

        assertThat(events).containsExactly("added a x", "added b y");
        assertThat(snapshot.revision()).isEqualTo(5);
        assertThat(names(snapshot.list())).containsExactly("a", "b");
    }

    @Test
    void tellsChangesOfOneRevisionTogether() {
        list(5, thing("a", "x", 3), thing("b", "y", 5));

        var events = change(6, put(thing("a", "x2", 6)), gone("b"), put(thing("c", "z", 6)));

        assertThat(events).containsExactly("updated a x to x2", "deleted b y", "added c z");
        assertThat(snapshot.revision()).isEqualTo(6);
        assertThat(names(snapshot.list())).containsExactly("a", "c");
    }

    @Test
    void ignoresARevisionThatItContains() {
        list(5, thing("a", "x", 3));

        assertThat(change(5, gone("a"))).isEmpty();
        assertThat(change(4, put(thing("b", "y", 4)))).isEmpty();
        assertThat(names(snapshot.list())).containsExactly("a");
    }

    @Test
    void tellsOnlyTheDifferenceToASecondListing() {
        list(5, thing("a", "x", 3), thing("b", "y", 5), thing("c", "z", 5));

        var events = list(9, thing("b", "y", 5), thing("c", "z2", 8), thing("d", "n", 9));

        assertThat(events).containsExactly("missing a x", "updated c z to z2", "added d n");
    }

    @Test
    void tellsARecreatedObjectAsTwoWhetherWatchedOrListed() {
        list(5, thing("a", "x", 3));

        assertThat(change(6, put(thing("a", "x2", 6, 6)))).containsExactly("missing a x", "added a x2");
        assertThat(list(9, thing("a", "x3", 8, 8))).containsExactly("missing a x2", "added a x3");
    }

    @Test
    void saysNothingOfTheDeletionOfWhatItDidNotKnow() {
        assertThat(change(6, gone("a"))).isEmpty();
    }

    @Test
    void filesAnObjectUnderAllItsValuesAndUnderNoOldOne() {
        list(5, thing("a", "red round", 3), thing("b", "red", 4));
        assertThat(names(snapshot.byIndex("word", "red"))).containsExactly("a", "b");
        assertThat(names(snapshot.byIndex("word", "round"))).containsExactly("a");

        change(6, put(thing("a", "round blue", 6)), gone("b"));

        assertThat(names(snapshot.byIndex("word", "red"))).isEmpty();
        assertThat(names(snapshot.byIndex("word", "round"))).containsExactly("a");
        assertThat(snapshot.byIndex("word", "blue")).singleElement().satisfies(filed -> assertThat(filed.spec())
                .isEqualTo("round blue"));
        assertThat(snapshot.byIndex("word", "roun")).isEmpty();
    }

    @Test
    void quarantinesWhatCannotBeDecodedAndNeverTellsItAsDeleted() {
        list(5, thing("a", "x", 3));

        assertThat(change(6, put(thing("a", "undecodable", 6)))).isEmpty();

        assertThat(snapshot.list()).isEmpty();
        assertThat(snapshot.quarantined()).singleElement().satisfies(held -> {
            assertThat(held.key()).isEqualTo(KIND.key("default", "a"));
            assertThat(held.revision()).isEqualTo(6);
            assertThat(held.reason()).contains("cannot be read");
        });
        assertThat(change(7, put(thing("a", "x7", 7)))).containsExactly("updated a x to x7");
        assertThat(snapshot.quarantined()).isEmpty();
    }

    @Test
    void quarantinesWhatCannotBeFiled() {
        assertThat(list(5, thing("a", "fine poison", 3), thing("b", "fine", 4))).containsExactly("added b fine");

        assertThat(names(snapshot.byIndex("word", "fine"))).containsExactly("b");
        assertThat(snapshot.quarantined()).hasSize(1);
    }

    @Test
    void tellsTheDeletionOfAQuarantinedObjectWithItsLastGoodState() {
        list(5, thing("a", "x", 3), thing("b", "undecodable", 4));
        change(6, put(thing("a", "undecodable", 6)));

        assertThat(change(7, gone("a"), gone("b"))).containsExactly("deleted a x");
        assertThat(snapshot.quarantined()).isEmpty();
    }

    @Test
    void staysQuietAboutAQuarantinedObjectThatIsListedAgain() {
        list(5, thing("a", "undecodable", 3));
        var before = snapshot.quarantined();

        assertThat(list(9, thing("a", "undecodable", 3))).isEmpty();
        assertThat(snapshot.quarantined()).isEqualTo(before);
        assertThat(list(10)).isEmpty();
        assertThat(snapshot.quarantined()).isEmpty();
    }

    @Test
    void leavesTheFormerSnapshotAsItWas() {
        list(5, thing("a", "red", 3));
        var before = snapshot;

        change(6, put(thing("a", "blue", 6)), put(thing("b", "red", 6)));

        assertThat(names(before.byIndex("word", "red"))).containsExactly("a");
        assertThat(before.get(KIND.key("default", "a")).orElseThrow().spec()).isEqualTo("red");
        assertThat(before.revision()).isEqualTo(5);
    }

    private List<String> list(long revision, StoredObject... objects) {
        return take(SnapshotStep.replace(SHAPE, snapshot, new Listing(revision, List.of(objects))));
    }

    private List<String> change(long revision, WatchEvent... events) {
        return take(SnapshotStep.apply(SHAPE, snapshot, new WatchBatch.Changes(revision, List.of(events))));
    }

    private List<String> take(SnapshotStep.Outcome<String, String> outcome) {
        snapshot = outcome.next();
        return outcome.events().stream().map(SnapshotStepTest::words).toList();
    }

    private static String words(ResourceEvent<String, String> event) {
        return switch (event) {
            case ResourceEvent.Added<String, String>(var now) -> "added " + now.name() + " " + now.spec();
            case ResourceEvent.Updated<String, String>(var before, var now) ->
                "updated " + now.name() + " " + before.spec() + " to " + now.spec();
            case ResourceEvent.Deleted<String, String> gone ->
                (gone.observed() ? "deleted " : "missing ") + gone.last().name() + " "
                        + gone.last().spec();
        };
    }

    private static List<String> names(List<Resource<String, String>> things) {
        return things.stream().map(Resource::name).toList();
    }

    private static WatchEvent put(StoredObject object) {
        return new WatchEvent.Put(object);
    }

    private static WatchEvent gone(String name) {
        return new WatchEvent.Deleted(KIND.key("default", name));
    }

    private static StoredObject thing(String name, String spec, long revision) {
        return thing(name, spec, revision, 1);
    }

    private static StoredObject thing(String name, String spec, long revision, long createRevision) {
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
        return new StoredObject(KIND.key("default", name), meta, Bytes.utf8(spec), Bytes.EMPTY);
    }
}
