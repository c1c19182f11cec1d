package dev.banyan.runtime.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.etcd.WatchProtocol.Step;
import dev.banyan.runtime.store.etcd.wire.Envelope;
import dev.banyan.runtime.store.etcd.wire.Event;
import dev.banyan.runtime.store.etcd.wire.KeyValue;
import dev.banyan.runtime.store.etcd.wire.ResponseHeader;
import dev.banyan.runtime.store.etcd.wire.WatchResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchProtocolTest {
    private static final KeyLayout LAYOUT = new KeyLayout("/test/");

    private final WatchProtocol protocol = new WatchProtocol(LAYOUT, Selection.of("things"), 10);

    @Test
    void startsAfterWhatWasApplied() {
        assertThat(protocol.request().getStartRevision()).isEqualTo(11);
        assertThat(protocol.request().getFragment()).isTrue();
    }

    @Test
    void isNotMovedByTheRevisionOfTheConfirmation() {
        var step = protocol.receive(WatchResponse.newBuilder()
                .setCreated(true)
                .setHeader(ResponseHeader.newBuilder().setRevision(500))
                .build());

        assertThat(step).isEqualTo(Step.CREATED);
        assertThat(protocol.request().getStartRevision()).isEqualTo(11);
    }

    @Test
    void isNotMovedByTheRevisionOfAHeaderWithEvents() {
        protocol.receive(response(put("a", 11))
                .setHeader(ResponseHeader.newBuilder().setRevision(500))
                .build());

        assertThat(protocol.applied()).isEqualTo(11);
    }

    @Test
    void makesOneBatchOfEachRevisionInKeyOrder() {
        protocol.receive(response(put("b", 11), put("a", 11), delete("c", 12)).build());

        assertThat(story()).containsExactly("11 +a+b", "12 -c");
    }

    @Test
    void dropsWhatItHasSeen() {
        protocol.receive(response(put("a", 11), put("b", 12)).build());
        protocol.receive(response(put("a", 11), put("b", 12), put("c", 13)).build());

        assertThat(story()).containsExactly("11 +a", "12 +b", "13 +c");
        assertThat(protocol.duplicates()).isEqualTo(2);
    }

    @Test
    void waitsForTheRestOfARevisionThatIsCutIntoFragments() {
        protocol.receive(response(put("a", 11), put("b", 12)).setFragment(true).build());
        assertThat(story()).containsExactly("11 +a");
        assertThat(protocol.applied()).isEqualTo(11);

        protocol.receive(response(put("c", 12)).build());
        assertThat(story()).containsExactly("12 +b+c");
    }

    @Test
    void forgetsAnIncompleteRevisionWithItsStream() {
        protocol.receive(response(put("a", 11), put("b", 12)).setFragment(true).build());
        protocol.disconnected();
        assertThat(protocol.request().getStartRevision()).isEqualTo(12);

        protocol.receive(response(put("b", 12), put("c", 12)).build());
        assertThat(story()).containsExactly("11 +a", "12 +b+c");
    }

    @Test
    void givesUpAStreamThatGoesBackInTime() {
        protocol.receive(response(put("a", 15)).setFragment(true).build());

        assertThat(protocol.receive(response(put("b", 14)).build())).isEqualTo(Step.REOPEN);
    }

    @Test
    void isOverWhenItsStartIsCompacted() {
        var response = WatchResponse.newBuilder()
                .setCanceled(true)
                .setCompactRevision(99)
                .build();

        assertThat(protocol.receive(response)).isEqualTo(Step.COMPACTED);
    }

    @Test
    void asksForAnotherStreamWhenTheServerGivesUp() {
        var response = WatchResponse.newBuilder()
                .setCanceled(true)
                .setCancelReason("no leader")
                .build();

        assertThat(protocol.receive(response)).isEqualTo(Step.REOPEN);
    }

    @Test
    void movesOnOverRevisionsThatDoNotConcernIt() {
        protocol.receive(response(event(Event.EventType.PUT, ObjectKey.cluster(".claims", "x"), 11, "", ""))
                .build());

        assertThat(story()).isEmpty();
        assertThat(protocol.applied()).isEqualTo(11);
    }

    @Test
    void tellsLeavingTheLabelsAsDeleted() {
        var red = new WatchProtocol(LAYOUT, Selection.of("things").labelled(LabelSelector.of("colour", "red")), 10);
        assertThat(red.request().getPrevKv()).isTrue();
        red.receive(response(event(Event.EventType.PUT, key("a"), 11, "red", ""))
                .addEvents(event(Event.EventType.PUT, key("a"), 12, "blue", "red"))
                .addEvents(event(Event.EventType.PUT, key("a"), 13, "green", "blue"))
                .build());

        assertThat(story(red)).containsExactly("11 +a", "12 -a");
    }

    private List<String> story() {
        return story(protocol);
    }

    private static List<String> story(WatchProtocol protocol) {
        var story = new ArrayList<String>();
        for (var batch = protocol.poll(); batch.isPresent(); batch = protocol.poll()) {
            var changes = (WatchBatch.Changes) batch.get();
            var line = new StringBuilder(changes.revision() + " ");
            changes.events()
                    .forEach(event -> line.append(event instanceof dev.banyan.runtime.store.WatchEvent.Put ? "+" : "-")
                            .append(event.key().name()));
            story.add(line.toString());
        }
        return story;
    }

    private static WatchResponse.Builder response(Event... events) {
        return WatchResponse.newBuilder().addAllEvents(List.of(events));
    }

    private static Event put(String name, long revision) {
        return event(Event.EventType.PUT, key(name), revision, "", "");
    }

    private static Event delete(String name, long revision) {
        return event(Event.EventType.DELETE, key(name), revision, "", "");
    }

    private static Event event(Event.EventType type, ObjectKey key, long revision, String colour, String before) {
        var event = Event.newBuilder().setType(type).setKv(pair(key, revision, before.isEmpty() ? 1 : 2, colour));
        if (!before.isEmpty()) {
            event.setPrevKv(pair(key, revision - 1, 1, before));
        }
        return event.build();
    }

    private static KeyValue pair(ObjectKey key, long revision, long version, String colour) {
        var envelope = Envelope.newBuilder().putLabels("colour", colour).build();
        return KeyValue.newBuilder()
                .setKey(ByteString.copyFromUtf8("/test/" + key.path()))
                .setModRevision(revision)
                .setVersion(version)
                .setValue(envelope.toByteString())
                .build();
    }

    private static ObjectKey key(String name) {
        return new ObjectKey("things", "default", name);
    }
}
