package dev.banyan.runtime.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;

class BytesTest {
    @Test
    void isNotChangedThroughTheArraysItCameFromOrGaveOut() {
        var source = new byte[] {1, 2, 3};
        var bytes = Bytes.copyOf(source);
        source[0] = 9;
        bytes.toByteArray()[1] = 9;

        assertThat(bytes.toByteArray()).containsExactly(1, 2, 3);
        assertThatThrownBy(() -> bytes.buffer().put((byte) 9)).isInstanceOf(ReadOnlyBufferException.class);
        assertThat(bytes.buffer().remaining()).isEqualTo(3);
    }

    @Test
    void isEqualByContent() {
        assertThat(Bytes.utf8("a")).isEqualTo(Bytes.copyOf(new byte[] {97})).hasSameHashCodeAs(Bytes.utf8("a"));
        assertThat(Bytes.utf8("a")).isNotEqualTo(Bytes.utf8("b"));
        assertThat(Bytes.copyOf(new byte[0])).isSameAs(Bytes.EMPTY);
        assertThat(Bytes.EMPTY.isEmpty()).isTrue();
        assertThat(Bytes.utf8("a").isEmpty()).isFalse();
    }

    @Test
    void readsTextBack() {
        assertThat(Bytes.utf8("größer €").toUtf8()).isEqualTo("größer €");
        assertThat(Bytes.utf8("größer").size()).isEqualTo(8);
        assertThat(Bytes.copyOf(new byte[] {(byte) 0xff}).toUtf8()).isEqualTo("\ufffd");
    }

    @Test
    void doesNotShowItsContent() {
        assertThat(Bytes.utf8("secret")).hasToString("Bytes[6]");
    }
}
