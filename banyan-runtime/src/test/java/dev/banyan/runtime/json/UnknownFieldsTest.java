package dev.banyan.runtime.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.DecodeException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An old program meets what a newer one wrote. */
class UnknownFieldsTest {
    record NewPart(String name, Optional<Long> weight) {}

    record NewSpec(String image, int replicas, List<NewPart> parts, Optional<NewPart> main) {}

    record Strict(String image, int replicas) {}

    record Part(String name, UnknownFields more) {}

    record Keeping(String image, UnknownFields more, int replicas, List<Part> parts) {
        Keeping scaled(int newReplicas) {
            return new Keeping(image, more, newReplicas, parts);
        }
    }

    private static final NewSpec WRITTEN = new NewSpec(
            "web:2",
            3,
            List.of(new NewPart("a", Optional.of(9_007_199_254_740_993L)), new NewPart("b", Optional.empty())),
            Optional.of(new NewPart("m", Optional.of(1L))));
    private static final JsonCodec<NewSpec> NEW = JsonCodec.of(NewSpec.class);
    private static final JsonCodec<Keeping> KEEPING = JsonCodec.of(Keeping.class);

    @Test
    void areWrittenBackWhereTheyWere() {
        var read = KEEPING.decode(NEW.encode(WRITTEN));

        var back = NEW.decode(KEEPING.encode(read.scaled(5)));

        assertThat(back).isEqualTo(new NewSpec("web:2", 5, WRITTEN.parts(), WRITTEN.main()));
    }

    @Test
    void areNamed() {
        var read = KEEPING.decode(NEW.encode(WRITTEN));

        assertThat(read.more().names()).containsExactly("main");
        assertThat(read.parts().getFirst().more().names()).containsExactly("weight");
        assertThat(read.parts().getLast().more()).isEqualTo(UnknownFields.NONE);
        assertThat(read.more()).hasToString("UnknownFields[main]").isNotEqualTo(UnknownFields.NONE);
    }

    @Test
    void refuseTheObjectWhereNothingKeepsThem() {
        assertThatThrownBy(() -> JsonCodec.of(Strict.class).decode(NEW.encode(WRITTEN)))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("$.parts")
                .hasMessageContaining("component of type UnknownFields would keep it");
    }

    @Test
    void areDroppedForThoseWhoOnlyRead() {
        var reader = JsonCodec.of(Strict.class).ignoringUnknownFields();

        assertThat(reader.decode(NEW.encode(WRITTEN))).isEqualTo(new Strict("web:2", 3));
    }

    @Test
    void areKeptByARecordThatHasAPlaceForThemEvenThen() {
        var reader = KEEPING.ignoringUnknownFields();

        assertThat(NEW.decode(reader.encode(reader.decode(NEW.encode(WRITTEN)))))
                .isEqualTo(WRITTEN);
    }

    @Test
    void countAsPartOfTheValue() {
        var one = KEEPING.decode(Bytes.utf8("{\"image\":\"i\",\"replicas\":1,\"new\":[1, 2]}"));
        var same = KEEPING.decode(Bytes.utf8("{\"new\":[1,2],\"image\":\"i\",\"replicas\":1}"));
        var other = KEEPING.decode(Bytes.utf8("{\"image\":\"i\",\"replicas\":1,\"new\":[1,3]}"));

        assertThat(one).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo(other);
        assertThat(KEEPING.encode(one)).isEqualTo(KEEPING.encode(same));
    }

    @Test
    void comeOnce() {
        assertThatThrownBy(() -> KEEPING.decode(Bytes.utf8("{\"image\":\"i\",\"replicas\":1,\"n\":1,\"n\":2}")))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("$.n: comes twice");
    }
}
