package dev.banyan.runtime.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CodecTest {
    private static final Codec<Integer> NUMBERS = Codec.ofText(0, Object::toString, Integer::valueOf);

    @Test
    void keepsTextAsItIs() {
        assertThat(Codec.TEXT.decode(Codec.TEXT.encode("grüße"))).isEqualTo("grüße");
        assertThat(Codec.TEXT.encode("")).isEqualTo(Bytes.EMPTY);
        assertThat(Codec.TEXT.decode(Bytes.EMPTY)).isEmpty();
    }

    @Test
    void writesAndReadsValuesByTheirText() {
        assertThat(NUMBERS.encode(42)).isEqualTo(Bytes.utf8("42"));
        assertThat(NUMBERS.decode(Bytes.utf8("42"))).isEqualTo(42);
    }

    @Test
    void writesTheEmptyValueAsNothingAndReadsItFromNothing() {
        assertThat(NUMBERS.encode(0)).isEqualTo(Bytes.EMPTY);
        assertThat(NUMBERS.decode(Bytes.EMPTY)).isZero();
    }

    @Test
    void saysOfMalformedTextWhatReadersExpect() {
        assertThatThrownBy(() -> NUMBERS.decode(Bytes.utf8("many")))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("many")
                .hasCauseInstanceOf(NumberFormatException.class);
    }
}
