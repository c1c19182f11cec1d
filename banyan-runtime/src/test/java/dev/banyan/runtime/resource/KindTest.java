package dev.banyan.runtime.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KindTest {
    private static final Kind<String, String> TASKS = Texts.kind("tasks");

    @Test
    void ignoresTheNamespaceOfClusterKinds() {
        var agents = new Kind<>("agents", Kind.Scope.CLUSTER, Texts.CODEC, Texts.CODEC);

        assertThat(agents.key("ignored", "one")).isEqualTo(ObjectKey.cluster("agents", "one"));
        assertThat(TASKS.key("default", "one")).isEqualTo(new ObjectKey("tasks", "default", "one"));
    }

    @Test
    void decodesWhatItEncoded() {
        var resource = new Resource<>(TASKS.key("default", "one"), meta(Map.of("b", "2", "a", "1")), "spec", "status");

        assertThat(TASKS.decode(TASKS.encode(resource))).isEqualTo(resource);
        assertThat(resource.asOwner()).isEqualTo(new OwnerReference(resource.key(), "uid"));
        assertThat(resource.name()).isEqualTo("one");
    }

    @Test
    void refusesObjectsOfOtherKindsAndMalformedHalves() {
        var foreign = new StoredObject(ObjectKey.cluster("agents", "one"), meta(Map.of()), Bytes.EMPTY, Bytes.EMPTY);
        var malformed =
                new StoredObject(TASKS.key("default", "one"), meta(Map.of()), Bytes.EMPTY, Bytes.utf8("undecodable"));

        assertThatThrownBy(() -> TASKS.decode(foreign)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TASKS.decode(malformed)).isInstanceOf(DecodeException.class);
    }

    @Test
    void leavesOutBothHalvesForReadersOfMetadata() {
        var object = new StoredObject(
                TASKS.key("default", "one"), meta(Map.of("a", "1")), Bytes.utf8("spec"), Bytes.utf8("status"));

        assertThat(object.metadataOnly())
                .isEqualTo(new StoredObject(object.key(), object.meta(), Bytes.EMPTY, Bytes.EMPTY));
    }

    @Test
    void sortsAndCopiesTheMapsOfMetadata() {
        var labels = new HashMap<>(Map.of("b", "2", "a", "1", "c", "3"));
        var owners = new ArrayList<>(List.of(new OwnerReference(TASKS.key("default", "o"), "u")));
        var meta = meta(labels);
        labels.put("d", "4");
        owners.clear();

        assertThat(meta.labels().keySet()).containsExactly("a", "b", "c");
        assertThatThrownBy(() -> meta.labels().put("x", "y")).isInstanceOf(UnsupportedOperationException.class);
        assertThat(meta.deleting()).isFalse();
        assertThat(meta.at(4, 9).createRevision()).isEqualTo(4);
        assertThat(meta.at(4, 9).revision()).isEqualTo(9);
    }

    /** Callers without a null checker get a sentence, not a stack of somebody else's code. */
    @Test
    @SuppressWarnings("NullAway")
    void saysWhichCodecIsMissingOrWhyTheNameIsNone() {
        assertThatThrownBy(() -> new Kind<>("zones", Kind.Scope.CLUSTER, null, Texts.CODEC))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("'zones'", "no codec for its spec");
        assertThatThrownBy(() -> new Kind<>("zones", Kind.Scope.CLUSTER, Texts.CODEC, null))
                .hasMessageContaining("no codec for its status");
        assertThatThrownBy(() -> Texts.kind("Zones")).hasMessageContainingAll("'Zones'", "lower-case plural");
    }

    private static ObjectMeta meta(Map<String, String> labels) {
        return new ObjectMeta(
                "uid", labels, Map.of(), List.of(), List.of(), 1, 2, 1, Instant.EPOCH, Optional.empty(), "nonce");
    }
}
