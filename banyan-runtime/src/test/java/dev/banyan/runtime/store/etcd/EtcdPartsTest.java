package dev.banyan.runtime.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.KeyRange;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.etcd.EtcdException.Kind;
import dev.banyan.runtime.store.etcd.wire.KeyValue;
import io.grpc.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EtcdPartsTest {
    private static final ObjectKey KEY = new ObjectKey("things", "default", "one");

    private final KeyLayout layout = new KeyLayout("/test/");

    @Test
    void findsTheKeyOfAnObjectAgain() {
        assertThat(layout.encode(KEY).toStringUtf8()).isEqualTo("/test/things/default/one");
        assertThat(layout.decode(layout.encode(KEY))).contains(KEY);
    }

    @ParameterizedTest
    @CsvSource({"/other/things/default/one", "/test/things/default", "/test/things/default/one/more", "/test/THINGS/a/b"
    })
    void leavesForeignKeysAlone(String key) {
        assertThat(layout.decode(ByteString.copyFromUtf8(key))).isEmpty();
    }

    @Test
    void readsNoMoreThanTheSelectionNeeds() {
        assertThat(layout.rangeOf(Selection.of("things")).start().toStringUtf8())
                .isEqualTo("/test/things/");
        assertThat(layout.rangeOf(Selection.of("things")).end().toStringUtf8()).isEqualTo("/test/things0");
        assertThat(layout.rangeOf(Selection.of(KEY)).end()).isEqualTo(KeyLayout.successor(layout.encode(KEY)));
    }

    @Test
    void sharesTheTextsOfNeighboursInAListing() {
        var one = layout.decode(ByteString.copyFromUtf8("/test/things/default/one"));
        var two = layout.decode(ByteString.copyFromUtf8("/test/things/default/two"), one);
        var other = layout.decode(ByteString.copyFromUtf8("/test/others/default/two"), one);

        assertThat(two).contains(new ObjectKey("things", "default", "two"));
        assertThat(two.orElseThrow().kind()).isSameAs(one.orElseThrow().kind());
        assertThat(two.orElseThrow().namespace()).isSameAs(one.orElseThrow().namespace());
        assertThat(other).contains(new ObjectKey("others", "default", "two"));
    }

    @Test
    void asksEtcdForNoMoreThanARangeOfKeys() {
        var some = Selection.of("things").within(new KeyRange("things/default/a", "things/default/b"));
        assertThat(layout.rangeOf(some)).isEqualTo(stretch("/test/things/default/a", "/test/things/default/b"));
        assertThat(layout.rangeOf(some.in("default")))
                .isEqualTo(stretch("/test/things/default/a", "/test/things/default/b"));
        assertThat(layout.rangeOf(Selection.of("things").within(new KeyRange("", "things/m"))))
                .isEqualTo(stretch("/test/things/", "/test/things/m"));
        assertThat(layout.rangeOf(Selection.EVERYTHING.within(new KeyRange("things/m", ""))))
                .isEqualTo(stretch("/test/things/m", "/test0"));
    }

    @Test
    void asksEtcdForNothingWhereARangeAndAKindDoNotMeet() {
        var none = layout.rangeOf(Selection.of("things").within(new KeyRange("others/", "others0")));

        assertThat(none.start()).isEqualTo(none.end());
    }

    private static KeyLayout.Stretch stretch(String start, String end) {
        return new KeyLayout.Stretch(ByteString.copyFromUtf8(start), ByteString.copyFromUtf8(end));
    }

    @Test
    void keepsEverythingOfAnObject() {
        var meta = new ObjectMeta(
                "uid",
                Map.of("a", "b"),
                Map.of("c", "d"),
                List.of(new OwnerReference(KEY, "owner")),
                List.of("f"),
                7,
                9,
                8,
                Instant.ofEpochSecond(5, 123456789),
                Optional.of(Instant.ofEpochSecond(-1, 1)),
                "nonce");
        var object = new StoredObject(KEY, meta, Bytes.utf8("spec"), Bytes.utf8("status"));
        var pair = KeyValue.newBuilder().setCreateRevision(8).setModRevision(9).setValue(ObjectEnvelope.encode(object));

        assertThat(ObjectEnvelope.decode(KEY, pair.build())).isEqualTo(object);
        assertThat(ObjectEnvelope.nonceOf(pair.build())).isEqualTo("nonce");
    }

    @Test
    void deliversAnUnreadableValueAsWhatNoCodecAccepts() {
        var pair = KeyValue.newBuilder()
                .setModRevision(9)
                .setValue(ByteString.copyFromUtf8("\7garbage"))
                .build();
        var object = ObjectEnvelope.decode(KEY, pair);

        assertThat(object.meta().revision()).isEqualTo(9);
        assertThat(object.spec().isEmpty()).isFalse();
        assertThat(ObjectEnvelope.nonceOf(pair)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "UNKNOWN, etcdserver: too many requests, OVERLOADED",
        "RESOURCE_EXHAUSTED, etcdserver: too many requests, OVERLOADED",
        "OUT_OF_RANGE, etcdserver: mvcc: required revision has been compacted, COMPACTED",
        "OUT_OF_RANGE, etcdserver: mvcc: required revision is a future revision, FUTURE",
        "RESOURCE_EXHAUSTED, etcdserver: mvcc: database space exceeded, FULL",
        "RESOURCE_EXHAUSTED, gRPC message exceeds maximum size 4194304: 9, ANSWER_TOO_LARGE",
        "UNAUTHENTICATED, etcdserver: invalid auth token, STALE_TOKEN",
        "INVALID_ARGUMENT, etcdserver: user name is empty, STALE_TOKEN",
        "PERMISSION_DENIED, etcdserver: permission denied, DENIED",
        "FAILED_PRECONDITION, etcdserver: authentication is not enabled, DENIED",
        "INVALID_ARGUMENT, 'etcdserver: authentication failed, invalid user ID or password', DENIED",
        "UNAVAILABLE, etcdserver: request timed out, UNCERTAIN",
        "DEADLINE_EXCEEDED, deadline, UNCERTAIN",
        "UNKNOWN, anything else, UNCERTAIN",
    })
    void sortsFailuresByWhatTheySayOfTheEffect(Status.Code code, String text, Kind kind) {
        var status = code.toStatus().withDescription(text);

        var diagnosis = new Diagnosis(EtcdConfig.of("http://127.0.0.1:2379"));

        assertThat(EtcdException.of("e", status.asRuntimeException(), true, diagnosis)
                        .kind())
                .isEqualTo(kind);
        assertThat(EtcdException.of("e", status.asRuntimeException(), false, diagnosis)
                        .kind())
                .isEqualTo(Kind.NOT_SENT);
    }

    @ParameterizedTest
    @CsvSource({"3.4.23, true", "3.5.0, true", "4.0.0, true", "3.3.27, false", "2.3.8, false", "nonsense, false"})
    void needsEtcdOf34OrNewer(String version, boolean supported) {
        assertThat(EtcdMaintenance.isSupported(version)).isEqualTo(supported);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:2379", "http://127.0.0.1", "ftp://127.0.0.1:2379", "https://127.0.0.1:2379"})
    void refusesEndpointsItCannotUse(String endpoint) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EtcdConfig.of(endpoint))
                .withMessageContaining(endpoint);
    }

    @Test
    void keepsThePasswordOutOfItsText() {
        var config = EtcdConfig.of("http://127.0.0.1:2379").as(new EtcdConfig.Login("root", "secret"));

        assertThat(config.toString()).contains("root").doesNotContain("secret");
    }
}
