package dev.banyan.runtime.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.CommitPlan.Change;
import dev.banyan.runtime.store.etcd.Readback.Verdict;
import dev.banyan.runtime.store.etcd.wire.KeyValue;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The transaction was planned on revision 5 of an object created at 3, and marked "ours". */
class ReadbackTest {
    private static final ObjectKey KEY = new ObjectKey("things", "default", "one");
    private static final Change PUT = new Change.Put(object(3, 5, "ours"));
    private static final Change REMOVE = new Change.Remove(KEY);

    private final Map<ObjectKey, StoredObject> before = Map.of(KEY, object(3, 5, "before"));
    private final TreeMap<Long, KeyValue> past = new TreeMap<>();

    @Test
    void landedWhenTheKeyCarriesItsMark() {
        assertThat(judge(PUT, pair(3, 8, "ours"))).isEqualTo(new Verdict.Landed(8));
    }

    @Test
    void landedWhenAnEarlierValueOfTheKeyCarriesItsMark() {
        past.put(8L, pair(3, 8, "ours"));
        past.put(9L, pair(3, 9, "theirs"));

        assertThat(judge(PUT, pair(3, 12, "theirs"))).isEqualTo(new Verdict.Landed(8));
    }

    @Test
    void didNotLandWhenTheKeyIsAsItWas() {
        assertThat(judge(PUT, pair(3, 5, "before"))).isEqualTo(new Verdict.NotLanded());
    }

    @Test
    void didNotLandWhenAnotherWriteFollowedWhatItWasPlannedOn() {
        past.put(5L, pair(3, 5, "before"));

        assertThat(judge(PUT, pair(3, 9, "theirs"))).isEqualTo(new Verdict.NotLanded());
    }

    @Test
    void isUndecidedWhenThePastIsGone() {
        assertThat(judge(PUT, pair(3, 9, "theirs"))).isEqualTo(new Verdict.Undecided());
    }

    @Test
    void isUndecidedWhenTheKeyIsGone() {
        assertThat(readback().judge(List.of(PUT), Map.of())).isEqualTo(new Verdict.Undecided());
        assertThat(readback().judge(List.of(REMOVE), Map.of())).isEqualTo(new Verdict.Undecided());
    }

    @Test
    void didNotLandWhenTheIncarnationToBeRemovedIsStillThere() {
        assertThat(judge(REMOVE, pair(3, 9, "theirs"))).isEqualTo(new Verdict.NotLanded());
    }

    @Test
    void isUndecidedWhenAnotherIncarnationHasTakenTheKey() {
        assertThat(judge(REMOVE, pair(9, 9, "theirs"))).isEqualTo(new Verdict.Undecided());
    }

    @Test
    void isDecidedByAnyKeyOfTheCommit() {
        var other = new ObjectKey("things", "default", "other");
        var changes = List.of(new Change.Remove(other), PUT);

        assertThat(readback().judge(changes, Map.of(KEY, pair(3, 8, "ours")))).isEqualTo(new Verdict.Landed(8));
    }

    private Verdict judge(Change change, KeyValue now) {
        return readback().judge(List.of(change), Map.of(KEY, now));
    }

    private Readback readback() {
        return new Readback(before, "ours", (key, revision) -> Optional.ofNullable(past.floorEntry(revision))
                .map(Map.Entry::getValue));
    }

    private static KeyValue pair(long created, long revision, String nonce) {
        return KeyValue.newBuilder()
                .setCreateRevision(created)
                .setModRevision(revision)
                .setValue(ObjectEnvelope.encode(object(created, revision, nonce)))
                .build();
    }

    private static StoredObject object(long created, long revision, String nonce) {
        var meta = new ObjectMeta(
                "uid",
                Map.of(),
                Map.of(),
                List.of(),
                List.of(),
                1,
                revision,
                created,
                Instant.EPOCH,
                Optional.empty(),
                nonce);
        return new StoredObject(KEY, meta, Bytes.EMPTY, Bytes.EMPTY);
    }
}
