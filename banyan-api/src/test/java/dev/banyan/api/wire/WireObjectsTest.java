package dev.banyan.api.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.v1.Meta;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.resource.LabelSelector.Requirement;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.KeyRange;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchEvent;
import dev.banyan.runtime.store.Write;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireObjectsTest {
    private static final ObjectKey KEY = new ObjectKey("tasks", "default", "web.1");
    private static final StoredObject OBJECT = new StoredObject(
            KEY,
            new ObjectMeta(
                    "0123456789abcdef",
                    Map.of("a", "1", "b", "2"),
                    Map.of("note", "x"),
                    List.of(new OwnerReference(new ObjectKey("deployments", "default", "web"), "77")),
                    List.of("dev.banyan/tasks"),
                    3,
                    20,
                    10,
                    Instant.ofEpochSecond(1_700_000_000, 123_456_789),
                    Optional.of(Instant.ofEpochSecond(1_700_000_001)),
                    "nonce"),
            Bytes.utf8("spec"),
            Bytes.utf8("status"));

    @Test
    void keepsEverythingOfAnObject() {
        assertThat(WireObjects.object(WireObjects.object(OBJECT))).isEqualTo(OBJECT);
    }

    static Stream<Selection> selections() {
        return Stream.of(
                Selection.EVERYTHING,
                Selection.of(KEY),
                Selection.of("tasks").in("default").with(Selection.Detail.METADATA),
                Selection.of("tasks").within(KeyRange.startingWith("tasks/default/web-")),
                Selection.of("tasks").within(new KeyRange("", "tasks/m")),
                Selection.of("tasks")
                        .labelled(new LabelSelector(List.of(
                                new Requirement.In("a", Set.of("1", "2")),
                                new Requirement.Exists("b"),
                                new Requirement.Absent("c")))));
    }

    @ParameterizedTest
    @MethodSource("selections")
    void keepsEverythingOfASelection(Selection selection) {
        assertThat(WireObjects.selection(WireObjects.selection(selection))).isEqualTo(selection);
    }

    @Test
    void keepsTheStateThatAReadWants() {
        for (var at : List.of(ReadAt.LATEST, new ReadAt.AtLeast(5), new ReadAt.AtLeast(0), new ReadAt.Exactly(7))) {
            assertThat(WireObjects.readAt(WireObjects.readAt(at))).isEqualTo(at);
        }
    }

    static Stream<WatchBatch> batches() {
        return Stream.of(
                new WatchBatch.Changes(9, List.of(new WatchEvent.Put(OBJECT), new WatchEvent.Deleted(KEY))),
                new WatchBatch.Bookmark(11),
                new WatchBatch.Resync(WatchBatch.Resync.Reason.COMPACTED),
                new WatchBatch.Resync(WatchBatch.Resync.Reason.TOO_FAR_BEHIND),
                new WatchBatch.Resync(WatchBatch.Resync.Reason.HISTORY_REPLACED));
    }

    @ParameterizedTest
    @MethodSource("batches")
    void keepsEverythingThatAWatchDelivers(WatchBatch batch) {
        assertThat(WireCommits.batch(WireCommits.batch(batch))).isEqualTo(batch);
    }

    @Test
    void keepsThePreconditionsOfACommit() {
        List<Precondition> conditions = List.of(
                new Precondition.Unchanged(KEY, 4),
                new Precondition.SameIncarnation(KEY, 3),
                new Precondition.Absent(KEY),
                new Precondition.Fence(KEY, 8));

        var wire = WireCommits.commit(new Commit(conditions, List.of(new Write.Delete(KEY, "u"))));

        assertThat(wire.getConditionsList().stream().map(WireCommits::condition))
                .containsExactlyElementsOf(conditions);
    }

    @Test
    void keepsTheAuthorsPartOfADraft() {
        var draft = Draft.from(OBJECT);

        var wire = WireCommits.commit(Commit.of(new Write.Create(draft)));

        assertThat(WireCommits.draft(wire.getWrites(0).getCreate().getDraft())).isEqualTo(draft);
    }

    static Stream<Meta> presumptions() {
        return Stream.of(
                Meta.newBuilder().setUid("mine").build(),
                Meta.newBuilder().setGeneration(1).build(),
                Meta.newBuilder().setRevision(1).build(),
                Meta.newBuilder().setCreateRevision(1).build(),
                Meta.newBuilder().setNonce("n").build(),
                WireObjects.object(OBJECT).getMeta());
    }

    @ParameterizedTest
    @MethodSource("presumptions")
    void refusesADraftThatSetsWhatIsTheServers(Meta meta) {
        var object = WireObjects.object(OBJECT).toBuilder()
                .clearStatus()
                .setMeta(meta)
                .build();

        assertThatThrownBy(() -> WireCommits.draft(object)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesADraftWithAStatus() {
        var object = WireObjects.object(OBJECT).toBuilder().clearMeta().build();

        assertThatThrownBy(() -> WireCommits.draft(object)).isInstanceOf(IllegalArgumentException.class);
    }
}
