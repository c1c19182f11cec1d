package dev.banyan.runtime.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.Resource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A stand-in that only knows its list answers the other questions as an informer would. */
class ListerTest {
    private static final Index<String, String, Integer> LENGTH =
            Index.of("length", thing -> List.of(thing.spec().length()));

    private final Lister<String, String> lister = new Lister<>() {
        @Override
        public Optional<Resource<String, String>> get(ObjectKey key) {
            return list().stream().filter(thing -> thing.key().equals(key)).findFirst();
        }

        @Override
        public List<Resource<String, String>> list() {
            return List.of(thing("a", "four"), thing("b", "seventh"), thing("c", "five"));
        }

        @Override
        public List<Resource<String, String>> byIndex(String index, String value) {
            return List.of();
        }

        @Override
        public long revision() {
            return 7;
        }
    };

    @Test
    void findsByAnyIndex() {
        assertThat(lister.byIndex(LENGTH, 4)).extracting(Resource::name).containsExactly("a", "c");
        assertThat(lister.range(LENGTH, Index.Range.from(5)))
                .extracting(Resource::name)
                .containsExactly("b");
        assertThat(lister.count(LENGTH, 4)).isEqualTo(2);
        assertThat(lister.values(LENGTH)).containsExactly(4, 7);
        assertThat(lister.size()).isEqualTo(3);
        assertThat(lister.quarantined()).isEmpty();
    }

    private static Resource<String, String> thing(String name, String spec) {
        var meta = new ObjectMeta(
                "uid", Map.of(), Map.of(), List.of(), List.of(), 1, 1, 1, Instant.EPOCH, Optional.empty(), "nonce");
        return new Resource<>(new ObjectKey("things", "default", name), meta, spec, "");
    }
}
