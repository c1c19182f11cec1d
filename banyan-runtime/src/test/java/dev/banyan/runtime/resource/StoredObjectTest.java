package dev.banyan.runtime.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredObjectTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "größer",
                "plain until the ü",
                "\u007f\u0080\u07ff\u0800",
                "木\uD83C\uDF33",
                "half \uD83C"
            })
    void countsTextsAsTheyAreEncoded(String text) {
        int encoded = text.getBytes(StandardCharsets.UTF_8).length;

        assertThat(labelled(text).size() - labelled("").size()).isEqualTo(encoded);
    }

    private static StoredObject labelled(String value) {
        var meta = new ObjectMeta(
                "uid",
                Map.of("label", value),
                Map.of(),
                List.of(),
                List.of(),
                1,
                1,
                1,
                Instant.EPOCH,
                Optional.empty(),
                "nonce");
        return new StoredObject(new ObjectKey("things", "default", "one"), meta, Bytes.EMPTY, Bytes.EMPTY);
    }
}
