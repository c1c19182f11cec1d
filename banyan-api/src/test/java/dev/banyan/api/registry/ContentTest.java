package dev.banyan.api.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContentTest {
    private static final byte[] BYTES = "all of a layer".getBytes(StandardCharsets.UTF_8);

    private final List<Long> moved = new ArrayList<>();

    @Test
    void givesWhatItsDigestNamesAndTellsHowFarItIs() throws Exception {
        try (var content = content(BYTES, described(BYTES, BYTES.length))) {
            assertThat(content.readNBytes(5)).hasSize(5);
            assertThat(content.read()).isEqualTo(BYTES[5]);
            assertThat(content.readAllBytes()).hasSize(BYTES.length - 6);
        }

        assertThat(moved.stream().mapToLong(Long::longValue).sum()).isEqualTo(BYTES.length);
    }

    @Test
    void atItsEndItMayBeAskedAgain() throws Exception {
        try (var content = content(BYTES, described(BYTES, BYTES.length))) {
            content.readAllBytes();

            assertThat(content.read()).isEqualTo(-1);
            assertThat(content.read()).isEqualTo(-1);
        }
    }

    @Test
    void anEmptyOneIsWholeAtOnce() throws Exception {
        try (var content = content(new byte[0], described(new byte[0], 0))) {
            assertThat(content.read()).isEqualTo(-1);
        }
    }

    @Test
    void otherBytesOfTheSameLengthAreNoticedBeforeTheyAreHandedOn() throws Exception {
        var other = BYTES.clone();
        other[0]++;
        try (var content = content(other, described(BYTES, BYTES.length))) {
            assertThatThrownBy(content::readAllBytes)
                    .isInstanceOf(Content.WrongException.class)
                    .hasMessageContaining("what was sent as " + Content.digest(BYTES) + " is " + Content.digest(other));
        }
        assertThat(content(other, described(BYTES, BYTES.length)).readNBytes(BYTES.length - 1))
                .as("only the last of them tells")
                .hasSize(BYTES.length - 1);
    }

    @Test
    void moreThanWasToldIsRefusedAndLessIsATransferThatWasCut() {
        assertThatThrownBy(() -> content(BYTES, described(BYTES, 4)).readAllBytes())
                .isInstanceOf(Content.WrongException.class)
                .hasMessageContaining("is longer than the 4 bytes told");
        assertThatThrownBy(() -> content(BYTES, described(BYTES, 40)).readAllBytes())
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(Content.WrongException.class)
                .hasMessageContaining("ends after 14 of 40 bytes");
    }

    private Content content(byte[] bytes, Descriptor expected) {
        InputStream stream = new ByteArrayInputStream(bytes);
        return new Content(stream, expected, moved::add);
    }

    private static Descriptor described(byte[] bytes, long size) {
        return new Descriptor("application/octet-stream", Content.digest(bytes), size, Optional.empty());
    }
}
